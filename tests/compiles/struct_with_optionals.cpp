// With -fsanitize=undefined g++ 12 does not take a comparison of a function's address with null for a constant.
#include <dynamo/table.hpp>

struct member {
  std::string id;
  std::optional<std::string> name;
  std::optional<int> age;
  std::set<std::string> labels;
  std::optional<std::vector<std::string>> tags;
};
struct members : dynamo::schema<"members", member, dynamo::partition_key<&member::id>> {};

dynamo::result<void> application(const dynamo::table<members>& table, const member& one) {
  return table.put(one).run();
}
