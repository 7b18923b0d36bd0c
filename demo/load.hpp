#pragma once

#include "input.hpp"
#include "screen.hpp"

namespace demo {

/// Step 1: creates the table in an empty directory, writes every movie and some twice, from several threads, and reads back.
step_report load_movies(screen&, const movie_source&, const std::string& directory, unsigned threads);

}  // namespace demo
