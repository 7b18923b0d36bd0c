// expects: a struct with a base class cannot be taken apart; list its members
#include <dynamo/table.hpp>

struct base {
  int id = 0;
};
struct derived : base {
  int more = 0;
};
#ifndef BREAK
template <>
struct dynamo::fields_of<derived> : dynamo::fields<&derived::id, &derived::more> {};
#endif

void application(dynamo::encoder& out, const derived& value) {
  dynamo::detail::operations<derived>::write(out, &value);
}
