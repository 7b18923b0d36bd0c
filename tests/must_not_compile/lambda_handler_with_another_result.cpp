// expects: a handler of one change returns result<void>, or nothing
#include <dynamo/lambda.hpp>

struct user {
  std::string id;
};
#ifdef BREAK
using outcome = bool;
#else
using outcome = void;
#endif

int application() {
  return dynamo::lambda::serve<user>([](const dynamo::change<user>&) { return outcome(); });
}
