#include "brute_force_items.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace dynamo::vector_proof {
namespace {

// splitmix64
std::uint64_t next(std::uint64_t& state) noexcept {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

double score(const vector& a, const vector& b, distance by) {
  double dot = 0, squares = 0, of_a = 0, of_b = 0;
  for (std::size_t i = 0; i < dimensions; ++i) {
    const double x = double{a[i]}, y = double{b[i]};
    dot += x * y;
    of_a += x * x;
    of_b += y * y;
    squares += (x - y) * (x - y);
  }
  if (by == distance::euclidean) return std::sqrt(squares);
  return of_a == 0 || of_b == 0 ? 1 : 1 - dot / (std::sqrt(of_a) * std::sqrt(of_b));
}

bool are_close(double a, double b) { return std::abs(a - b) <= 1e-12 * std::max(1.0, std::abs(b)); }

}  // namespace

vector vector_of(std::uint32_t item, std::uint32_t version) {
  std::uint64_t state = std::uint64_t{version} << 32 | item;
  vector made{};
  for (float& one : made) one = static_cast<float>(static_cast<int>(next(state) % 2'001) - 1'000) / 8;
  return made;
}

std::size_t brute_force_items::present() const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(versions_, [](const auto& one) { return one.has_value(); }));
}

std::string brute_force_items::compare(const vector& query, distance by, const std::optional<std::string>& kind,
                                       std::size_t top, const found& came) const {
  std::vector<double> scores;
  for (std::uint32_t i = 0; i < count(); ++i) {
    if (!versions_[i] || (kind && kind_of(i) != *kind)) continue;
    scores.push_back(score(query, vector_of(i, *versions_[i]), by));
  }
  const std::size_t expected = std::min(top, scores.size());
  if (came.size() != expected) {
    return std::to_string(came.size()) + " results, not " + std::to_string(expected);
  }
  std::ranges::partial_sort(scores, scores.begin() + static_cast<std::ptrdiff_t>(expected));
  std::set<std::uint32_t> seen;
  for (std::size_t i = 0; i < expected; ++i) {
    const auto& [item, told] = came[i];
    const std::string who = "result " + std::to_string(i) + ", item " + std::to_string(item);
    if (item >= count() || !versions_[item]) return who + ", is not there";
    if (!seen.insert(item).second) return who + ", comes twice";
    if (kind && kind_of(item) != *kind) return who + ", is of another kind";
    const double own = score(query, vector_of(item, *versions_[item]), by);
    if (!are_close(told, own)) return who + ": " + std::to_string(told) + " and not " + std::to_string(own);
    if (!are_close(told, scores[i])) {
      return who + ": " + std::to_string(told) + ", and the nearest is " + std::to_string(scores[i]);
    }
  }
  return {};
}

}  // namespace dynamo::vector_proof
