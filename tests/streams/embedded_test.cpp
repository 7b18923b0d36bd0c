#include <dynamo/database.hpp>
#include <dynamo/streams.hpp>
#include <dynamo/table.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>
#include <support/wired.hpp>

/// Changes of tables in the embedded database, through the public interface alone.
namespace {

using namespace dynamo::streams;
using namespace std::chrono_literals;
using dynamo::change_kind;
using dynamo::errc;
using dynamo::stream_view;

enum class mood { calm, wild };
struct place_of_birth {
  std::string town;
  std::optional<std::int32_t> year;
  friend bool operator==(const place_of_birth&, const place_of_birth&) = default;
};
struct animal {
  std::string herd;
  std::int64_t tag = 0;
  std::string name;
  double weight = 0;
  bool tame = false;
  mood temper = mood::calm;
  std::optional<std::string> note;
  dynamo::binary chip;
  std::set<std::string> toys;
  std::set<std::int64_t> offspring;
  std::vector<std::string> owners;
  std::map<std::string, std::int32_t> scores;
  place_of_birth born;
  std::optional<std::vector<place_of_birth>> homes;
  std::chrono::sys_seconds seen{};
  dynamo::number price;
  dynamo::attribute_value anything;
  friend bool operator==(const animal&, const animal&) = default;
};
struct animals
    : dynamo::schema<"animals", animal, dynamo::partition_key<&animal::herd>, dynamo::sort_key<&animal::tag>> {};
inline constexpr auto herd = dynamo::attr<&animal::herd>;
inline constexpr auto tag = dynamo::attr<&animal::tag>;
inline constexpr auto weight = dynamo::attr<&animal::weight>;

animal make(std::string in, std::int64_t number, double kilos = 1) {
  animal one;
  one.herd = std::move(in);
  one.tag = number;
  one.weight = kilos;
  return one;
}

class embedded_changes : public ::testing::Test {
 protected:
  void open(stream_view view = stream_view::new_and_old_images) {
    dynamo::database_options options;
    options.time = &time_;
    auto opened = dynamo::testing_support::wired(dynamo::database::in_memory(options));
    ASSERT_TRUE(opened) << opened.error().describe();
    db_.emplace(*opened);
    table_.emplace(*db_);
    const auto created = table_->create_if_absent(view).run();
    ASSERT_TRUE(created) << created.error().describe();
  }
  template <class... Options>
  change_reader<animal> begin(starting_point from, const Options&... options) {
    return read<animal>(*db_, "animals", std::move(from), until_caught_up, options...);
  }
  std::vector<dynamo::change<animal>> all(change_reader<animal> reader) {
    std::vector<dynamo::change<animal>> changes;
    for (auto change : reader.changes()) {
      if (!change) {
        ADD_FAILURE() << change.error().describe();
        break;
      }
      changes.push_back(std::move(*change));
    }
    return changes;
  }
  void put(const animal& one) {
    const auto done = table_->put(one).run();
    ASSERT_TRUE(done) << done.error().describe();
  }

  dynamo::testing::virtual_clock time_;
  std::optional<dynamo::testing_support::wired_database> db_;
  std::optional<dynamo::table<animals>> table_;
};

TEST_F(embedded_changes, every_write_is_a_change_and_nothing_else_is) {
  open();
  put(make("cows", 1, 300));
  put(make("cows", 1, 300));  // changes nothing
  ASSERT_TRUE(table_->update({"cows", 1}, set(weight, 310.0)).run());
  ASSERT_TRUE(table_->update({"cows", 1}, set(weight, 310.0)).run());  // changes nothing
  const animal unwanted = make("cows", 1);
  ASSERT_FALSE(table_->put(unwanted, only_if(herd.not_exists())).run());
  put(make("cows", 1, 320));
  ASSERT_TRUE(table_->remove({"cows", 1}).run());
  ASSERT_TRUE(table_->remove({"cows", 1}).run());  // there is nothing to remove
  const auto changes = all(begin(from_oldest));
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes[0].kind, change_kind::insert);
  EXPECT_TRUE(changes[0].old_image.absent());
  EXPECT_EQ(changes[0].new_image->weight, 300);
  EXPECT_EQ(changes[1].kind, change_kind::modify);
  EXPECT_EQ(changes[1].old_image->weight, 300);
  EXPECT_EQ(changes[1].new_image->weight, 310);
  EXPECT_EQ(changes[2].new_image->weight, 320);
  EXPECT_EQ(changes[3].kind, change_kind::remove);
  EXPECT_EQ(changes[3].old_image->weight, 320);
  EXPECT_TRUE(changes[3].new_image.absent());
  for (const auto& change : changes) {
    EXPECT_EQ(change.key(herd).value(), "cows");
    EXPECT_EQ(change.key(tag).value(), 1);
    EXPECT_EQ(change.region(), "local");
    EXPECT_EQ(change.event_id().size(), 32u);
    EXPECT_GE(change.sequence_number.to_string().size(), 21u);
    EXPECT_EQ(change.view, stream_view::new_and_old_images);
    EXPECT_GT(change.size_bytes, 0u);
    ASSERT_TRUE(change.time.has_value());
    EXPECT_EQ(std::chrono::floor<std::chrono::seconds>(*change.time),
              std::chrono::floor<std::chrono::seconds>(time_.now()));
  }
  EXPECT_LT(changes[0].sequence_number, changes[1].sequence_number);
  EXPECT_LT(changes[1].sequence_number, changes[2].sequence_number);
}

TEST_F(embedded_changes, each_view_type_carries_what_it_says) {
  struct row {
    stream_view view;
    bool old_image, new_image;
  };
  for (const row& r : {row{stream_view::keys_only, false, false}, row{stream_view::new_image, false, true},
                       row{stream_view::old_image, true, false}, row{stream_view::new_and_old_images, true, true}}) {
    open(r.view);
    put(make("cows", 1, 300));
    put(make("cows", 1, 310));
    const auto changes = all(begin(from_oldest));
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[1].view, r.view);
    EXPECT_EQ(changes[1].old_image.has_value(), r.old_image);
    EXPECT_EQ(changes[1].new_image.has_value(), r.new_image);
    EXPECT_EQ(changes[1].old_image.absent(), !r.old_image);
    EXPECT_EQ(changes[1].new_image.absent(), !r.new_image);
    EXPECT_EQ(changes[1].key(tag).value(), 1);
  }
}

TEST_F(embedded_changes, are_resumed_by_number_and_by_position) {
  open();
  for (int i = 1; i <= 10; ++i) put(make("cows", i));
  const auto everything = all(begin(from_oldest));
  ASSERT_EQ(everything.size(), 10u);
  EXPECT_EQ(all(begin(after(everything[6].sequence_number))).size(), 3u);
  EXPECT_EQ(all(begin(at(everything[6].sequence_number))).size(), 4u);
  EXPECT_EQ(all(begin(after(everything[9].sequence_number))).size(), 0u);
  EXPECT_EQ(all(begin(from_newest)).size(), 0u);
  std::size_t rest = 10;
  for (auto batch : begin(from_oldest, batch_size(3)).batches()) {
    ASSERT_TRUE(batch) << batch.error().describe();
    rest -= batch->size();
    const auto next = all(begin(after(batch->position)));
    ASSERT_EQ(next.size(), rest);
    if (rest == 0) break;
    EXPECT_EQ(next[0].sequence_number, everything[10 - rest].sequence_number);
  }
  EXPECT_EQ(rest, 0u);
}

TEST_F(embedded_changes, from_newest_brings_what_comes) {
  open();
  put(make("cows", 1));
  auto reader = begin(from_newest);
  EXPECT_TRUE(all(reader).empty());
  put(make("cows", 2));
  const auto changes = all(reader);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].new_image->tag, 2);
}

TEST_F(embedded_changes, from_a_time_begins_with_the_first_that_was_made_then_or_later) {
  open();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(table_->put(make("a", i)).run());
    time_.advance(1s);
  }
  const auto start = time_.now();
  const auto tags = [&](change_reader<animal> reader) {
    std::string found;
    for (const auto& one : all(std::move(reader))) found += std::to_string(one.new_image->tag);
    return found;
  };
  EXPECT_EQ(tags(begin(from_time(start - 3s))), "234");
  EXPECT_EQ(tags(begin(from_time(start - 2500ms))), "34");
  EXPECT_EQ(tags(begin(from_time(start - 240h))), "01234");
  EXPECT_EQ(tags(begin(from_time(start))), "");
  // Before anything came the position keeps the time.
  auto waiting = begin(from_time(start));
  EXPECT_EQ(tags(waiting), "");
  ASSERT_TRUE(table_->put(make("a", 7)).run());
  EXPECT_EQ(tags(begin(after(waiting.position()))), "7");
  const auto future = begin(from_time(time_.now() + 1h)).next().run();
  ASSERT_FALSE(future);
  EXPECT_EQ(future.error().code(), errc::validation) << future.error().describe();
}

TEST_F(embedded_changes, a_table_without_a_stream_says_how_to_get_one) {
  open(stream_view::none);
  const auto batch = begin(from_oldest).next().run();
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code(), errc::resource_not_found);
  EXPECT_NE(batch.error().message().find("create_if_absent(dynamo::stream_view::new_and_old_images)"),
            std::string::npos);
}

TEST_F(embedded_changes, expired_iterators_are_replaced_in_silence) {
  open();
  put(make("cows", 1));
  auto reader = begin(from_oldest);
  EXPECT_EQ(all(reader).size(), 1u);
  put(make("cows", 2));
  time_.advance(std::chrono::minutes(16));
  const auto changes = all(reader);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].new_image->tag, 2);
}

TEST_F(embedded_changes, who_comes_after_24_hours_is_told_what_is_lost) {
  open();
  put(make("cows", 1));
  put(make("cows", 2));
  auto early = begin(from_oldest, batch_size(1));
  const auto first = early.next().run();
  ASSERT_TRUE(first && *first);
  const auto number = (*first)->changes.at(0).sequence_number;
  const dynamo::stream_position position = (*first)->position;
  time_.advance(std::chrono::hours(25));
  put(make("cows", 3));
  for (const starting_point& from : {after(number), after(position)}) {
    const auto batch = begin(from).next().run();
    ASSERT_FALSE(batch);
    EXPECT_EQ(batch.error().code(), errc::trimmed_data_access) << batch.error().describe();
    auto going_on = begin(from, continue_after_gap);
    const auto next = going_on.next().run();
    ASSERT_TRUE(next && *next) << next.error().describe();
    ASSERT_EQ((*next)->gaps.size(), 1u);
    EXPECT_EQ((*next)->gaps[0].from, number);
    EXPECT_EQ((*next)->gaps[0].to, (*next)->changes.at(0).sequence_number);
    EXPECT_EQ((*next)->changes[0].new_image->tag, 3);
    EXPECT_TRUE((*next)->changes[0].after_gap);
  }
  EXPECT_EQ(all(begin(from_oldest)).size(), 1u);
}

TEST_F(embedded_changes, a_disabled_stream_is_read_to_its_end_and_then_the_new_one) {
  open();
  put(make("cows", 1));
  auto reader = read<animal>(*db_, "animals", from_oldest);  // follows, until the stream ends
  const auto first = reader.next().run();
  ASSERT_TRUE(first && *first);
  put(make("cows", 2));
  const auto update = [&](const char* stream) {
    return db_->endpoint()->call(dynamo::request(
        dynamo::operation_name::update_table,
        dynamo::json::buffer(std::string(R"({"TableName":"animals","StreamSpecification":)") + stream + "}")));
  };
  ASSERT_TRUE(update(R"({"StreamEnabled":false})"));
  put(make("cows", 3));
  const auto rest = all(reader);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].new_image->tag, 2);
  time_.advance(std::chrono::seconds(2));
  const auto enabled = update(R"({"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})");
  ASSERT_TRUE(enabled) << enabled.error().describe();
  put(make("cows", 4));
  EXPECT_EQ(all(begin(from_oldest)).size(), 1u);
  const auto behind_the_old_one = all(begin(after(reader.position())));
  ASSERT_EQ(behind_the_old_one.size(), 1u);
  EXPECT_EQ(behind_the_old_one[0].new_image->tag, 4);
}

// ---- decode(encode(x)) == x, through a table and its stream -------------------------------------------------------

class generator {
 public:
  explicit generator(std::mt19937_64& random) : random_(random) {}
  bool coin() { return random_() % 2 == 0; }
  std::size_t up_to(std::size_t most) { return random_() % (most + 1); }
  std::string text() {
    static constexpr const char* pieces[] = {"a",  "Z",    "0", " ",  "\"", "\\",   "/",
                                             "\n", "\x01", "é", "漢", "😀", "\x7f", "}"};
    std::string made;
    for (std::size_t n = up_to(12); n > 0; --n) made += pieces[random_() % std::size(pieces)];
    return made;
  }
  std::int64_t integer() { return static_cast<std::int64_t>(random_()) >> (random_() % 64); }
  dynamo::number decimal() {
    const auto made =
        dynamo::number::from_parts(coin(), random_() >> (random_() % 64), static_cast<int>(up_to(60)) - 30);
    return made.value_or(dynamo::number());
  }
  dynamo::binary bytes() {
    dynamo::binary made(up_to(40));
    for (std::byte& b : made) b = static_cast<std::byte>(random_());
    return made;
  }
  place_of_birth place() {
    place_of_birth made;
    made.town = text();
    if (coin()) made.year = static_cast<std::int32_t>(integer());
    return made;
  }
  dynamo::attribute_value value(int levels) {
    switch (up_to(levels > 0 ? 9 : 4)) {
      case 0: return text();
      case 1: return decimal();
      case 2: return bytes();
      case 3: return coin();
      case 4: return dynamo::null_t();
      case 5: {
        dynamo::attribute_value::list made;
        for (std::size_t n = up_to(3); n > 0; --n) made.push_back(value(levels - 1));
        return made;
      }
      case 6: {
        dynamo::attribute_value::map made;
        for (std::size_t n = up_to(3); n > 0; --n) made.insert_or_assign(text(), value(levels - 1));
        return made;
      }
      case 7: return dynamo::string_set({"s" + text(), "t" + text()});
      case 8: return dynamo::number_set({decimal(), decimal()});
      default: return dynamo::binary_set({bytes(), bytes()});
    }
  }
  animal any(std::int64_t number) {
    animal one = make(coin() ? "cows" : "sheep", number);
    one.name = text();
    one.weight = static_cast<double>(integer()) / 1024;
    one.tame = coin();
    one.temper = coin() ? mood::wild : mood::calm;
    if (coin()) one.note = text();
    one.chip = bytes();
    for (std::size_t n = up_to(3); n > 0; --n) one.toys.insert("toy" + text());
    for (std::size_t n = up_to(3); n > 0; --n) one.offspring.insert(integer());
    for (std::size_t n = up_to(3); n > 0; --n) one.owners.push_back(text());
    for (std::size_t n = up_to(3); n > 0; --n) one.scores["k" + text()] = static_cast<std::int32_t>(integer());
    one.born = place();
    if (coin()) one.homes.emplace({place(), place()});
    one.seen = std::chrono::sys_seconds(std::chrono::seconds(integer() >> 24));
    one.price = decimal();
    one.anything = value(4);
    return one;
  }

 private:
  std::mt19937_64& random_;
};

TEST_F(embedded_changes, what_was_put_comes_out_as_it_was_for_random_items_of_every_type) {
  dynamo::testing_support::for_each_seed(10, [this](std::mt19937_64& random) {
    open();
    generator make_up(random);
    std::vector<std::pair<std::optional<animal>, std::optional<animal>>> expected;
    std::map<std::pair<std::string, std::int64_t>, animal> stored;
    for (int i = 0; i < 100; ++i) {
      const animal one = make_up.any(static_cast<std::int64_t>(make_up.up_to(20)));
      auto& before = stored[{one.herd, one.tag}];
      const bool known = !before.herd.empty();
      if (known && make_up.coin()) {
        ASSERT_TRUE(table_->remove({one.herd, one.tag}).run());
        expected.emplace_back(before, std::nullopt);
        before = animal();
      } else {
        put(one);
        if (!(known && before == one)) expected.emplace_back(known ? std::optional(before) : std::nullopt, one);
        before = one;
      }
    }
    const auto changes = all(begin(from_oldest, batch_size(static_cast<std::uint32_t>(1 + make_up.up_to(30)))));
    ASSERT_EQ(changes.size(), expected.size());
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const auto& [old_item, new_item] = expected[i];
      EXPECT_EQ(changes[i].kind, !old_item   ? change_kind::insert
                                 : !new_item ? change_kind::remove
                                             : change_kind::modify);
      ASSERT_EQ(changes[i].old_image.has_value(), old_item.has_value());
      ASSERT_EQ(changes[i].new_image.has_value(), new_item.has_value());
      EXPECT_TRUE(!old_item || *changes[i].old_image == *old_item);
      EXPECT_TRUE(!new_item || *changes[i].new_image == *new_item);
      const animal& either = new_item ? *new_item : *old_item;
      EXPECT_EQ(changes[i].key(herd).value(), either.herd);
      EXPECT_EQ(changes[i].key(tag).value(), either.tag);
    }
  });
}

}  // namespace
