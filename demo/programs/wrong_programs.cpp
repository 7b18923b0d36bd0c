#include "wrong_programs.hpp"

#include "support/process.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

// DEMO_COMPILER, DEMO_SOURCES and DEMO_INCLUDES come from CMakeLists.txt.

namespace demo {
namespace {

constexpr auto timeout = std::chrono::minutes(3);  // on a slow machine

struct wrong_program {
  const char* title;
  const char* file;
};
constexpr std::array<wrong_program, 3> programs{
    wrong_program{"changing a key", "update_a_key.cpp"},
    wrong_program{"a key of another type", "key_of_another_type.cpp"},
    wrong_program{"a key condition on what is no key", "query_by_no_key.cpp"},
};

std::string path_of(const wrong_program& program) {
  return std::string(DEMO_SOURCES "/programs/wrong/") + program.file;
}

/// What the file says about itself: the mistake, and the words that are expected as an answer.
struct wrong_text {
  std::string mistake, expected;
};
wrong_text read_program(const wrong_program& program) {
  wrong_text text;
  std::ifstream in(path_of(program));
  constexpr std::string_view expects = "// expects: ";
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(expects)) text.expected = line.substr(expects.size());
    if (line.starts_with("#else")) inside = false;
    if (inside) text.mistake += line.substr(std::min(line.find_first_not_of(' '), line.size()));
    if (line.starts_with("#ifdef BREAK")) inside = true;
  }
  return text;
}

std::vector<std::string> arguments_for(const wrong_program& program) {
  return {"-std=c++23",
          "-fsyntax-only",
          "-fdiagnostics-color=never",
          "-DBREAK",
          "-DBOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC",
          "-I" DEMO_INCLUDES,
          path_of(program)};
}

/// From all that the compiler says: where it was asked for, and the error in our words.
std::vector<std::string> essence(const std::string& all, const wrong_program& program, const std::string& expected) {
  std::vector<std::string> lines;
  std::istringstream in(all);
  for (std::string line; std::getline(in, line);) {
    const bool is_place =
        line.find(program.file) != std::string::npos && line.find(": ") != std::string::npos && lines.empty();
    const bool is_ours = line.find("error:") != std::string::npos && line.find(expected) != std::string::npos;
    if (!is_place && !is_ours) continue;
    for (const std::string_view folder : {DEMO_SOURCES "/", DEMO_INCLUDES "/"}) {
      if (line.starts_with(folder)) line.erase(0, folder.size());
    }
    lines.push_back(line);
    if (is_ours) break;
  }
  return lines;
}

}  // namespace

step_report show_wrong_programs(screen& out) {
  const auto begin = std::chrono::steady_clock::now();
  step_report report("wrong programs");
  const auto end = [&](bool held, std::string finding) {
    report.held = held;
    report.finding = std::move(finding);
    report.took = std::chrono::steady_clock::now() - begin;
    return report;
  };
  for (const std::string& needed :
       {std::string(DEMO_COMPILER), path_of(programs[0]), std::string(DEMO_INCLUDES "/dynamo/table.hpp")}) {
    if (std::filesystem::exists(needed)) continue;
    out.say(needed + " is not here: the wrong programs cannot be shown to the compiler that built this demo.");
    return end(true, "not shown: no compiler here");
  }

  std::vector<dynamo::result<child_process>> compilers;  // all at once
  for (const wrong_program& program : programs) {
    compilers.push_back(child_process::start(DEMO_COMPILER, arguments_for(program), child_process::piped::both));
  }
  int refused = 0;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    const wrong_text text = read_program(programs[i]);
    out.call(programs[i].title);
    out.code(text.mistake);
    if (!compilers[i]) {
      out.check(false, compilers[i].error().message());
      continue;
    }
    const std::string all = compilers[i]->read_all(timeout);
    const child_process::ending how = compilers[i]->wait();
    const std::vector<std::string> lines = essence(all, programs[i], text.expected);
    for (const std::string& line : lines) out.answer(line);
    const bool ours =
        how.signal == 0 && how.code != 0 && !lines.empty() && lines.back().find(text.expected) != std::string::npos;
    if (out.check(ours, how.ok() ? "it compiled, although it is wrong"
                        : ours   ? "refused, in our words"
                                 : "refused, but not in our words: " + all.substr(0, 500)))
      ++refused;
  }
  return end(refused == static_cast<int>(programs.size()),
             fmt::format("{} of {} are refused by the compiler in our words", refused, programs.size()));
}

}  // namespace demo
