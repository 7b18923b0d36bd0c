#pragma once

#include "support/screen.hpp"

namespace demo {

/// Compiles three programs that are wrong, with the compiler that built the demo, and shows what it says.
/// Holds if each is refused in the library's own words. Without that compiler, or without the demo's sources, it says so.
step_report show_wrong_programs(screen&);

}  // namespace demo
