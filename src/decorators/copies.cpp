#include <decorators/copies.hpp>

#include <dynamo/protocol/detail/request_context.hpp>

namespace dynamo {

request copy_of(const request& original) {
  request copy(original.operation, original.body.copy(), original.repeats);
  detail::request_context(original).apply(copy);
  copy.long_poll = original.long_poll;
  copy.attempt = original.attempt;
  copy.attempts_max = original.attempts_max;
  copy.observation = original.observation;
  return copy;
}

}  // namespace dynamo
