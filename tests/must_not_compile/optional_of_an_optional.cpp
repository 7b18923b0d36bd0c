// expects: an optional of an optional cannot be stored
#include <dynamo/table.hpp>

struct answer {
  std::string id;
#ifdef BREAK
  std::optional<std::optional<int>> given;
#else
  std::optional<int> given;
#endif
};
struct answers : dynamo::schema<"answers", answer, dynamo::partition_key<&answer::id>> {};

void application(const dynamo::table<answers>& table, const answer& one) { (void)table.put(one); }
