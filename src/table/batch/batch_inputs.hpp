#pragma once

#include <dynamo/base/error.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dynamo::detail {

/// The inputs of a batch call, in their order, and what they come to: one entry for each key, since a request may name a key
/// once only. The last input with a key is the one that is sent.
class batch_inputs {
 public:
  struct entry {
    std::string text;        ///< what stands for it in a request
    std::size_t last_input;  ///< which one it is
  };
  struct input {
    std::uint32_t entry = none;
    std::optional<error> problem;  ///< could not be encoded; then it has no entry
  };
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  void add(std::string key, std::string text);
  void add(error problem);

  const std::vector<input>& inputs() const noexcept { return inputs_; }
  const std::vector<entry>& entries() const noexcept { return entries_; }
  /// The entry with this key, or none.
  std::uint32_t find(const std::string& key) const;

 private:
  std::vector<input> inputs_;
  std::vector<entry> entries_;
  std::unordered_map<std::string, std::uint32_t> by_key_;
};

}  // namespace dynamo::detail
