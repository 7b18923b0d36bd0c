#include "resource_arn.hpp"

namespace dynamo::engine {
namespace {

// The text up to a separator, which goes with it; nothing if there is none.
std::optional<std::string_view> take_until(std::string_view& text, char separator) noexcept {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at + 1);
  return part;
}

bool take(std::string_view& text, std::string_view expected) noexcept {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

}  // namespace

std::optional<resource_arn> parse_resource_arn(std::string_view text) noexcept {
  if (!take(text, "arn:")) return std::nullopt;
  const auto partition = take_until(text, ':');
  if (!partition || partition->empty() || !take(text, "dynamodb:")) return std::nullopt;
  const auto region = take_until(text, ':');
  const auto account = region ? take_until(text, ':') : std::nullopt;
  if (!account || !take(text, "table/")) return std::nullopt;
  resource_arn found{
      .region = *region, .account = *account, .table = text.substr(0, text.find('/')), .index = {}, .stream = {}};
  text.remove_prefix(found.table.size());
  if (found.table.empty()) return std::nullopt;
  if (text.empty()) return found;
  if (take(text, "/index/")) {
    found.index = text;
  } else if (take(text, "/stream/")) {
    found.stream = text;
  }
  const bool has_one_name = !text.empty() && text.find('/') == std::string_view::npos;
  return has_one_name && (!found.index.empty() || !found.stream.empty()) ? std::optional(found) : std::nullopt;
}

}  // namespace dynamo::engine
