#pragma once

#include <dynamo/base/clock.hpp>
#include <engine/tables/attachment.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

// Tags are kept in the order of their keys' bytes. Pure.

std::vector<tag> sorted(std::vector<tag>);
/// `tags` with `given`, whose values overwrite those of the same keys. Both sorted by key, or not.
std::vector<tag> with_tags(std::vector<tag> tags, const std::vector<tag>& given);
std::vector<tag> without_tags(std::vector<tag> tags, const std::vector<std::string>& keys);

/// The revision of a policy that is put at a time: greater than that before.
std::uint64_t revision_after(std::uint64_t previous, instant now) noexcept;

}  // namespace dynamo::engine
