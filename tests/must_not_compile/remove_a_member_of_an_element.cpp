// expects: this member is not optional: an item without it cannot be read, so nothing may remove it
#include <dynamo/table.hpp>

struct line {
  std::string sku;
  std::optional<int> discount;
};
struct bill {
  std::string id;
  std::vector<line> lines;
};
struct bills : dynamo::schema<"bills", bill, dynamo::partition_key<&bill::id>> {};
inline constexpr auto lines = dynamo::attr<&bill::lines>;

void application(const dynamo::table<bills>& table) {
#ifdef BREAK
  (void)table.update("a", remove(lines[0].member<&line::sku>()));
#else
  (void)table.update("a", remove(lines[0].member<&line::discount>()), remove(lines[1]));
#endif
}
