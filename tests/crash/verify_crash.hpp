#pragma once

#include "../model/change_log.hpp"
#include "workload.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::crash {

/// What a child told before it was killed.
struct report {
  std::array<int, threads> operations{};  ///< acknowledged, by thread
  int counted = 0;
  /// What was acknowledged last of the vector index that is added and removed; asked: something that was not acknowledged.
  enum class index : std::uint8_t { untouched, asked, there, gone };
  index added = index::untouched;
  std::string complaint;  ///< of the child itself
};
report read_report(const std::vector<std::string>& lines);

/// Compares a database with what was acknowledged in all rounds so far. Says what is wrong, if anything: an acknowledged write that is missing, a torn or unknown one, a change record too many or too few, a
/// number used twice, an index that is not what its table implies. Waits for an index that is being filled. `log` is the change log at the last look, and becomes the present one: it may only have grown.
std::optional<std::string> verify(endpoint&, std::uint64_t seed, const std::vector<report>& rounds,
                                  std::vector<model::change>& log);
/// The same of a directory, opened as any program would.
std::optional<std::string> verify(const std::string& directory, std::uint64_t seed, const std::vector<report>& rounds,
                                  std::vector<model::change>& log);

}  // namespace dynamo::crash
