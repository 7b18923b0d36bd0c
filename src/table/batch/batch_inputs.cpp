#include <table/batch/batch_inputs.hpp>

#include <utility>

namespace dynamo::detail {

void batch_inputs::add(std::string key, std::string text) {
  const auto [at, is_new] = by_key_.try_emplace(std::move(key), static_cast<std::uint32_t>(entries_.size()));
  if (is_new) {
    entries_.push_back({std::move(text), inputs_.size()});
  } else {
    entries_[at->second] = {std::move(text), inputs_.size()};
  }
  inputs_.emplace_back().entry = at->second;
}

void batch_inputs::add(error problem) { inputs_.emplace_back().problem = std::move(problem); }

std::uint32_t batch_inputs::find(const std::string& key) const {
  const auto at = by_key_.find(key);
  return at == by_key_.end() ? none : at->second;
}

}  // namespace dynamo::detail
