#pragma once

#include "movies/input.hpp"

#include <optional>
#include <string>

namespace demo {

/// What the command line asked for.
struct settings {
  input_choice input;
  unsigned threads = 16;
  unsigned rounds = 5;
  std::string keep;  ///< a folder for the database, which is kept; empty: none
};

/// Reads the command line. Nothing if the program is to end with `exit_code`, after --help or an error, which is then printed.
std::optional<settings> read_settings(int count, char** arguments, int& exit_code);

}  // namespace demo
