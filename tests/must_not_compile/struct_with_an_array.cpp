// expects: a struct with an array as a member cannot be taken apart
#include <dynamo/table.hpp>

struct grid {
  int cells[3] = {};
  int id = 0;
};
#ifndef BREAK
template <>
struct dynamo::fields_of<grid> : dynamo::fields<&grid::id> {};
#endif

void application(dynamo::encoder& out, const grid& value) { dynamo::detail::operations<grid>::write(out, &value); }
