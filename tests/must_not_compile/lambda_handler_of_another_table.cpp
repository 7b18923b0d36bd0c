// expects: a handler takes `const change<T>&` or `std::span<const change<T>>`
#include <dynamo/lambda.hpp>

struct user {
  std::string id;
};
struct order {
  std::string id;
};
#ifdef BREAK
using handled = order;
#else
using handled = user;
#endif

int application() {
  return dynamo::lambda::serve<user>([](const dynamo::change<handled>&) {});
}
