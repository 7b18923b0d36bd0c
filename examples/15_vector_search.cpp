// Vector search: the films whose meaning is the nearest to what was asked for, exactly.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <iostream>

struct film {
  std::string title;
  std::string genre;
  int year = 0;
  std::vector<float> meaning;  // what a model makes of the plot; real ones have hundreds of elements
};

using by_meaning = dynamo::vector_index<"by_meaning", &film::meaning, dynamo::vector_distance::cosine,
                                        dynamo::dimensions<3>, dynamo::inline_filter<&film::genre>>;
struct films : dynamo::schema<"films", film, dynamo::partition_key<&film::title>, by_meaning> {};
inline constexpr auto genre = dynamo::attr<&film::genre>;

struct title_and_year {  // less than whole items; their vectors do not come
  std::string title;
  int year = 0;
};

int main() {
  auto db = dynamo::database::in_memory();
  if (!db) return 1;
  dynamo::table<films> table{*db};
  if (!table.create_if_absent().run()) return 1;  // with the index

  const std::vector<film> all = {
      {"The Heist", "crime", 1999, {0.9F, 0.1F, 0.0F}},
      {"The Long Heist", "crime", 2004, {0.8F, 0.3F, 0.1F}},
      {"Two Weddings", "comedy", 1994, {0.0F, 0.2F, 0.9F}},
      {"A Funny Heist", "comedy", 2001, {0.7F, 0.1F, 0.6F}},
  };
  for (const film& one : all) {
    if (!table.put(one).run()) return 1;
  }

  const std::vector<float> heist{1, 0, 0};
  auto nearest = table.search<title_and_year>(by_meaning{}, heist, dynamo::top_k(3)).run();
  if (!nearest) return 1;
  for (const auto& found : *nearest)
    std::cout << found.item.title << ", " << found.item.year << ": " << found.score << '\n';

  auto funny = table.search(by_meaning{}, heist, dynamo::top_k(1), genre == "comedy").run();
  if (!funny || funny->size() != 1) return 1;
  const film& first = funny->front().item;
  std::cout << "a comedy: " << first.title << '\n';

  return nearest->size() == 3 && nearest->front().item.title == "The Heist" && first.title == "A Funny Heist" &&
                 first.meaning == all[3].meaning
             ? 0
             : 1;
}
