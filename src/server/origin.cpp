#include "origin.hpp"

#include <algorithm>

namespace dynamo::server_detail {
namespace {

bool is_port(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_this_machine(std::string_view origin) noexcept {
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;
  const std::string_view scheme = origin.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") return false;
  const std::string_view rest = origin.substr(scheme_end + 3);
  for (const std::string_view host :
       {std::string_view("localhost"), std::string_view("127.0.0.1"), std::string_view("[::1]")}) {
    if (!rest.starts_with(host)) continue;
    const std::string_view port = rest.substr(host.size());
    if (port.empty() || (port.front() == ':' && is_port(port.substr(1)))) return true;
  }
  return false;
}

}  // namespace

bool origin_allowed(std::string_view origin, const std::vector<std::string>& listed) noexcept {
  return is_this_machine(origin) ||
         std::ranges::any_of(listed, [&](const std::string& one) { return one == "*" || one == origin; });
}

}  // namespace dynamo::server_detail
