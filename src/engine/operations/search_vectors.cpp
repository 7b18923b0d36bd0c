// SearchVectors: the exact nearest rows, out of all that the search may find.
#include "operations.hpp"
#include "search_plan.hpp"

#include <engine/rows/vector_row.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace dynamo::engine {
namespace {

using vector_search::distance;

distance distance_of(distance_function function) noexcept {
  switch (function) {
    case distance_function::cosine: return distance::cosine;
    case distance_function::euclidean: return distance::euclidean;
    case distance_function::dot_product: break;
  }
  return distance::dot_product;
}

result<search_plan> plan_search(const engine_core& core, const search_parameters& p) {
  auto table = core.tables.find(p.table);
  if (!table) return table_not_found();
  const vector_index_descriptor* const index = table->descriptor.find_vector_index(p.index);
  if (index == nullptr) return fail(errc::validation, "The table does not have the specified index: " + p.index);
  if (index->filling) return fail(errc::validation, "Cannot search backfilling vector index: " + p.index);
  auto filter = to_search_filter(p, *index);
  if (!filter) return std::unexpected(filter.error());
  std::optional<std::string_view> hash;
  json::buffer padded;
  if (filter->hash) {
    padded.append(*filter->hash);
    hash = padded.view();
  }
  auto prefix = vector_rows_prefix(core.rows->prefix(), *index, hash);
  if (!prefix) return std::unexpected(prefix.error());
  return search_plan{std::move(table), index, *std::move(filter), *std::move(prefix), distance_of(index->distance)};
}

}  // namespace

begun_read search_vectors(const engine_core& core, const request& r) {
  auto parameters = read_search_vectors(r);
  if (!parameters) return std::unexpected(parameters.error());
  auto planned = plan_search(core, *parameters);
  if (!planned) return std::unexpected(planned.error());
  if (auto in_memory = search_memory(core, *parameters, *planned)) return in_memory;
  return search_rows(core, *std::move(parameters), *std::move(planned));
}

}  // namespace dynamo::engine
