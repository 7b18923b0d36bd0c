#include "throughput_levels.hpp"

#include <algorithm>
#include <cmath>

namespace dynamo::model {
namespace {

constexpr double burst = 300;
constexpr double rounding = 1e-4;  // what sums of fractions may differ by

}  // namespace

void throughput_levels::begin(const std::string& of, units given, microseconds age) {
  for (const auto& [how, rate] : {std::pair{use::read, given.read}, std::pair{use::write, given.write}}) {
    level one{
        .rate = static_cast<double>(rate), .age = std::chrono::duration<double>(age).count(), .least = 0, .most = 0};
    reset(one);
    levels_.insert_or_assign({of, how}, one);
  }
}

void throughput_levels::end(const std::string& of) {
  std::erase_if(levels_, [&](const auto& each) {
    const std::string& name = each.first.first;
    return name == of || name.starts_with(of + "/");
  });
}

void throughput_levels::reset(level& one) {
  one.least = one.most = std::min(burst * one.rate, one.rate + one.rate * std::min(one.age, burst));
}

void throughput_levels::pass(microseconds time) {
  const double seconds = std::chrono::duration<double>(time).count();
  for (auto& [name, one] : levels_) {
    one.age += seconds;
    one.least = std::min(burst * one.rate, one.least + seconds * one.rate);
    one.most = std::min(burst * one.rate, one.most + seconds * one.rate);
  }
}

void throughput_levels::begin_anew() {
  for (auto& [name, one] : levels_) reset(one);
}

void throughput_levels::charge(const std::string& of, use how, double least, double most) {
  const auto found = levels_.find({of, how});
  if (found == levels_.end()) return;
  found->second.least -= most;
  found->second.most -= least;
}

bool throughput_levels::may_admit(const std::string& of, use how) const { return at(of, how).most > -rounding; }
bool throughput_levels::may_refuse(const std::string& of, use how) const { return at(of, how).least < rounding; }

throughput_levels::microseconds throughput_levels::until(const std::string& of, use how, double more_than) const {
  const level& one = at(of, how);
  const double lacks = std::min(more_than, burst * one.rate - 1) + 2 * rounding - one.least;
  return lacks <= 0 ? microseconds(0) : microseconds(static_cast<std::int64_t>(std::ceil(lacks / one.rate * 1e6)));
}

std::string throughput_levels::describe(const std::string& of, use how) const {
  const level& one = at(of, how);
  return (how == use::read ? "reads of " : "writes of ") + of + ": " + std::to_string(one.least) + " to " +
         std::to_string(one.most) + " left, " + std::to_string(one.rate) + " a second";
}

}  // namespace dynamo::model
