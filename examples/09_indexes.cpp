// Indexes: global and local, with keys of several attributes, sparse, and with a projection that is read into a view.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <iostream>

struct shop {
  std::string owner;
  std::string name;
  std::string country;
  std::string city;
  std::optional<std::string> street;  // a market stall has none, and is not in by_address
  double rating = 0;
  std::string description;
};

using by_address = dynamo::global_index<"by_address", dynamo::partition_key<&shop::country, &shop::city>,
                                        dynamo::sort_key<&shop::street>, dynamo::keys_only>;
using by_city = dynamo::global_index<"by_city", dynamo::partition_key<&shop::city>, dynamo::sort_key<&shop::rating>>;
using best_of_owner =
    dynamo::local_index<"best_of_owner", dynamo::partition_key<&shop::owner>, dynamo::sort_key<&shop::rating>>;
struct shops : dynamo::schema<"shops", shop, dynamo::partition_key<&shop::owner>, dynamo::sort_key<&shop::name>,
                              by_address, by_city, best_of_owner> {};
inline constexpr auto street = dynamo::attr<&shop::street>;
inline constexpr auto rating = dynamo::attr<&shop::rating>;
inline constexpr auto country = dynamo::attr<&shop::country>;

struct address {  // what a row of by_address has; to ask for a description here would not compile
  std::string city;
  std::string street;
  std::string name;
};

int main() {
  auto db = dynamo::database::in_memory();
  if (!db) return 1;
  dynamo::table<shops> table{*db};
  if (!table.create_if_absent().run()) return 1;

  const std::vector<shop> all = {
      {"ada", "books", "SE", "Lund", "Storgatan 1", 4.5, "old books"},
      {"ada", "maps", "SE", "Lund", "Storgatan 7", 3.0, "new maps"},
      {"ada", "fruit", "SE", "Lund", {}, 5.0, "a stall on the market"},
      {"bob", "bread", "NO", "Lund", "Gate 2", 4.0, "bread"},
  };
  for (const shop& one : all) {
    if (!table.put(one).run()) return 1;
  }

  // Two attributes make the partition; the sort key is compared as in a table.
  std::size_t on_main_street = 0;
  for (auto row : table.query(by_address{}, dynamo::partition("SE", "Lund"), street.begins_with("Storgatan"))
                      .as<address>()
                      .items()) {
    if (!row) return 1;
    std::cout << row->name << ": " << row->street << ", " << row->city << '\n';
    ++on_main_street;
  }

  // The best of a town, whole items, with a filter.
  auto best = table.query(by_city{}, "Lund", dynamo::order_by::descending, filter(country == "SE")).first().run();
  if (!best || !*best) return 1;
  std::cout << "the best: " << (*best)->description << '\n';

  auto good = table.query(best_of_owner{}, "ada", rating >= 4.0, dynamo::consistent_read).count().run();
  auto with_address = table.scan(by_address{}).count().run();

  auto different = table.verify().run();  // the table is what the type says
  return on_main_street == 2 && (*best)->name == "fruit" && good == 2u && with_address == 3u && different &&
                 different->empty()
             ? 0
             : 1;
}
