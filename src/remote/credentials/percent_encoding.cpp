#include <remote/credentials/percent_encoding.hpp>

namespace dynamo::aws {

void append_form_member(std::string& to, std::string_view name, std::string_view value) {
  constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  if (!to.empty()) to += '&';
  to.append(name) += '=';
  for (const char c : value) {
    if (unreserved.find(c) != unreserved.npos) {
      to += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    to += '%';
    to += digits[byte >> 4U];
    to += digits[byte & 15U];
  }
}

}  // namespace dynamo::aws
