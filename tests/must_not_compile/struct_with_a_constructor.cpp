// expects: this type cannot be stored
#include <dynamo/table.hpp>

class account {
 public:
  account() : id(1) {}
  int id;
};
#ifndef BREAK
template <>
struct dynamo::fields_of<account> : dynamo::fields<&account::id> {};
#endif

void application(dynamo::encoder& out, const account& value) {
  dynamo::detail::operations<account>::write(out, &value);
}
