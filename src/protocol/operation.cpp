#include <dynamo/protocol/operation.hpp>

#include <dynamo/json/cursor.hpp>

#include <cassert>
#include <charconv>

namespace dynamo::detail {

call_details read_details(const reply& answer) {
  call_details details;
  details.request_id = answer.request_id;
  details.attempts = answer.attempts;
  json::cursor at(answer.body);
  std::string_view name;
  if (!at.begin_object()) return details;
  while (at.next_name(name)) {
    if (name != "ConsumedCapacity" || at.peek() != json::token::object) {
      at.skip();
      continue;
    }
    at.begin_object();
    while (at.next_name(name)) {
      if (name != "CapacityUnits") {
        at.skip();
        continue;
      }
      const std::string_view digits = at.read_number();
      double units = 0;
      if (std::from_chars(digits.data(), digits.data() + digits.size(), units).ec == std::errc()) {
        details.capacity_units = units;
      }
    }
  }
  return details;
}

void request_details(request& r) {
  assert(r.body.size() >= 2 && r.body.back() == '}');
  r.body.truncate(r.body.size() - 1);
  if (r.body.back() != '{') r.body.append(',');
  r.body.append(R"("ReturnConsumedCapacity":"TOTAL"})");
}

}  // namespace dynamo::detail
