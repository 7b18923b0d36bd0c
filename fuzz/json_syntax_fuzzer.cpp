// uses: json
// links: simdjson::simdjson
// The cursor accepts a text exactly when simdjson does, and reads the same strings from it.
#include "require.hpp"

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/cursor.hpp>

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using dynamo::json::cursor;

/// Reads on in both, value by value.
void same_content(cursor& ours, const simdjson::dom::element& theirs) {
  switch (theirs.type()) {
    case simdjson::dom::element_type::OBJECT: {
      std::string_view name;
      DYNAMO_REQUIRE(ours.begin_object());
      for (const auto member : simdjson::dom::object(theirs)) {
        DYNAMO_REQUIRE(ours.next_name(name) && name == member.key);
        same_content(ours, member.value);
      }
      DYNAMO_REQUIRE(!ours.next_name(name) && ours.ok());
      break;
    }
    case simdjson::dom::element_type::ARRAY:
      DYNAMO_REQUIRE(ours.begin_array());
      for (const auto element : simdjson::dom::array(theirs)) {
        DYNAMO_REQUIRE(ours.next_element());
        same_content(ours, element);
      }
      DYNAMO_REQUIRE(!ours.next_element() && ours.ok());
      break;
    case simdjson::dom::element_type::STRING: DYNAMO_REQUIRE(ours.read_string() == std::string_view(theirs)); break;
    case simdjson::dom::element_type::BOOL: DYNAMO_REQUIRE(ours.read_bool() == bool(theirs)); break;
    case simdjson::dom::element_type::NULL_VALUE: ours.read_null(); break;
    default: DYNAMO_REQUIRE(!ours.read_number().empty()); break;
  }
  DYNAMO_REQUIRE(ours.ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Empty input may come as a null pointer, which simdjson hands to memcpy.
  const std::string_view bytes =
      size == 0 ? std::string_view("") : std::string_view(reinterpret_cast<const char*>(data), size);
  const bool valid_utf8 = dynamo::json::validate_utf8(bytes);
  DYNAMO_REQUIRE(valid_utf8 == simdjson::validate_utf8(bytes));

  const dynamo::json::buffer text{bytes};
  cursor ours{text};
  ours.skip();
  const bool accepted = valid_utf8 && ours.at_end();

  thread_local simdjson::dom::parser parser;
  simdjson::dom::element theirs;
  const simdjson::error_code error = parser.parse(bytes.data(), bytes.size()).get(theirs);
  // A number may be well-formed and yet too large to be converted; and simdjson nests deeper.
  if (error == simdjson::NUMBER_ERROR ||
      (ours.problem() != nullptr && std::string_view(ours.problem()) == "nested too deeply"))
    return 0;
  DYNAMO_REQUIRE(accepted == (error == simdjson::SUCCESS));
  if (accepted) {
    cursor again{text};
    same_content(again, theirs);
    DYNAMO_REQUIRE(again.at_end());
  }
  return 0;
}
