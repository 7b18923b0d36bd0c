// expects: this attribute belongs to another table's items
#include <dynamo/streams.hpp>

struct user {
  std::string id;
};
struct order {
  std::string number;
};
#ifdef BREAK
constexpr auto member = &order::number;
#else
constexpr auto member = &user::id;
#endif

auto application(const dynamo::change<user>& change) { return change.key<member>(); }
