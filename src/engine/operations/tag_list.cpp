#include "tag_list.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace dynamo::engine {

std::vector<tag> sorted(std::vector<tag> tags) {
  std::ranges::sort(tags, {}, &tag::key);
  return tags;
}

std::vector<tag> with_tags(std::vector<tag> tags, const std::vector<tag>& given) {
  for (const tag& one : given) {
    const auto same = std::ranges::find(tags, one.key, &tag::key);
    if (same == tags.end()) {
      tags.push_back(one);
    } else {
      same->value = one.value;
    }
  }
  return sorted(std::move(tags));
}

std::vector<tag> without_tags(std::vector<tag> tags, const std::vector<std::string>& keys) {
  std::erase_if(tags, [&](const tag& one) { return std::ranges::find(keys, one.key) != keys.end(); });
  return tags;
}

std::uint64_t revision_after(std::uint64_t previous, instant now) noexcept {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return std::max(previous + 1, static_cast<std::uint64_t>(std::max<std::int64_t>(since, 0)));
}

}  // namespace dynamo::engine
