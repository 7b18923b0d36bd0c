#include "ratio.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace dynamo::bench {
namespace {

constexpr unsigned rounds_in_full = 101;
constexpr unsigned rounds_in_quick = 15;
constexpr unsigned warm_up_rounds = 3;

double seconds(meter by) {
  timespec now{};
  clock_gettime(by == meter::thread_cpu ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct measurement {
  double microseconds = 0;
  double allocations = 0;
};

measurement one_round(const ratios::operation& side, std::uint64_t first, unsigned operations, meter by) {
  const std::uint64_t allocated = allocations();
  const double begin = seconds(by);
  for (unsigned i = 0; i < operations; ++i) side(first + i);
  const double end = seconds(by);
  return {(end - begin) * 1e6 / operations, static_cast<double>(allocations() - allocated) / operations};
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double median(const std::vector<measurement>& rounds, double measurement::* what) {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const measurement& round : rounds) values.push_back(round.*what);
  return median(std::move(values));
}

/// Up to a quarter over a budget is tolerated for now, with a profile in docs/benchmarks.md.
const char* verdict(double value, double most) {
  return most == 0 ? "" : value <= most ? "ok" : value <= 1.25 * most ? "over, within a quarter" : "OVER";
}

}  // namespace

// Names that a profiler can be told: callgrind --toggle-collect='dynamo::bench::profiled*'.
[[gnu::noinline]] void profiled(const ratios::operation& side, std::uint64_t first, unsigned operations) {
  for (unsigned i = 0; i < operations; ++i) side(first + i);
}

ratios::ratios(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto value = [&] {
      if (i + 1 < argc) return argv[++i];
      std::fprintf(stderr, "%s takes a value\n", argv[i]);
      std::exit(2);
    };
    if (argument == "--quick") {
      quick_ = true;
    } else if (argument == "--only") {
      only_ = value();
    } else if (argument == "--row") {
      row_ = value();
    } else if (argument == "--side") {
      side_ = value();
    } else if (argument == "--rounds") {
      rounds_ = static_cast<unsigned>(std::atoi(value()));
    } else {
      std::fprintf(stderr, "usage: %s [--quick] [--only TEXT] [--row NAME] [--rounds N] [--side bare|ours]\n", argv[0]);
      std::exit(2);
    }
  }
  if (rounds_ == 0) rounds_ = quick_ ? rounds_in_quick : rounds_in_full;
}

void ratios::heading(std::string_view title) {
  std::printf(
      "\n| %.*s | bare, us | ours, us | ratio | budget | floor | allocations, bare | ours | |\n"
      "|---|---|---|---|---|---|---|---|---|\n",
      static_cast<int>(title.size()), title.data());
  std::fflush(stdout);
}

void ratios::profile(std::string_view row, const operation& side, std::uint64_t first, unsigned operations,
                     unsigned calls) const {
  profiled(side, first, operations);
  std::printf("%.*s, %s: %u operations\n", static_cast<int>(row.size()), row.data(), side_.c_str(), calls);
  std::fflush(stdout);
}

void ratios::compare(std::string_view row, promise promised, unsigned per_round, const operation& bare,
                     const operation& ours, meter by) {
  if (!wanted(row)) return;
  if (!side_.empty()) {
    for (unsigned round = 0; round < warm_up_rounds; ++round) {
      one_round(side_ == "bare" ? bare : ours, std::uint64_t{round} * per_round, per_round, by);
    }
    return profile(row, side_ == "bare" ? bare : ours, std::uint64_t{warm_up_rounds} * per_round, rounds_ * per_round,
                   rounds_ * per_round);
  }
  std::vector<measurement> bare_rounds, our_rounds;
  std::vector<double> times;
  for (unsigned round = 0; round < warm_up_rounds + rounds_; ++round) {
    const std::uint64_t first = std::uint64_t{round} * per_round;
    measurement b, o;
    if (round % 2 == 0) b = one_round(bare, first, per_round, by);
    o = one_round(ours, first, per_round, by);
    if (round % 2 != 0) b = one_round(bare, first, per_round, by);
    if (round < warm_up_rounds) continue;
    bare_rounds.push_back(b);
    our_rounds.push_back(o);
    times.push_back(o.microseconds / b.microseconds);
  }
  const double ratio = median(times), us = median(our_rounds, &measurement::microseconds);
  std::string budget = "-";
  char text[64];
  if (promised.ratio_max != 0) {
    std::snprintf(text, sizeof text, "%.2f", promised.ratio_max);
    budget = text;
  } else if (promised.microseconds_max != 0) {
    std::snprintf(text, sizeof text, "%.2f us", promised.microseconds_max);
    budget = text;
  }
  std::printf("| %.*s | %.2f | %.2f | %.2f | %s | %s | %.1f | %.1f | %s |\n", static_cast<int>(row.size()), row.data(),
              median(bare_rounds, &measurement::microseconds), us, ratio, budget.c_str(), promised.floor,
              median(bare_rounds, &measurement::allocations), median(our_rounds, &measurement::allocations),
              promised.ratio_max != 0 ? verdict(ratio, promised.ratio_max) : verdict(us, promised.microseconds_max));
  std::fflush(stdout);
}

void ratios::alone(std::string_view row, promise promised, unsigned per_round, const operation& ours, meter by) {
  if (!wanted(row)) return;
  if (!side_.empty()) {
    for (unsigned round = 0; round < warm_up_rounds; ++round) one_round(ours, 0, per_round, by);
    return profile(row, ours, 0, rounds_ * per_round, rounds_ * per_round);
  }
  std::vector<measurement> rounds;
  for (unsigned round = 0; round < warm_up_rounds + rounds_; ++round) {
    const measurement m = one_round(ours, std::uint64_t{round} * per_round, per_round, by);
    if (round >= warm_up_rounds) rounds.push_back(m);
  }
  const double us = std::ranges::min(rounds, {}, &measurement::microseconds).microseconds;
  char budget[64] = "-";
  if (promised.microseconds_max != 0) std::snprintf(budget, sizeof budget, "%.2f us", promised.microseconds_max);
  std::printf("| %.*s | - | %.2f | - | %s | %s | - | %.1f | %s |\n", static_cast<int>(row.size()), row.data(), us,
              budget, promised.floor, median(rounds, &measurement::allocations),
              verdict(us, promised.microseconds_max));
  std::fflush(stdout);
}

void ratios::percentiles(std::string_view row, promise promised, std::vector<double> microseconds) const {
  std::ranges::sort(microseconds);
  const auto at = [&](std::size_t percent) { return microseconds[(microseconds.size() - 1) * percent / 100]; };
  std::printf(
      "\n| single operations, wall time | of | half within, us | 99 %% within, us | the slowest, us | budget | |\n"
      "|---|---|---|---|---|---|---|\n| %.*s | %zu | %.2f | %.2f | %.2f | %.2f us | %s |\n",
      static_cast<int>(row.size()), row.data(), microseconds.size(), at(50), at(99), at(100), promised.microseconds_max,
      verdict(at(99), promised.microseconds_max));
  std::fflush(stdout);
}

}  // namespace dynamo::bench
