#pragma once

#include <remote/settings/environment.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::aws {

using variables = std::map<std::string, std::string, std::less<>>;

/// An environment that has these variables.
inline environment with(variables of) {
  return [of = std::move(of)](std::string_view name) -> std::optional<std::string> {
    const auto found = of.find(name);
    if (found == of.end()) return std::nullopt;
    return found->second;
  };
}

}  // namespace dynamo::aws
