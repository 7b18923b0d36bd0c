#include <dynamo/decorators/fault_plan.hpp>

#include <decorators/consumed.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>
#include <utility>

namespace dynamo {
namespace {

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014): every seed gives well-mixed bits.
std::uint64_t mixed(std::uint64_t seed) noexcept {
  seed += 0x9E37'79B9'7F4A'7C15;
  seed = (seed ^ (seed >> 30)) * 0xBF58'476D'1CE4'E5B9;
  seed = (seed ^ (seed >> 27)) * 0x94D0'49BB'1331'11EB;
  return seed ^ (seed >> 31);
}

/// In [0, 1).
double as_fraction(std::uint64_t bits) noexcept { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

bool is_batch(operation_name operation) noexcept {
  return operation == operation_name::batch_get_item || operation == operation_name::batch_write_item;
}

}  // namespace

std::string_view to_string(fault what) noexcept {
  constexpr std::array<std::string_view, fault_count> names = {"throttle",   "internal_error", "lost_request",
                                                               "lost_reply", "delay",          "partial_batch"};
  return names[static_cast<std::size_t>(what)];
}

struct fault_plan::state {
  struct counted_rule {
    fault_rule rule;
    std::uint64_t matched = 0;
  };

  explicit state(std::uint64_t s) : seed(s) {}

  void note(fault what, operation_name operation, const std::vector<std::string>& tables) {
    ++dealt[static_cast<std::size_t>(what)];
    if (history.size() == history_max) history.pop_front();
    history.push_back({what, operation, tables.empty() ? std::string() : tables.front(), calls});
  }

  const std::uint64_t seed;
  mutable std::mutex mutex;
  std::vector<counted_rule> rules;
  bool paused = false;
  std::uint64_t calls = 0;
  std::array<std::uint64_t, fault_count> dealt{};
  std::deque<dealt_fault> history;
};

fault_plan::fault_plan(std::uint64_t seed) : state_(std::make_unique<state>(seed)) {}
fault_plan::~fault_plan() = default;

fault_plan& fault_plan::add(fault_rule rule) {
  const std::scoped_lock lock(state_->mutex);
  state_->rules.push_back({std::move(rule), 0});
  return *this;
}

void fault_plan::pause() {
  const std::scoped_lock lock(state_->mutex);
  state_->paused = true;
}
void fault_plan::resume() {
  const std::scoped_lock lock(state_->mutex);
  state_->paused = false;
}

fault_decision fault_plan::decide(const request& r) {
  const std::vector<std::string> tables = tables_of(r.operation, r.body);
  fault_decision decision;
  const std::scoped_lock lock(state_->mutex);
  if (state_->paused) return decision;
  ++state_->calls;
  for (std::size_t i = 0; i < state_->rules.size(); ++i) {
    auto& [rule, matched] = state_->rules[i];
    if (rule.operation_ && *rule.operation_ != r.operation) continue;
    if (!rule.table_.empty() && std::ranges::find(tables, rule.table_) == tables.end()) continue;
    if (rule.what_ == fault::partial_batch && !is_batch(r.operation)) continue;
    ++matched;
    if (matched < rule.first_ || matched > rule.last_) continue;
    const std::uint64_t draw = mixed(mixed(state_->seed + i) ^ matched);
    if (as_fraction(draw) >= rule.probability_) continue;
    if (rule.what_ == fault::delay) {
      decision.delay += rule.time_;
      state_->note(fault::delay, r.operation, tables);
    } else if (!decision.what) {
      decision.what = rule.what_;
      decision.draw = mixed(draw);
      state_->note(rule.what_, r.operation, tables);
    }
  }
  return decision;
}

std::uint64_t fault_plan::calls() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->calls;
}
std::uint64_t fault_plan::dealt() const {
  const std::scoped_lock lock(state_->mutex);
  std::uint64_t all = 0;
  for (const std::uint64_t each : state_->dealt) all += each;
  return all;
}
std::uint64_t fault_plan::dealt(fault what) const {
  const std::scoped_lock lock(state_->mutex);
  return state_->dealt[static_cast<std::size_t>(what)];
}
std::vector<dealt_fault> fault_plan::history() const {
  const std::scoped_lock lock(state_->mutex);
  return {state_->history.begin(), state_->history.end()};
}

}  // namespace dynamo
