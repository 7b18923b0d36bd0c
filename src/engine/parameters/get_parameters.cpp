#include "get_parameters.hpp"

#include "member_reader.hpp"

namespace dynamo::engine {
namespace {

using wanted = get_parameters;
constexpr auto members =
    declare(consumed_capacity_report<wanted>(), table_name<wanted>(), key<wanted>(), consistent_read<wanted>(),
            projection_expression<wanted>(), expression_names<wanted>(), legacy<wanted>("AttributesToGet"));

}  // namespace

result<get_parameters> read_get_item(const request& r) {
  auto parameters = read_request(r, members);
  if (!parameters) return parameters;
  if (auto parsed = parameters->expressions.parse(); !parsed) return std::unexpected(parsed.error());
  return parameters;
}

}  // namespace dynamo::engine
