#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::bench {

/// What docs/benchmarks.md promises of a row. Zero: nothing is promised, the row is for information.
struct promise {
  double ratio_max = 0;         ///< times the bare side
  double microseconds_max = 0;  ///< absolute, on a machine like the one the budgets were set on
  const char* floor = "";       ///< what hand-written code reached

  static promise ratio(double most, const char* floor = "") { return {most, 0, floor}; }
  static promise microseconds(double most, const char* floor = "") { return {0, most, floor}; }
  static promise none() { return {}; }
};

/// What a row counts as time.
enum class meter : std::uint8_t {
  thread_cpu,  ///< of the calling thread: for work without waiting
  wall         ///< for what waits for a disk or for other threads
};

/// Compares an operation of ours with a bare one, in one run: many short rounds, the two sides taking turns in each, and
/// the median of the rounds' ratios. So a machine that is busy with something else is busy for both sides.
///
/// Each side is a function that is called with a number that counts up from 0, the same numbers on both sides, and does
/// one operation. Rows are printed as Markdown as they are measured. Not thread-safe.
///
/// Command line: --quick (fewer rounds; and a benchmark that asks quick() loads less), --only TEXT (rows whose name has TEXT), --row NAME (the row of that
/// name), --side bare|ours with --rounds N (one side alone, unmeasured, for a profiler).
class ratios {
 public:
  using operation = std::function<void(std::uint64_t)>;

  ratios(int argc, char** argv);

  bool quick() const noexcept { return quick_; }
  /// Begins a table with this heading.
  void heading(std::string_view title);
  /// `per_round` operations make one round of one side: some hundred microseconds.
  void compare(std::string_view row, promise, unsigned per_round, const operation& bare, const operation& ours,
               meter = meter::thread_cpu);
  /// An operation with nothing to compare it with. Its fastest round counts: what disturbs a round only makes it slower.
  void alone(std::string_view row, promise, unsigned per_round, const operation& ours, meter = meter::thread_cpu);
  /// How long single operations took, in microseconds of wall time: a small table of its own. The promise is the 99th percentile's.
  void percentiles(std::string_view row, promise, std::vector<double> microseconds) const;
  /// With --side: runs an operation so often for the profiler, and says how many calls that were. To be called after a warm-up.
  void profile(std::string_view row, const operation&, std::uint64_t first, unsigned operations, unsigned calls) const;
  bool profiling() const noexcept { return !side_.empty(); }
  /// Whether any row with this name is wanted: spares preparing it.
  bool wanted(std::string_view row) const {
    return row.find(only_) != std::string_view::npos && (row_.empty() || row == row_);
  }

 private:
  bool quick_ = false;
  std::string only_, row_;
  std::string side_;
  unsigned rounds_ = 0;
};

/// Calls of malloc and its kin on this thread since it began.
std::uint64_t allocations() noexcept;

}  // namespace dynamo::bench
