#pragma once

#include "movies/input.hpp"
#include "shelf.hpp"
#include "support/screen.hpp"

namespace demo {

/// Step 1: creates the table in an empty directory, writes every movie and some twice, from several threads in batches, and reads
/// back. Meanwhile a reader follows the table's changes and keeps a copy by director, up to somewhere past their middle.
step_report load_movies(screen&, const movie_source&, const std::string& directory, unsigned threads, shelf_progress&);

}  // namespace demo
