// expects: this type cannot be stored
// expects: member_of_struct<view, .*text
#include <dynamo/table.hpp>

struct view {
  int id = 0;
  const char* text = nullptr;
};
#ifndef BREAK
template <>
struct dynamo::fields_of<view> : dynamo::fields<&view::id> {};
#endif

void application(dynamo::encoder& out, const view& value) { dynamo::detail::operations<view>::write(out, &value); }
