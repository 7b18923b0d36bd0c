#pragma once

#include "numbers.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

/// What became of a step of the demo; a row of the summary.
class step_report {
 public:
  explicit step_report(std::string step_name) : name(std::move(step_name)) {}
  std::string name;
  bool held = false;
  bool left_out = false;  ///< what it needs is not here
  std::string finding;
  std::chrono::duration<double> took{};
};

/// Writes to standard output, with colours where a person looks at it (and NO_COLOR is not set).
class screen {
 public:
  screen();

  void heading(std::string_view text);
  /// Numbered in the order of the calls, from 1.
  void step(std::string_view name, std::string_view why = {});
  /// A call within a step, numbered in its order: "2.3  a conditional put ...".
  void call(std::string_view name);
  /// C++, broken into lines again: the preprocessor joined them.
  void code(std::string_view text);
  void say(std::string_view text);
  /// What a call answered.
  void answer(std::string_view text);
  /// A check mark or a cross before `text`; returns `held`.
  bool check(bool held, std::string_view text);
  void fact(std::string_view name, std::string_view value);
  /// A file's text, as it is.
  void verbatim(std::string_view text);
  void summary(const std::vector<step_report>&);

  /// How far something is: redrawn in place for a person, otherwise four lines.
  void progress(std::string_view what, std::uint64_t done, std::uint64_t all);
  void end_progress();

  bool for_a_person() const { return person_; }

 private:
  std::string dim(std::string_view) const;
  std::string bold(std::string_view) const;
  std::string mark(bool held) const;

  bool person_;
  bool colours_;
  int steps_ = 0;
  int calls_ = 0;  // of this step
  int quarters_ = 0;
};

/// C++ source without line breaks, as lines of at most `width` characters.
std::vector<std::string> code_lines(std::string_view source, std::size_t width);

}  // namespace demo
