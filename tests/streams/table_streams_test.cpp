#include <dynamo/streams/detail/table_streams.hpp>

#include <dynamo/database.hpp>
#include <dynamo/streams.hpp>
#include <dynamo/table.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>
#include <support/wire.hpp>
#include <support/wired.hpp>

#include <memory>
#include <random>

/// A table whose stream is turned off and on, or that is made anew, read by its name: what was unread in the old stream is read as long as it
/// is there, or it is a gap.
namespace {

using namespace dynamo::streams;
using dynamo::errc;
using dynamo::operation_name;
using std::chrono::hours;

struct count {
  std::string id;
  int number = 0;
};
struct counts : dynamo::schema<"counts", count, dynamo::partition_key<&count::id>> {};

class streams_of_a_table : public ::testing::Test {
 protected:
  void SetUp() override {
    dynamo::database_options options;
    options.time = &time_;
    auto opened = dynamo::testing_support::wired(dynamo::database::in_memory(options));
    ASSERT_TRUE(opened);
    db_.emplace(*opened);
    make_table();
  }
  std::string tell(operation_name operation, const std::string& body) {
    const auto answer = db_->endpoint()->call({operation, dynamo::json::buffer(body)});
    EXPECT_TRUE(answer) << answer.error().describe();
    return answer ? std::string(answer->body.view()) : "";
  }
  void make_table() {
    const auto made = dynamo::table<counts>(*db_).create_if_absent(dynamo::stream_view::new_and_old_images).run();
    ASSERT_TRUE(made) << made.error().describe();
  }
  void turn(const char* on_or_off) {
    tell(operation_name::update_table,
         R"({"TableName":"counts","StreamSpecification":)" + std::string(on_or_off) + "}");
  }
  static constexpr const char* off = R"({"StreamEnabled":false})";
  static constexpr const char* on = R"({"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})";
  void make_anew() {
    tell(operation_name::delete_table, R"({"TableName":"counts"})");
    make_table();
  }
  /// Writes the next numbers.
  void write(int how_many) {
    for (int i = 0; i < how_many; ++i) {
      const count next{.id = "n", .number = ++last_};
      ASSERT_TRUE(dynamo::table<counts>(*db_).put(next).run());
    }
  }
  template <class... Options>
  change_reader<count> begin(starting_point from, const Options&... options) {
    return read<count>(*db_, "counts", std::move(from), until_caught_up, wait_by(time_), options...);
  }
  /// "1 2 gap 5 6", or "1 2 !trimmed_data_access".
  static std::string rest(change_reader<count>& reader) {
    std::string text;
    for (auto batch : reader.batches()) {
      if (!batch) return text + "!" + std::string(to_string(batch.error().code()));
      for (std::size_t i = 0; i < batch->gaps.size(); ++i) text += "gap ";
      for (const auto& change : *batch) text += std::to_string(change.new_image->number) + " ";
    }
    return text;
  }
  template <class... Options>
  std::string rest(starting_point from, const Options&... options) {
    auto reader = begin(std::move(from), options...);
    return rest(reader);
  }
  /// The number of the first change, and the position after it.
  std::pair<dynamo::sequence_number, dynamo::stream_position> first_change() {
    auto reader = begin(from_oldest, batch_size(1));
    const auto batch = reader.next().run();
    EXPECT_TRUE(batch && *batch);
    return {(*batch)->begin()->sequence_number, (*batch)->position};
  }

  dynamo::testing::virtual_clock time_;
  std::optional<dynamo::testing_support::wired_database> db_;
  int last_ = 0;
};

TEST_F(streams_of_a_table, unread_changes_of_a_stream_that_was_turned_off_and_on_were_lost_without_a_gap) {
  write(3);
  const auto [number, position] = first_change();
  turn(off);
  turn(on);
  write(2);
  EXPECT_EQ(rest(after(position)), "2 3 4 5 ");
  EXPECT_EQ(rest(after(number)), "2 3 4 5 ");
  EXPECT_EQ(rest(at(number)), "1 2 3 4 5 ");
  EXPECT_EQ(rest(from_oldest), "4 5 ");  // of the stream that is on
}

TEST_F(streams_of_a_table, unread_changes_of_a_table_that_was_made_anew_were_lost_without_a_gap) {
  write(3);
  const auto [number, position] = first_change();
  make_anew();
  write(2);
  EXPECT_EQ(rest(after(position)), "2 3 4 5 ");
  EXPECT_EQ(rest(after(number)), "2 3 4 5 ");
}

TEST_F(streams_of_a_table, many_streams_are_read_one_after_the_other) {
  write(2);
  const auto [number, position] = first_change();
  for (int i = 0; i < 5; ++i) {
    turn(off);
    turn(on);
    if (i % 2 == 0) write(1);
  }
  EXPECT_EQ(rest(after(position)), "2 3 4 5 ");
  EXPECT_EQ(rest(after(number)), "2 3 4 5 ");
}

TEST_F(streams_of_a_table, a_number_of_a_later_stream_begins_there) {
  write(3);
  turn(off);
  turn(on);
  write(3);
  auto reader = begin(from_oldest, batch_size(1));
  const auto fourth = reader.next().run();
  ASSERT_TRUE(fourth && *fourth);
  EXPECT_EQ(rest(after((*fourth)->begin()->sequence_number)), "5 6 ");
}

TEST_F(streams_of_a_table, what_an_old_stream_took_with_it_is_a_gap) {
  write(3);
  const auto [number, position] = first_change();
  turn(off);
  turn(on);
  time_.advance(hours(25));
  write(2);
  for (const starting_point& from : {after(position), after(number)}) {
    EXPECT_EQ(rest(from), "!trimmed_data_access");
    EXPECT_EQ(rest(from, continue_after_gap), "gap 4 5 ");
  }
  auto reader = begin(after(position));
  const auto refused = reader.next().run();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("is gone, with what was unread of it"), std::string::npos)
      << refused.error().message();
}

TEST_F(streams_of_a_table, what_a_deleted_table_took_with_it_is_a_gap) {
  write(3);
  const auto [number, position] = first_change();
  make_anew();
  time_.advance(hours(25));
  write(2);
  for (const starting_point& from : {after(position), after(number)}) {
    EXPECT_EQ(rest(from), "!trimmed_data_access");
    EXPECT_EQ(rest(from, continue_after_gap), "gap 4 5 ");
  }
}

TEST_F(streams_of_a_table, a_reader_goes_on_by_itself_and_so_does_its_position) {
  write(2);
  auto reader = begin(from_oldest);
  EXPECT_EQ(rest(reader), "1 2 ");
  turn(off);
  EXPECT_EQ(rest(reader), "");
  turn(on);
  write(2);
  EXPECT_EQ(rest(reader), "3 4 ");
  write(1);
  EXPECT_EQ(rest(after(reader.position())), "5 ");
  EXPECT_EQ(rest(reader), "5 ");
}

TEST_F(streams_of_a_table, nothing_is_missing_when_the_old_stream_goes_after_it_was_read) {
  write(2);
  auto reader = begin(from_oldest);
  EXPECT_EQ(rest(reader), "1 2 ");
  turn(off);
  EXPECT_EQ(rest(reader), "");
  time_.advance(hours(23));
  EXPECT_EQ(rest(reader), "");
  time_.advance(hours(2));
  turn(on);
  write(1);
  EXPECT_EQ(rest(reader), "3 ");
}

TEST_F(streams_of_a_table, a_stream_that_came_and_went_while_nobody_looked_is_a_gap) {
  write(2);
  auto reader = begin(from_oldest, continue_after_gap);
  auto careful = begin(from_oldest);
  EXPECT_EQ(rest(reader), "1 2 ");
  EXPECT_EQ(rest(careful), "1 2 ");
  turn(off);
  turn(on);
  write(2);
  turn(off);
  time_.advance(hours(25));
  turn(on);
  write(1);
  EXPECT_EQ(rest(reader), "gap 5 ");
  EXPECT_EQ(rest(careful), "!trimmed_data_access");
}

class failing_once final : public dynamo::endpoint {
 public:
  explicit failing_once(std::shared_ptr<dynamo::endpoint> to) : to_(std::move(to)) {}
  dynamo::result<dynamo::reply> call(dynamo::request r) override {
    if (r.operation == operation_name::list_streams) looked = true;
    if (armed && looked && r.operation == operation_name::describe_stream) {
      armed = looked = false;
      return dynamo::fail(errc::decoding, "line down");
    }
    return to_->call(std::move(r));
  }
  void start(dynamo::request r, dynamo::reply_sink& sink) override { sink.complete(call(std::move(r))); }
  bool armed = false;
  bool looked = false;

 private:
  std::shared_ptr<dynamo::endpoint> to_;
};

TEST_F(streams_of_a_table, a_next_stream_that_went_before_it_was_listed_was_lost_without_a_gap) {
  const auto wire = std::make_shared<failing_once>(db_->endpoint());
  const auto begun = [&](const auto&... options) {
    return read<count>(std::shared_ptr<dynamo::endpoint>(wire), "counts", from_oldest, until_caught_up, wait_by(time_),
                       options...);
  };
  write(1);
  auto reader = begun(continue_after_gap);
  auto careful = begun();
  EXPECT_EQ(rest(reader), "1 ");
  EXPECT_EQ(rest(careful), "1 ");
  turn(off);
  turn(on);
  write(2);
  wire->armed = true;
  wire->looked = false;
  EXPECT_EQ(rest(reader), "!decoding");  // it has chosen the next stream
  wire->armed = true;
  wire->looked = false;
  EXPECT_EQ(rest(careful), "!decoding");
  turn(off);
  time_.advance(hours(25));
  turn(on);
  write(1);
  EXPECT_EQ(rest(reader), "gap 4 ");
  EXPECT_EQ(rest(careful), "!trimmed_data_access");
}

TEST_F(streams_of_a_table, a_reader_by_arn_ends_with_its_stream) {
  write(1);
  const std::string arn = dynamo::testing_support::text_member(
      dynamo::testing_support::member(tell(operation_name::describe_table, R"({"TableName":"counts"})"), "Table")
          .value(),
      "LatestStreamArn");
  turn(off);
  turn(on);
  write(1);
  auto reader = read<count>(*db_, arn, from_oldest);
  EXPECT_EQ(rest(reader), "1 ");
}

TEST_F(streams_of_a_table, a_deleted_table_is_read_to_its_end) {
  write(3);
  const auto position = first_change().second;
  tell(operation_name::delete_table, R"({"TableName":"counts"})");
  EXPECT_EQ(rest(after(position)), "2 3 ");
}

TEST_F(streams_of_a_table, a_position_of_another_table_is_refused_by_name) {
  write(1);
  const auto position = first_change().second;
  auto reader = read<count>(*db_, "others", after(position), until_caught_up);
  const auto refused = reader.next().run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), errc::invalid_argument);
  EXPECT_NE(refused.error().message().find("not to one of the table others"), std::string::npos);
}

/// Made before positions had the ARN in them: after the second change of three, on this clock.
constexpr const char* first_version =
    "AT-Hiiu6HHz0JXNoYXJkSWQtMDAwMDAwMDE3NjcyMjU2MDAwMDAtMDAwMDAw"
    "MDIDFTExMDY4MDQ2NDQ0MjI1NzMwOTY5OA";

TEST_F(streams_of_a_table, a_position_of_version_1_finds_its_stream) {
  write(3);
  turn(off);
  turn(on);
  write(1);
  EXPECT_EQ(rest(after(dynamo::stream_position(first_version))), "3 4 ");
}

/// Streams that are turned off and on, and tables that are made anew, at any time, by seeds. Who resumes by position loses nothing, whatever
/// happens in between, as long as the old streams are there; and what is gone is said to be.
TEST_F(streams_of_a_table, whatever_happens_every_change_comes_or_is_a_gap) {
  dynamo::testing_support::for_each_seed(200, [&](std::mt19937_64& random) {
    last_ = 0;
    SetUp();  // a database of its own
    hours set_by(0);
    const auto one_of = [&](std::uint64_t many) { return random() % many; };
    std::optional<change_reader<count>> reader(begin(from_oldest, continue_after_gap, batch_size(3)));
    int seen = 0;  // up to here every change came, or was said to be missing
    bool is_on = true, had_gap = false, time_passed = false;
    const auto read_some = [&](std::uint64_t batches) {
      for (std::uint64_t i = 0; i < batches; ++i) {
        const auto batch = reader->next().run();
        ASSERT_TRUE(batch) << batch.error().describe();
        if (!*batch) return;
        had_gap = had_gap || !(*batch)->gaps.empty();
        ASSERT_TRUE(time_passed || !had_gap) << "nothing was trimmed";
        for (const auto& change : **batch) {
          const int number = change.new_image->number;
          const bool from_oldest_left = seen == 0 && time_passed;
          ASSERT_TRUE(number == seen + 1 || (number > seen && (had_gap || from_oldest_left)))
              << seen << " and then " << number;
          had_gap = false;
          seen = number;
        }
      }
    };
    read_some(1);  // now it knows its stream
    for (int step = 0; step < 60; ++step) {
      switch (one_of(8)) {
        case 0:
        case 1:
          if (is_on) write(static_cast<int>(one_of(4)));
          break;
        case 2: turn(std::exchange(is_on, !is_on) ? off : on); break;
        case 3:
          if (one_of(3) != 0) break;
          make_anew();
          is_on = true;
          break;
        case 4:
          if (one_of(2) == 0) {
            const hours by = hours(one_of(20 * 365 * 24)) - hours(10 * 365 * 24);
            set_by += by;
            time_.jump(by);
          }
          if (one_of(6) != 0) break;
          time_passed = true;
          time_.advance(hours(one_of(30)));
          break;
        case 5:  // another process goes on
          if (seen > 0) reader.emplace(begin(after(reader->position()), continue_after_gap, batch_size(3)));
          break;
        default: read_some(1 + one_of(3)); break;
      }
      if (HasFatalFailure()) return;
    }
    if (!is_on) turn(on);
    write(1);
    read_some(1000);
    EXPECT_EQ(seen, last_);
    time_.jump(-set_by);
  });
}

}  // namespace
