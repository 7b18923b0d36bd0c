#pragma once

#include "support/screen.hpp"

#include <string>

namespace demo {

/// Runs the program visitor.cpp on a database that the demo keeps, and shows how to write and build such a program.
step_report show_visitor(screen&, const std::string& directory);

}  // namespace demo
