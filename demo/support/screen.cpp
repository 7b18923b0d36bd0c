#include "screen.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace demo {
namespace {

constexpr std::size_t screen_width = 110, margin = 4;
constexpr std::size_t name_width = 24;

void put(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

/// Characters, not bytes: for columns.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}
std::string padded(std::string_view text, std::size_t to) {
  const std::size_t size = characters(text);
  return std::string(text) + std::string(size < to ? to - size : 0, ' ');
}

}  // namespace

screen::screen() : person_(isatty(STDOUT_FILENO) != 0), colours_(person_) {
  const char* const terminal = std::getenv("TERM");
  if (std::getenv("NO_COLOR") != nullptr || terminal == nullptr || std::string_view(terminal) == "dumb")
    colours_ = false;
}

std::string screen::dim(std::string_view text) const {
  return colours_ ? fmt::format("\033[2m{}\033[0m", text) : std::string(text);
}
std::string screen::bold(std::string_view text) const {
  return colours_ ? fmt::format("\033[1m{}\033[0m", text) : std::string(text);
}
std::string screen::mark(bool held) const {
  if (!colours_) return held ? "✓" : "✗";
  return held ? "\033[32m✓\033[0m" : "\033[1;31m✗\033[0m";
}

void screen::heading(std::string_view text) { put("\n" + bold(text)); }

void screen::step(std::string_view name, std::string_view why) {
  ++steps_;
  calls_ = 0;
  std::string line = fmt::format("━━ {}  {} ", steps_, name);
  for (std::size_t size = characters(line); size < screen_width; ++size) line += "━";
  put("\n" + bold(line));
  if (!why.empty()) put(std::string(why));
}

void screen::call(std::string_view name) { put("\n  " + bold(fmt::format("{}.{}  {}", steps_, ++calls_, name))); }

void screen::code(std::string_view text) {
  for (const std::string& line : code_lines(text, screen_width - margin)) {
    put(colours_ ? fmt::format("    \033[36m{}\033[0m", line) : "    " + line);
  }
}

void screen::say(std::string_view text) { put(fmt::format("  {}", text)); }
void screen::answer(std::string_view text) { put(fmt::format("    {} {}", dim("→"), text)); }
bool screen::check(bool held, std::string_view text) {
  put(fmt::format("    {} {}", mark(held), text));
  return held;
}
void screen::fact(std::string_view name, std::string_view value) {
  put(fmt::format("    {} {}", dim(padded(name, name_width)), value));
}

void screen::verbatim(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    put(fmt::format("      {}", text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void screen::summary(const std::vector<step_report>& steps) {
  std::size_t names = 0, findings = 0;
  for (const step_report& step : steps) {
    names = std::max(names, characters(step.name));
    findings = std::max(findings, characters(step.finding));
  }
  put("");
  for (const step_report& step : steps) {
    put(fmt::format("  {} {}  {}  {:>6.1f} s", step.left_out ? "-" : mark(step.held), bold(padded(step.name, names)),
                    padded(step.finding, findings), step.took.count()));
  }
}

void screen::progress(std::string_view what, std::uint64_t done, std::uint64_t all) {
  constexpr std::uint64_t cells = 40;
  const std::uint64_t shown = all == 0 ? all : std::min(done, all);
  if (!person_) {
    for (; quarters_ < 4 && all != 0 && shown * 4 >= static_cast<std::uint64_t>(quarters_ + 1) * all; ++quarters_) {
      put(fmt::format("    {} {:>3} %", what, 25 * (quarters_ + 1)));
    }
    return;
  }
  std::string bar;
  const std::uint64_t full = all == 0 ? cells : shown * cells / all;
  for (std::uint64_t cell = 0; cell < cells; ++cell) bar += cell < full ? "█" : "░";
  const std::string line = fmt::format("\r    {} {} {} of {}\033[K", what, bar, grouped(shown), grouped(all));
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fflush(stdout);
}

void screen::end_progress() {
  if (person_) put("");
  quarters_ = 0;
}

}  // namespace demo
