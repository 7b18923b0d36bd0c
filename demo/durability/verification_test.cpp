// The demo's verifier has to notice what it exists for.
#include "verification.hpp"

#include "movies/input.hpp"
#include "movies/wire.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>

namespace demo {
namespace {

std::string key_of(const movie& m) {
  dynamo::json::buffer title_value, year_value;
  dynamo::encoder title_out(title_value), year_out(year_value);
  dynamo::codec<std::string>::write(title_out, m.title);
  dynamo::codec<std::int32_t>::write(year_out, m.year);
  return R"({"title":)" + std::string(title_value.view()) + R"(,"year":)" + std::string(year_value.view()) + "}";
}

/// What a faithful database would hold after the first writes of each writer, for a test to damage.
class stored_movies : public testing::Test {
 protected:
  static constexpr std::uint64_t movies = 90, seed = 1;

  void write(unsigned writer, std::uint64_t count) {
    for (std::uint64_t ordinal = 0; ordinal < count; ++ordinal) {
      const auto [index, edition] = plan.at(writer, ordinal);
      const movie m = with_edition(source->at(index), edition);
      std::string& image = items[key_of(m)];
      const std::string old = std::exchange(image, to_item(m));
      const std::string number = std::to_string(100'000'000 + changes.size());
      changes.push_back({old.empty() ? "INSERT" : "MODIFY", key_of(m), old, image, number});
    }
  }
  findings verify(std::vector<std::uint64_t> acknowledged) const {
    verification check(*source, std::move(acknowledged));
    for (const change& one : changes) check.take(one);
    for (const auto& [key, item] : items) check.take_item(item);
    for (const auto& [index, row] : rows ? *rows : rows_of_items()) check.take_index_row(*index, row);
    return check.finish();
  }
  using index_rows = std::vector<std::pair<const known_index*, std::string>>;
  index_rows rows_of_items() const {
    index_rows all;
    for (const auto& [key, item] : items) {
      const auto value = [&, text = &item](std::string_view name) { return member(*text, name); };
      for (const known_index& index : known_indexes()) {
        std::string row;
        bool is_in = true;
        for (const std::string_view name : index.needs) is_in = is_in && !value(name).empty();
        for (const std::string_view name : index.holds) {
          if (!value(name).empty()) row += (row.empty() ? "{\"" : ",\"") + std::string(name) + "\":" + value(name);
        }
        if (is_in) all.emplace_back(&index, row + "}");
      }
    }
    return all;
  }

  shared_source source = generate_movies(movies, seed);
  write_plan plan{movies, 2};
  std::vector<change> changes;
  std::map<std::string, std::string> items;
  std::optional<index_rows> rows;  ///< nothing: what the items imply
};

TEST_F(stored_movies, are_all_there) {
  write(0, 150), write(1, 30);
  const findings found = verify({150, 30});
  EXPECT_TRUE(found.nothing_lost()) << (found.examples.empty() ? "" : found.examples.front());
  EXPECT_EQ(found.acknowledged, 180u);
  EXPECT_EQ(found.unacknowledged, 0u);
}

TEST_F(stored_movies, may_hold_one_unacknowledged_write_of_each_writer) {
  write(0, 41), write(1, 31);
  const findings found = verify({40, 30});
  EXPECT_TRUE(found.nothing_lost()) << (found.examples.empty() ? "" : found.examples.front());
  EXPECT_EQ(found.unacknowledged, 2u);
}

TEST_F(stored_movies, may_not_hold_two) {
  write(0, 42);
  EXPECT_GT(verify({40, 0}).torn, 0u);
}

TEST_F(stored_movies, lack_the_last_acknowledged_write) {
  write(0, 40);
  const findings found = verify({41, 0});
  EXPECT_EQ(found.items_lost, 1u);
  EXPECT_EQ(found.records_lost, 1u);
}

TEST_F(stored_movies, hold_an_earlier_edition_than_the_acknowledged_one) {
  write(0, 20);  // write 20 is the second edition of the first movie
  const findings found = verify({21, 0});
  EXPECT_EQ(found.items_lost, 1u);
  EXPECT_EQ(found.records_lost, 1u);
}

TEST_F(stored_movies, lack_a_record_whose_item_is_there) {
  write(0, 40);
  changes.erase(changes.begin() + 10);
  const findings found = verify({40, 0});
  EXPECT_EQ(found.records_lost, 1u);
  EXPECT_GT(found.torn, 0u);
}

TEST_F(stored_movies, lack_an_item_whose_record_is_there) {
  write(0, 40);
  items.erase(changes[10].keys);
  const findings found = verify({40, 0});
  EXPECT_EQ(found.items_lost, 1u);
  EXPECT_GT(found.torn, 0u);
}

TEST_F(stored_movies, lack_a_row_of_an_index) {
  write(0, 40);
  rows = rows_of_items();
  rows->pop_back();
  EXPECT_EQ(verify({40, 0}).torn, 1u);
}

TEST_F(stored_movies, hold_a_row_that_was_left_behind) {
  write(0, 40);
  rows = rows_of_items();
  rows->emplace_back(&known_indexes().front(), R"({"director":{"S":"Nobody"},"rating":{"N":"1"}})");
  EXPECT_EQ(verify({40, 0}).torn, 1u);
}

TEST_F(stored_movies, hold_half_an_item) {
  write(0, 40);
  std::string& item = items[changes[10].keys];
  const std::size_t at = item.find("\"plot\"");
  ASSERT_NE(at, std::string::npos);
  item.replace(at, 6, "\"plop\"");
  const findings found = verify({40, 0});
  EXPECT_EQ(found.items_lost, 1u);
  EXPECT_EQ(found.torn, 1u);
}

TEST_F(stored_movies, have_a_record_twice) {
  write(0, 40);
  changes.insert(changes.begin() + 10, changes[10]);
  EXPECT_GT(verify({40, 0}).torn, 0u);
}

TEST_F(stored_movies, have_their_records_in_another_order) {
  write(0, 40);
  std::swap(changes[10], changes[11]);
  EXPECT_FALSE(verify({40, 0}).nothing_lost());
}

TEST_F(stored_movies, hold_something_that_nobody_wrote) {
  write(0, 40);
  movie foreign;
  foreign.title = "Rush";
  items[key_of(foreign)] = to_item(foreign);
  EXPECT_EQ(verify({40, 0}).torn, 1u);
}

TEST_F(stored_movies, are_gone) {
  const findings found = verify({40, 7});
  EXPECT_EQ(found.records_lost, 47u);
  EXPECT_GT(found.items_lost, 40u);
}

}  // namespace
}  // namespace demo
