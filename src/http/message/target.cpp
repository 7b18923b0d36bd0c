#include <dynamo/http/detail/target.hpp>

#include <dynamo/http/request_head.hpp>

namespace dynamo::http {

std::string_view path_of(std::string_view target) noexcept {
  if (target == "*") return target;
  for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (!same_word(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto path = target.find_first_of("/?");
    if (path == std::string_view::npos || target[path] == '?') return "/";
    target.remove_prefix(path);
    break;
  }
  if (!target.starts_with('/')) return {};
  return target.substr(0, target.find('?'));
}

}  // namespace dynamo::http
