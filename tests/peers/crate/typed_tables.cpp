/// Our half of tests/peers/crate/run: writes items, or reads those that the Rust crate wrote (src/main.rs), on the default endpoint.
///
///     crate_typed_tables write|read
#include <dynamo/remote.hpp>
#include <dynamo/remote/default_endpoint.hpp>
#include <dynamo/table.hpp>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class mood { Calm, Wild };

struct place {
  std::string town;
  std::optional<std::int32_t> founded;
  friend bool operator==(const place&, const place&) = default;
};

struct animal {
  std::string herd, tag;
  std::int64_t smallest = 0;
  std::uint64_t largest = 0;
  double weight = 0;
  bool tame = false;
  enum mood mood = mood::Calm;
  std::optional<std::string> note;
  place born;
  std::vector<std::string> owners;
  std::vector<place> homes;
  std::map<std::string, std::int32_t> scores;
  std::set<std::string> toys;
  std::uint64_t visits = 0;
  friend bool operator==(const animal&, const animal&) = default;
};
struct animals
    : dynamo::schema<"animals", animal, dynamo::partition_key<&animal::herd>, dynamo::sort_key<&animal::tag>> {};
inline constexpr auto visits = dynamo::attr<&animal::visits>;

/// The same as in src/main.rs.
std::vector<animal> all_of(const std::string& herd) {
  animal first;
  first.herd = herd;
  first.tag = "1";
  first.smallest = -7;
  first.largest = 7;
  first.weight = 0.1;
  first.tame = true;
  first.mood = mood::Wild;
  first.note = "a \"note\" of\ntwo lines, Gr\u00fc\u00dfe, \U0001F404";
  first.born = {"Bern", 1191};
  first.owners = {"Ann", "", "Bob"};
  first.homes = {{"Ulm", {}}, {"Linz", 15}};
  first.scores = {{"jump", 3}, {"run", -2}};
  first.toys = {"ball", "rope"};
  first.visits = 1;
  animal second = first;
  second.tag = "2";
  second.note.reset();
  second.born = {"", {}};
  second.owners.clear();
  second.homes.clear();
  second.scores.clear();
  second.mood = mood::Calm;
  second.tame = false;
  animal third = first;
  third.tag = "3";
  third.smallest = std::numeric_limits<std::int64_t>::min();
  third.largest = std::numeric_limits<std::uint64_t>::max();
  third.weight = -1.7976931348623157e125;
  third.visits = 3;
  return {first, second, third};
}

template <class T>
T got(dynamo::result<T> outcome) {
  if (!outcome) {
    std::cerr << outcome.error().describe() << '\n';
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(outcome);
}
void expect(bool as_wanted, std::string_view what) {
  if (as_wanted) return;
  std::cerr << what << " is not as the crate wrote it\n";
  std::exit(1);
}

void write(const dynamo::table<animals>& table) {
  const auto all = all_of("of the table");
  got(table.create_if_absent().run());
  got(table.put(all[0]).run());
  const std::vector<animal> rest(all.begin() + 1, all.end());
  got(got(table.batch_put(rest).run()).complete());
  got(table.update({all[2].herd, all[2].tag}, add(visits, 4u)).run());
}

void read(const dynamo::table<animals>& table) {
  auto wanted = all_of("of the crate");
  wanted[2].visits = 7;
  for (const animal& one : wanted) {
    expect(got(table.get({one.herd, one.tag}).run()) == one, "item " + one.tag);
  }
  expect(got(table.query(wanted[0].herd).page().run()).items == wanted, "the herd");
  expect(got(table.query(wanted[0].herd).count().run()) == 3, "their number");
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  const dynamo::table<animals> table;
  if (what == "write") {
    write(table);
  } else if (what == "read") {
    read(table);
  } else {
    std::cerr << "usage: crate_typed_tables write|read\n";
    return 2;
  }
}
