// expects: a struct with an array as a member cannot be taken apart
#include <dynamo/table.hpp>

#if defined(BREAK) && defined(__clang__)
#error "dynamo: (g++ only) a struct with an array as a member cannot be taken apart"
#endif

struct pair {
  int id = 0;
  std::array<std::string, 2> both;
};
#ifndef BREAK
template <>
struct dynamo::fields_of<pair> : dynamo::fields<&pair::id, &pair::both> {};
#endif

void application(dynamo::encoder& out, const pair& value) { dynamo::detail::operations<pair>::write(out, &value); }
