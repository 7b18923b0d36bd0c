#pragma once

#include "movies/input.hpp"
#include "support/screen.hpp"

#include <string>

namespace demo {

/// Serves the movies over HTTP, has a Python program read all of them with boto3, and compares them with the input; `first` is
/// what became of movie 0 meanwhile. Left out where boto3 is missing.
step_report read_with_boto3(screen&, const movie_source&, const movie& first, const std::string& directory);

/// Leaves a server running when the demo has ended, and says what to ask it.
step_report leave_server(screen&, const std::string& directory);

}  // namespace demo
