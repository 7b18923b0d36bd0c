// uses: json
// An item that the reader accepts is canonical after one pass, has the same size however it is measured, and survives the tree.
#include "require.hpp"

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dynamo;
  const json::buffer text{std::string_view{reinterpret_cast<const char*>(data), size}};
  {
    json::cursor any{text};
    (void)any.skip();
    DYNAMO_REQUIRE(any.position() <= size);
  }
  if (!json::validate_utf8(text.view())) return 0;

  json::cursor reader{text};
  json::buffer canonical;
  const auto item_size = json::canonicalise_item(reader, canonical);
  if (!item_size) {
    DYNAMO_REQUIRE(canonical.empty());
    return 0;
  }
  DYNAMO_REQUIRE(json::validate_utf8(canonical.view()));
  DYNAMO_REQUIRE(json::size_of_item(canonical.view()) == *item_size);

  json::cursor second_reader{canonical};
  json::buffer again;
  const auto second_size = json::canonicalise_item(second_reader, again);
  DYNAMO_REQUIRE(second_size && *second_size == *item_size && again.view() == canonical.view());

  (void)json::read_item(canonical.view());
  return 0;
}
