// expects: a change is read into a struct that can be stored, or into a std::variant of such structs
#include <dynamo/streams.hpp>

struct user {
  std::string id;
};
#ifdef BREAK
using entity = user*;
#else
using entity = user;
#endif

auto application(const dynamo::json::buffer& event) { return dynamo::read_changes<entity>(event); }
