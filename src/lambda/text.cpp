#include "text.hpp"

#include <dynamo/json/cursor.hpp>

namespace dynamo::lambda {

std::string clean_text(std::string_view text, std::size_t size_max) {
  if (text.size() > size_max) {
    // Not in the middle of a character: its later bytes are 10xxxxxx.
    std::size_t end = size_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text = text.substr(0, end);
  }
  std::string clean(text);
  if (!json::validate_utf8(clean)) {
    for (char& c : clean) {
      if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
  }
  return clean;
}

}  // namespace dynamo::lambda
