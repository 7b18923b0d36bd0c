// `using namespace std;` hides nothing of ours but set(), for which std::set<> is found first: it needs its
// namespace, or `using dynamo::set;` in the function.
#include <dynamo/table.hpp>

#include <algorithm>
#include <cstdio>
#include <functional>

using namespace std;

struct member {
  string id;
  int visits = 0;
  optional<string> name;
  vector<string> tags;
  std::set<string> labels;
};
struct members : dynamo::schema<"members", member, dynamo::partition_key<&member::id>> {};
constexpr auto id = dynamo::attr<&member::id>;
constexpr auto visits = dynamo::attr<&member::visits>;
constexpr auto name = dynamo::attr<&member::name>;
constexpr auto tags = dynamo::attr<&member::tags>;
constexpr auto labels = dynamo::attr<&member::labels>;

dynamo::result<void> application(const dynamo::table<members>& table) {
  return table
      .update("a", dynamo::set(visits, 5), dynamo::set(tags, list_append(tags, "x")), remove(name),
              erase(labels, "old"), only_if(visits < 3 && !name.exists() && id != "b"))
      .run();
}
dynamo::result<void> with_its_own_set(const dynamo::table<members>& table) {
  using dynamo::set;
  return table.update("a", set(visits, 5), set(tags, list_append(tags, "x")), only_if(visits < 3)).run();
}
dynamo::result<void> another(const dynamo::table<members>& table) {
  return table.update("a", add(visits, 1), dynamo::set(name, if_not_exists(name, "none"))).run();
}
