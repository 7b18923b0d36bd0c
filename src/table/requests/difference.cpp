#include <dynamo/table/difference.hpp>

namespace dynamo::detail {

void key_set::insert(const encoded_key& one) {
  if (one.problem() && !problem_) problem_ = one.problem();
  texts_.emplace(one.json());
}

bool key_set::contains(const encoded_key& one) {
  if (one.problem() && !problem_) problem_ = one.problem();
  return texts_.contains(one.json());
}

}  // namespace dynamo::detail
