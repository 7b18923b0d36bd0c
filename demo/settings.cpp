#include "settings.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

namespace demo {
namespace {

constexpr std::uint64_t count_min = 20, count_max = 100'000'000;
constexpr unsigned threads_max = 256, rounds_max = 1'000;

}  // namespace

std::optional<settings> read_settings(int count, char** arguments, int& exit_code) {
  settings chosen;
  chosen.input.seed =
      static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch() / std::chrono::microseconds(1)) %
      1'000'000'000;

  CLI::App app(
      "dynamo_demo: loads movies into an embedded database, shows every operation of a typed table,\n"
      "and proves that no acknowledged write is lost when its process is killed or the power fails.",
      "dynamo_demo");
  const auto movies =
      app.add_option("--movies", chosen.input.file, "load this JSON array of movies instead of made-up ones")
          ->type_name("FILE")
          ->check([](const std::string& file) { return file.empty() ? "a file name is needed" : ""; });
  app.add_option("--count", chosen.input.count, fmt::format("make up N movies ({} if not given)", chosen.input.count))
      ->type_name("N")
      ->check(CLI::Range(count_min, count_max))
      ->excludes(movies);
  app.add_option("--seed", chosen.input.seed,
                 "repeat a run: its made-up movies, and the moments when it kills (drawn from the clock if not given)")
      ->type_name("N")
      ->check([](const std::string& text) {
        return text.find_first_not_of("0123456789") == std::string::npos ? "" : "a number without a sign is needed";
      });
  app.add_option("--threads", chosen.threads, fmt::format("write from N threads ({} if not given)", chosen.threads))
      ->type_name("N")
      ->check(CLI::Range(1u, threads_max));
  app.add_option("--rounds", chosen.rounds,
                 fmt::format("kill the loader N times in each proof ({} if not given)", chosen.rounds))
      ->type_name("N")
      ->check(CLI::Range(1u, rounds_max));
  app.add_option("--keep", chosen.keep, "make the database in DIR, leave it there, and say how to open it")
      ->type_name("DIR");
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& end) {
    exit_code = app.exit(end) == 0 ? 0 : 2;
    return std::nullopt;
  }

  std::error_code problem;
  if (!chosen.keep.empty() && std::filesystem::exists(chosen.keep, problem) &&
      (!std::filesystem::is_directory(chosen.keep, problem) || !std::filesystem::is_empty(chosen.keep, problem))) {
    std::fprintf(stderr, "--keep: %s is there and not an empty folder; name another, or remove it\n",
                 chosen.keep.c_str());
    exit_code = 2;
    return std::nullopt;
  }
  return chosen;
}

}  // namespace demo
