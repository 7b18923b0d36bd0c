// expects: say how these entity types are told apart: specialise dynamo::told_apart_by for this variant
#include <dynamo/streams.hpp>

struct user {
  std::string id, entity;
};
struct order {
  std::string id, entity;
};
using either = std::variant<user, order>;
#ifndef BREAK
template <>
struct dynamo::told_apart_by<either> {
  static constexpr std::string_view attribute = "entity";
  static constexpr std::array<std::string_view, 2> values{"user", "order"};
};
#endif

auto application(const dynamo::json::buffer& event) { return dynamo::read_changes<either>(event); }
