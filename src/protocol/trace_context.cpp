#include <dynamo/protocol/trace_context.hpp>

#include <algorithm>

namespace dynamo {
namespace {

// traceparent = version "-" trace-id "-" parent-id "-" trace-flags, in lower-case hexadecimal digits; versions after 00 may go on with "-" and more.
constexpr std::size_t size_of_version_00 = 55;

bool are_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) { return are_digits(text) && text.find_first_not_of('0') != std::string_view::npos; }

/// Nothing that ends a line of a head, or that a proxy may take for such an end.
bool is_visible_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

}  // namespace

bool has_form_of_traceparent(std::string_view text) noexcept {
  if (text.size() < size_of_version_00 || text.size() > trace_context::traceparent_size_max) return false;
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const std::string_view version = text.substr(0, 2);
  if (!are_digits(version) || version == "ff") return false;
  if (!is_id(text.substr(3, 32)) || !is_id(text.substr(36, 16)) || !are_digits(text.substr(53, 2))) return false;
  const std::string_view more = text.substr(size_of_version_00);
  return more.empty() || (version != "00" && more.front() == '-' && is_visible_text(more));
}

bool has_form_of_tracestate(std::string_view text) noexcept {
  return !text.empty() && text.size() <= trace_context::tracestate_size_max && is_visible_text(text);
}

}  // namespace dynamo
