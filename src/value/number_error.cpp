#include <value/number_error.hpp>

namespace dynamo::number_error {

error not_a_number(std::string_view text) {
  constexpr std::size_t quoted_max = 256;  // our own bound: a request may hold a megabyte that is no number
  std::string message = "The parameter cannot be converted to a numeric value";
  if (text.empty()) return {errc::validation, std::move(message)};
  message += ": ";
  if (text.size() <= quoted_max) {
    message += text;
  } else {
    std::size_t end = quoted_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a UTF-8 character
    message.append(text.substr(0, end)).append("...");
  }
  return {errc::validation, std::move(message)};
}

error too_many_digits() {
  return {errc::validation, "Attempting to store more than 38 significant digits in a Number"};
}

error overflow() {
  return {errc::validation, "Number overflow. Attempting to store a number with magnitude larger than supported range"};
}

error underflow() {
  return {errc::validation,
          "Number underflow. Attempting to store a number with magnitude smaller than supported range"};
}

}  // namespace dynamo::number_error
