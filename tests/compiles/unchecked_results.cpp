// What an application may write that knows its calls cannot fail: it uses results unchecked, and is told nothing by -Wall.
#include <dynamo/streams.hpp>
#include <dynamo/table.hpp>

#include <map>

struct visitor {
  std::string id, city;
  std::uint32_t visits = 0;
};
struct visitors : dynamo::schema<"visitors", visitor, dynamo::partition_key<&visitor::id>> {};

std::map<std::string, std::pair<std::string, std::uint32_t>> items(const dynamo::table<visitors>& table) {
  std::map<std::string, std::pair<std::string, std::uint32_t>> copy;
  for (auto one : table.scan().items()) copy[one->id] = {one->city, one->visits};
  for (auto&& one : table.scan().items()) copy[one->id] = {one->city, one->visits};
  for (const auto& one : table.scan().items()) copy[(*one).id] = {(*one).city, one->visits};
  return copy;
}
std::size_t pages(const dynamo::table<visitors>& table) {
  std::size_t letters = 0;
  for (auto page : table.scan().pages()) {
    for (const visitor& one : *page) letters += one.city.size();
  }
  return letters;
}
std::string calls(const dynamo::table<visitors>& table) {
  auto one = table.get("a").run();
  const auto first = *table.scan().first().run();
  auto before = table.remove("b", dynamo::return_old).run();
  auto page = table.scan().page().run();
  auto several = table.batch_get({"a", "b"}).run();
  std::string names = (*one)->city + first->city + (*before)->city + page->items.front().city;
  for (const auto& each : several->items) names += (*each)->city;
  return names;
}
std::string next(const dynamo::table<visitors>& table) {
  auto stream = table.scan().item_stream();
  auto item = stream.next().run();
  return (*item)->city;
}
