#pragma once

#include <dynamo/testing/child_process.hpp>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::testing_support {

/// A program, running: `words` are its path and its arguments. One that cannot be started ends the test program.
inline testing::child_process run_program(std::vector<std::string> words,
                                          testing::child_process::piped what = testing::child_process::piped::both,
                                          std::optional<std::vector<std::string>> variables = {}) {
  auto started =
      testing::child_process::start(words.at(0), {words.begin() + 1, words.end()}, what, std::move(variables));
  if (!started) {
    std::fprintf(stderr, "%s\n", started.error().message().c_str());
    std::abort();
  }
  return *std::move(started);
}

/// The port in the line with which a server says that it is ready.
inline unsigned short port_in(const std::string& ready) {
  return static_cast<unsigned short>(std::atoi(ready.c_str() + ready.rfind(':') + 1));
}

}  // namespace dynamo::testing_support
