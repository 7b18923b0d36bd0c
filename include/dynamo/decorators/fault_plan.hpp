#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// What a faulty() endpoint can do to a call: everything that the cloud deals out, and nothing else.
enum class fault : std::uint8_t {
  throttle,        ///< not executed; ProvisionedThroughputExceededException, errc::throttled
  internal_error,  ///< not executed; InternalServerError. Of a write, the caller cannot know: its outcome is unknown
  lost_request,    ///< not executed; errc::transport, outcome unknown
  lost_reply,      ///< executed; errc::transport, outcome unknown
  delay,           ///< executed later, or not any more if the deadline has passed then
  partial_batch,   ///< of a BatchGetItem or BatchWriteItem, a part is executed; the rest comes back as unprocessed
};
inline constexpr std::size_t fault_count = 6;
/// "throttle" and so on.
std::string_view to_string(fault) noexcept;

/// Which calls meet a fault. Without further words: every one (for partial_batch, every batch).
///
///     fault_rule(fault::throttle).on(operation_name::put_item).at_table("users").with_probability(0.1)
///     fault_rule(fault::lost_reply).on(operation_name::update_item).at_call(3)
class fault_rule {
 public:
  explicit fault_rule(fault what) noexcept : what_(what) {}

  fault_rule& on(operation_name operation) {
    operation_ = operation;
    return *this;
  }
  /// Only requests that name this table; batches and transactions may name others too.
  fault_rule& at_table(std::string name) {
    table_ = std::move(name);
    return *this;
  }
  fault_rule& with_probability(double p) noexcept {
    probability_ = p;
    return *this;
  }
  /// Only the nth of the calls with this operation and table; the first is 1.
  fault_rule& at_call(std::uint64_t number) noexcept { return at_calls(number, number); }
  fault_rule& at_calls(std::uint64_t first, std::uint64_t last) noexcept {
    first_ = first;
    last_ = last;
    return *this;
  }
  /// How long fault::delay takes.
  fault_rule& lasting(std::chrono::microseconds time) noexcept {
    time_ = time;
    return *this;
  }

 private:
  friend class fault_plan;

  fault what_;
  std::optional<operation_name> operation_{};
  std::string table_{};
  double probability_ = 1;
  std::uint64_t first_ = 1;
  std::uint64_t last_ = std::numeric_limits<std::uint64_t>::max();
  std::chrono::microseconds time_{0};
};

/// One fault that a call met.
struct dealt_fault {
  fault what;
  operation_name operation;
  std::string table;   ///< the first that the request names
  std::uint64_t call;  ///< the number of the call among all that the plan saw; the first is 1
};

/// What a call is to meet.
struct fault_decision {
  std::optional<fault> what;           ///< none, or anything but a delay
  std::chrono::microseconds delay{0};  ///< before that
  std::uint64_t draw = 0;              ///< random bits of this call: which part of a batch

  fault_decision() = default;
};

/// Which calls meet which faults, drawn from a seed: the same seed, rules and order of calls give the same faults. Whether the
/// nth call of a rule meets its fault depends on the seed, the rule's place and n only; so calls that a rule does not concern,
/// also of other threads, change nothing for it.
///
/// Rules are looked at in the order in which they were added. The first that hits decides; delays add up and come before.
/// Thread-safe.
class fault_plan {
 public:
  /// history() keeps the latest faults, so many.
  static constexpr std::size_t history_max = 10'000;

  explicit fault_plan(std::uint64_t seed);
  ~fault_plan();
  fault_plan(const fault_plan&) = delete;
  fault_plan& operator=(const fault_plan&) = delete;

  fault_plan& add(fault_rule);
  /// From now on calls pass untouched, and count for no rule; until resume().
  void pause();
  void resume();

  std::uint64_t calls() const;  ///< that asked this plan, paused ones not counted
  std::uint64_t dealt() const;  ///< faults of every kind
  std::uint64_t dealt(fault) const;
  std::vector<dealt_fault> history() const;

  /// What the next call meets, and counts it. For endpoints that deal out faults.
  fault_decision decide(const request&);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace dynamo
