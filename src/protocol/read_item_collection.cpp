#include <dynamo/protocol/detail/read_item_collection.hpp>

#include <charconv>

namespace dynamo::detail {

item_collection read_item_collection(json::cursor& at) {
  item_collection one;
  std::string_view name;
  if (!at.begin_object()) return one;
  while (at.next_name(name)) {
    if (name == "ItemCollectionKey") {
      one.key = at.skip();
    } else if (name == "SizeEstimateRangeGB" && at.peek() == json::token::array) {
      at.begin_array();
      for (int place = 0; at.next_element(); ++place) {
        const std::string_view digits = at.read_number();
        double bound = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), bound);
        if (place == 0) one.gigabytes_min = bound;
        if (place == 1) one.gigabytes_max = bound;
      }
    } else {
      at.skip();
    }
  }
  return one;
}

}  // namespace dynamo::detail
