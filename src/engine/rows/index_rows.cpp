#include "index_rows.hpp"

#include "index_key.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>

#include <algorithm>
#include <vector>

namespace dynamo::engine {
namespace {

/// An item on one side of a write.
struct item_state {
  std::string_view item;  ///< empty: there is none
  std::size_t size = 0;
  index_key_values keys;
};

/// An item's row in one index. The spans lie in the scratch of the writer below.
struct image {
  bool present = false;
  std::size_t size = 0;  ///< as DynamoDB counts it
  write_batch::span key;
  write_batch::span row;  ///< unused where the index holds whole items
};

/// Works in a scratch buffer of its own: the new item lies in the arena, which must not move while it is read.
class index_row_writer {
 public:
  index_row_writer(std::string_view store_prefix, std::string_view table_key)
      : store_prefix_(store_prefix), table_key_(table_key) {}

  void write(const index_descriptor& index, const item_state& before, const item_state& after,
             consumed_capacity* consumed) {
    const image old_image = image_of(index, before);
    const image new_image = image_of(index, after);
    const bool whole = index.projection == projection_kind::all;
    const bool stays = old_image.present && new_image.present && text(old_image.key) == text(new_image.key);
    if (stays && !whole && text(old_image.row) == text(new_image.row)) return;
    if (old_image.present && !stays) planned_.push_back({write_batch::kind::erase, false, old_image.key, {}});
    if (new_image.present) planned_.push_back({write_batch::kind::put, whole, new_image.key, new_image.row});
    if (consumed == nullptr || !(old_image.present || new_image.present)) return;
    double units = 0;
    if (stays) {
      units = write_units(std::max(old_image.size, new_image.size));
    } else {
      if (old_image.present) units += write_units(old_image.size);
      if (new_image.present) units += write_units(new_image.size);
    }
    (index.global ? consumed->global : consumed->local).emplace_back(index.name, units);
  }

  /// Puts everything planned into the batch.
  void finish(write_batch& rows, write_batch::span new_row) {
    const std::size_t base = rows.lay_down(scratch_.view()).offset;
    const auto moved = [&](write_batch::span s) { return write_batch::span{s.offset + base, s.size}; };
    for (const planned& one : planned_) {
      if (one.what == write_batch::kind::erase) {
        rows.erase(moved(one.key));
      } else {
        rows.put(moved(one.key), one.whole ? new_row : moved(one.row));
      }
    }
  }

 private:
  struct planned {
    write_batch::kind what;
    bool whole;  ///< the item's own row is the value
    write_batch::span key;
    write_batch::span row;
  };

  std::string_view text(write_batch::span s) const { return scratch_.view().substr(s.offset, s.size); }

  image image_of(const index_descriptor& index, const item_state& state) {
    image made;
    if (state.item.empty()) return made;
    made.key.offset = scratch_.size();
    made.present = append_index_key(scratch_, store_prefix_, index, state.keys, table_key_);
    made.key.size = scratch_.size() - made.key.offset;
    if (!made.present) return made;
    if (index.projection == projection_kind::all) {
      made.size = state.size;
    } else {
      made.row.offset = scratch_.size();
      made.size = append_projected_row(index, state.item);
      made.row.size = scratch_.size() - made.row.offset;
    }
    return made;
  }

  // A stored row of the attributes that the index projects; returns the item size of what it holds.
  std::size_t append_projected_row(const index_descriptor& index, std::string_view item) {
    names_.assign(index.attributes.begin(), index.attributes.end());
    values_.assign(names_.size(), std::nullopt);
    json::find_attributes(item, names_, values_);
    const std::size_t header = scratch_.size();
    scratch_.commit((static_cast<void>(scratch_.extend(row_header_size)), row_header_size));
    std::size_t size = 0;
    char separator = '{';
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (!values_[i]) continue;
      scratch_.append(std::exchange(separator, ','));
      json::write_string(scratch_, names_[i]);
      scratch_.append(':');
      scratch_.append(*values_[i]);
      size += names_[i].size() + json::size_of_value(*values_[i]);
    }
    scratch_.append('}');
    write_row_header(scratch_.data() + header, size);
    return size;
  }

  const std::string_view store_prefix_;
  const std::string_view table_key_;
  json::buffer scratch_;
  std::vector<planned> planned_;
  std::vector<std::string_view> names_;
  std::vector<std::optional<std::string_view>> values_;
};

}  // namespace

void append_index_rows(write_batch& rows, std::string_view store_prefix, const table_descriptor& table,
                       std::string_view row_key, const stored_row& old_row, write_batch::span new_row,
                       consumed_capacity* consumed) {
  item_state before{old_row.item, old_row.item_size, find_index_keys(table, old_row.item)};
  item_state after;
  if (stored_row stored; new_row.size > 0 && read_row(rows.text(new_row), stored)) {
    after = {stored.item, stored.item_size, find_index_keys(table, stored.item)};
  }
  index_row_writer writer(store_prefix, row_key.substr(table_prefix_size(store_prefix)));
  for (const index_descriptor& index : table.indexes) writer.write(index, before, after, consumed);
  writer.finish(rows, new_row);
}

}  // namespace dynamo::engine
