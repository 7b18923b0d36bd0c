#pragma once

#include <dynamo/base/result.hpp>

#include <table/creation/table_shape.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::detail {

/// What create_if_absent() does next. Pure: no clock, no I/O; the caller sends, waits, and tells what came of it.
///
///     create --answer--> describe --ACTIVE--> done
///       ^                 ^    |
///       |     time passed |    | another state, or no such table
///       |                 |    v
///       +---------------- wait
///         no such table
///
/// A table that is not there after CreateTable was deleted meanwhile, or is not known everywhere yet: CreateTable is sent again, which harms
/// no table that is there.
/// Every step may lead to gave_up. One object a call; not thread-safe.
class table_creation {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds first_wait{5};
  static constexpr std::chrono::milliseconds longest_wait{1'000};  ///< waits double up to it
  static constexpr std::chrono::minutes wait_max{5};               ///< in all, for a caller without a deadline

  enum class step : std::uint8_t {
    create,    ///< send CreateTable, then call created()
    describe,  ///< send DescribeTable, then call described()
    wait,      ///< let wait() pass, then call waited(), or cannot_wait() if the timer has no room
    done,      ///< the table is ACTIVE and has the schema's keys
    gave_up,   ///< the outcome is problem()
  };

  table_creation(std::string table, table_shape::key_names keys, time_point deadline)
      : table_(std::move(table)), keys_(std::move(keys)), deadline_(deadline) {}

  /// What to do now.
  step next() const noexcept { return step_; }
  /// Before the next DescribeTable.
  std::chrono::milliseconds wait() const noexcept { return wait_; }
  const error& problem() const noexcept { return *problem_; }

  /// The answer to CreateTable. A table that is there already is as good as a new one.
  void created(const result<reply>&);
  /// The answer to DescribeTable, and the time at which it came.
  void described(const result<reply>&, time_point now);
  /// False: the caller was asked to stop meanwhile.
  void waited(bool time_passed);
  void cannot_wait();

 private:
  void wait_from(time_point now);
  void give_up(error);
  std::string last_seen() const;

  std::string table_;
  table_shape::key_names keys_;
  time_point deadline_;
  std::chrono::milliseconds wait_{0};
  std::string status_;  // that was described last; empty: there was no such table
  std::optional<error> problem_;
  step step_ = step::create;
};

}  // namespace dynamo::detail
