#pragma once

#include <string_view>

/// What the demo shows of its code is what was compiled: both come from the same tokens.

/// Declares what stands in it, and its text under `name`.
#define DEMO_DECLARE(name, ...) \
  __VA_ARGS__                   \
  inline constexpr std::string_view name = #__VA_ARGS__;

/// Shows statements, then executes them in this scope.
#define DEMO_RUN(screen, ...)      \
  (screen).code(#__VA_ARGS__ ";"); \
  __VA_ARGS__
/// The same for what ends with a block.
#define DEMO_RUN_BLOCK(screen, ...) \
  (screen).code(#__VA_ARGS__);      \
  __VA_ARGS__
