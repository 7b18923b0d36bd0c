#include "request_wording.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace dynamo::engine {
namespace {

using op = operation_name;
using json::value_layer;

struct operation_wording {
  op operation;
  bool in_envelope;
};

// The operations that are read by the newer layer since 2026. All others are read by the older one.
constexpr auto newer = std::to_array<operation_wording>({
    {op::put_item, true},
    {op::update_item, true},
    {op::delete_item, true},
    {op::get_item, false},
    {op::batch_get_item, false},
    {op::query, false},
    {op::transact_get_items, false},
    {op::transact_write_items, false},
});

}  // namespace

error request_wording::of_request(const error& why) const {
  if (!in_envelope || why.code() != errc::validation) return why;
  return error(errc::validation, "1 validation error detected: " + std::string(why.message()));
}

request_wording wording_of(operation_name operation, error_wording era) noexcept {
  const auto found = std::ranges::find(newer, operation, &operation_wording::operation);
  if (era == error_wording::of_2025 || found == newer.end()) return {era, false, value_layer::older, true};
  return {era, found->in_envelope, value_layer::newer, false};
}

}  // namespace dynamo::engine
