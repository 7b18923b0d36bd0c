// Query and scan: conditions on the sort key, filters, pages, cursors, counts, projections into a smaller struct.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <iostream>

struct reading {
  std::string sensor;
  std::chrono::sys_seconds at;
  double celsius = 0;
  std::string comment;
};
struct readings
    : dynamo::schema<"readings", reading, dynamo::partition_key<&reading::sensor>, dynamo::sort_key<&reading::at>> {};
inline constexpr auto at = dynamo::attr<&reading::at>;
inline constexpr auto celsius = dynamo::attr<&reading::celsius>;

struct temperature {  // only what is asked for is transferred
  std::chrono::sys_seconds at;
  double celsius = 0;
};

int main() {
  using namespace std::chrono_literals;
  auto db = dynamo::database::in_memory();
  if (!db) return 1;
  dynamo::table<readings> table{*db};
  if (!table.create_if_absent().run()) return 1;

  const std::chrono::sys_seconds start = std::chrono::sys_days(2026y / 11 / 21);
  for (int i = 0; i < 100; ++i) {
    reading one;
    one.sensor = "kitchen";
    one.at = start + i * 1min;
    one.celsius = 18 + i * 0.1;
    if (!table.put(one).run()) return 1;
  }

  std::size_t warm = 0;
  for (auto page : table.query("kitchen", at >= start + 10min, filter(celsius > 25.0), dynamo::page_size{20}).pages()) {
    if (!page) return 1;
    std::cout << "a page of " << page->items.size() << " out of " << page->examined << '\n';
    warm += page->items.size();
  }
  auto counted = table.query("kitchen", at >= start + 10min, filter(celsius > 25.0)).count().run();
  if (!counted || *counted != warm) return 1;

  for (auto item :
       table.query("kitchen", dynamo::order_by::descending, dynamo::item_limit{3}).as<temperature>().items()) {
    if (!item) return 1;
    std::cout << item->celsius << " degrees\n";
  }

  // A cursor is text: it may travel through a URL and be resumed by another process.
  auto first = table.scan(dynamo::item_limit{60}).page().run();
  if (!first || !first->next) return 1;
  const std::string link = "/readings?after=" + first->next->text();
  auto rest = table.scan(dynamo::resume_from(dynamo::cursor(link.substr(link.find('=') + 1)))).page().run();
  return rest && first->items.size() + rest->items.size() == 100 ? 0 : 1;
}
