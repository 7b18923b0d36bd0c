#include "barrier.hpp"

#include <engine/tables/stored_catalog.hpp>

namespace dynamo::engine {
namespace {

void lay_down(write_batch& rows, std::string_view prefix, const table_change& change) {
  if (change.status() == table_status::deleting) {
    erase_table(rows, prefix, change.next);
  } else {
    put_table(rows, prefix, change.next);
  }
  if (change.removed) erase_index(rows, prefix, *change.removed);
  if (change.removed_vector_index) erase_vector_index(rows, prefix, *change.removed_vector_index);
  if (change.filled) erase_cursor(rows, prefix, *change.filled);
  if (change.opened() != nullptr) put_stream(rows, prefix, *change.opened());
  if (change.closed) put_stream(rows, prefix, *change.closed);
  if (change.begun_ttl != 0) begin_expiry_rows(rows, prefix, change.begun_ttl);
  if (change.ended_ttl != 0) erase_expiry_rows(rows, prefix, change.ended_ttl);
}

}  // namespace

committer::verdict enqueue_barrier(committer& commits, catalog& tables, std::string_view store_prefix,
                                   const std::shared_ptr<prepared_change>& prepared, table_change& change) {
  lay_down(prepared->rows, store_prefix, change);
  return commits.enqueue(prepared, [&] {
    // Changes of several tables take their ids in one order and their places in the queue in another. The next id that is stored must be
    // greater than all ids of the changes ahead: here it is.
    put_next_id(prepared->rows, store_prefix, tables.next_id());
    change.take_place();
  });
}

}  // namespace dynamo::engine
