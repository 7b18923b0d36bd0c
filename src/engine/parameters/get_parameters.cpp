#include "get_parameters.hpp"

#include "member_reader.hpp"

namespace dynamo::engine {
namespace {

using of_get = get_parameters;
constexpr auto get_members =
    declare(consumed_capacity_report<of_get>(), table_name<of_get>(), key<of_get>(), consistent_read<of_get>(),
            projection_expression<of_get>(), expression_names<of_get>(), attributes_to_get<of_get>());

}  // namespace

result<get_parameters> read_get_item(const request& r, error_wording era) {
  auto parameters = read_request(r, get_members, wording_of(r.operation, era));
  if (!parameters) return parameters;
  if (auto parsed = parameters->expressions.parse(era); !parsed) return std::unexpected(parsed.error());
  return parameters;
}

}  // namespace dynamo::engine
