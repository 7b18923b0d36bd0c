// A program of the visitor's own: opens the database that the demo kept, and asks it something.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <iostream>

struct movie {
  int year = 0;
  std::string title;
};
struct movies_schema
    : dynamo::schema<"movies", movie, dynamo::partition_key<&movie::year>, dynamo::sort_key<&movie::title>> {};

int main(int count, char** arguments) {
  if (count != 2) return std::cerr << "visitor DIR\n", 2;
  const auto db = dynamo::database::open(arguments[1]);
  if (!db) return std::cerr << db.error().describe() << '\n', 1;
  const dynamo::table<movies_schema> movies{*db};
  for (const auto& found : movies.query(2013, dynamo::item_limit(5)).items()) {
    if (!found) return std::cerr << found.error().describe() << '\n', 1;
    std::cout << found->year << ' ' << found->title << '\n';
  }
}
