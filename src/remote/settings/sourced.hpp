#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace dynamo::aws {

/// Where a setting is from, in the order in which they win.
enum class origin_kind : std::uint8_t { program, environment_variable, profile, built_in };

struct origin {
  origin_kind kind = origin_kind::built_in;
  std::string text;  ///< "AWS_REGION", "profile dev (/home/me/.aws/config, line 3)": for people

  origin() = default;
  origin(origin_kind k, std::string t) : kind(k), text(std::move(t)) {}
};

/// A value, and where it is from.
template <class T>
struct sourced {
  T value{};
  origin from;

  sourced() = default;
  sourced(T v, origin o) : value(std::move(v)), from(std::move(o)) {}
};

}  // namespace dynamo::aws
