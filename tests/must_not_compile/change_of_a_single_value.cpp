// expects: an image is an item: a change is read into a struct, not into a single value
#include <dynamo/streams.hpp>

struct user {
  std::string id;
};
#ifdef BREAK
using entity = std::string;
#else
using entity = user;
#endif

auto application(const dynamo::json::buffer& event) { return dynamo::read_changes<entity>(event); }
