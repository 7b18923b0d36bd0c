#include "fake_stream.hpp"

#include <dynamo/streams.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <set>

namespace {

using namespace dynamo::test;
using namespace dynamo::streams;
using dynamo::errc;
using dynamo::operation_name;
using dynamo::sequence_number;
using std::chrono::milliseconds;

sequence_number number(int n) { return sequence_number::parse(std::to_string(n)).value(); }

/// What a reader brings until it ends: "A1 A2 | B7 | !trimmed_data_access", a batch between bars.
template <class Range>
std::string batches(Range&& range) {
  std::string text;
  for (auto batch : range) {
    if (!text.empty()) text += " | ";
    if (!batch) return text + "!" + std::string(to_string(batch.error().code()));
    std::string one;
    for (const gap& g : batch->gaps) {
      one +=
          "gap(" + g.shard + (g.from ? " " + g.from->to_string() : "") + (g.to ? ".." + g.to->to_string() : "") + ") ";
    }
    for (const auto& change : *batch) {
      one += (change.after_gap ? "*" : "") + change.new_image->id + std::to_string(change.new_image->age) + " ";
    }
    if (!one.empty()) one.pop_back();
    text += one;
  }
  return text;
}
template <class Range>
std::string changes(Range&& range) {
  std::string text;
  for (auto change : range) {
    if (!text.empty()) text += " ";
    if (!change) return text + "!" + std::string(to_string(change.error().code()));
    text += (change->after_gap ? "*" : "") + change->new_image->id + std::to_string(change->new_image->age);
  }
  return text;
}

class reader : public ::testing::Test {
 protected:
  fake_stream::shard& add(const std::string& id, std::vector<int> numbers, bool closed = false,
                          std::string parent = "") {
    fake_stream::shard& one = wire_->shards[id];
    one.numbers = std::move(numbers);
    one.closed = closed;
    one.parent = std::move(parent);
    return one;
  }
  template <class... Options>
  change_reader<person> begin(starting_point from, const Options&... options) {
    return read<person>(wire_, "people", std::move(from), until_caught_up, poll_every(milliseconds(0)), options...);
  }
  std::string all(starting_point from) { return batches(begin(std::move(from)).batches()); }

  std::shared_ptr<fake_stream> wire_ = std::make_shared<fake_stream>();
};

TEST_F(reader, asks_for_nothing_before_the_first_next) {
  add("A", {1});
  auto reading = begin(from_oldest);
  auto range = reading.changes();
  EXPECT_TRUE(wire_->asked.empty());
}

TEST_F(reader, reads_a_shard_in_batches) {
  add("A", {1, 2, 3, 4, 5});
  EXPECT_EQ(all(from_oldest), "A1 A2 A3 A4 A5");
  EXPECT_EQ(batches(begin(from_oldest, batch_size(2)).batches()), "A1 A2 | A3 A4 | A5");
  EXPECT_EQ(changes(begin(from_oldest, batch_size(2)).changes()), "A1 A2 A3 A4 A5");
  EXPECT_EQ(all(at(number(3))), "A3 A4 A5");
  EXPECT_EQ(all(after(number(3))), "A4 A5");
  EXPECT_EQ(all(after(number(5))), "");
  EXPECT_EQ(all(from_newest), "");
}

TEST_F(reader, reads_by_the_arn_without_asking_for_the_table) {
  add("A", {1});
  EXPECT_EQ(batches(read<person>(wire_, fake_stream::arn, from_oldest, until_caught_up).batches()), "A1");
  EXPECT_EQ(wire_->count(operation_name::describe_table), 0u);
}

TEST_F(reader, a_table_without_a_stream_says_how_to_get_one) {
  wire_->table_arn.clear();
  const auto batch = begin(from_oldest).next().run();
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().code(), errc::resource_not_found);
  EXPECT_NE(batch.error().message().find("table people has no stream"), std::string::npos);
  EXPECT_NE(batch.error().message().find("create_if_absent(dynamo::stream_view::new_and_old_images)"),
            std::string::npos);
}

TEST_F(reader, parents_are_read_to_their_ends_before_their_children) {
  add("A", {1, 2, 3}, true);
  add("B", {4, 5}, true, "A");
  add("C", {6}, false, "A");
  add("D", {7, 8}, false, "B");
  EXPECT_EQ(batches(begin(from_oldest, batch_size(2)).batches()), "A1 A2 | A3 | B4 B5 | C6 | D7 D8");
}

TEST_F(reader, shards_side_by_side_are_read_in_turn) {
  add("A", {1, 3, 5});
  add("B", {2, 4, 6});
  EXPECT_EQ(batches(begin(from_oldest, batch_size(1)).batches()), "A1 | B2 | A3 | B4 | A5 | B6");
}

TEST_F(reader, empty_pages_in_mid_shard_are_passed_over) {
  add("A", {1}, true).empty_pages = 50;
  add("B", {2}, false, "A").empty_pages = 2;
  EXPECT_EQ(all(from_oldest), "A1 | B2");
}

TEST_F(reader, until_caught_up_never_ended_at_a_closed_shard_without_an_end) {
  add("A", {1}, true).empty_pages = 99;  // as long as there may be records, it is read on
  EXPECT_EQ(all(from_oldest), "A1");
  wire_->shards["A"].empty_pages = 1'000;
  EXPECT_EQ(all(from_oldest), "");
  EXPECT_EQ(wire_->shards["A"].empty_pages, 900);
}

TEST_F(reader, goes_on_after_it_was_caught_up) {
  add("A", {1});
  auto reading = begin(from_oldest);
  EXPECT_EQ(batches(reading.batches()), "A1");
  EXPECT_EQ(batches(reading.batches()), "");
  wire_->shards["A"].numbers.push_back(2);
  EXPECT_EQ(batches(reading.batches()), "A2");
  wire_->shards["A"].closed = true;
  add("B", {3}, false, "A");
  EXPECT_EQ(batches(reading.batches()), "B3");
  EXPECT_EQ(wire_->count(operation_name::describe_table), 1u);
}

TEST_F(reader, a_child_that_does_not_show_at_once_is_found) {
  add("A", {1}, true);
  add("B", {2}, false, "A").listed = false;
  int listings = 0;
  wire_->before = [&](operation_name op) {
    if (op == operation_name::describe_stream && ++listings == 7) wire_->shards["B"].listed = true;
  };
  std::stop_source stop;
  auto reading = read<person>(wire_, "people", from_oldest, poll_every(milliseconds(0)), stop_on(stop.get_token()));
  auto range = reading.changes();
  auto at = range.begin();
  EXPECT_EQ((*at)->new_image->age, 1);
  ++at;
  EXPECT_EQ((*at)->new_image->age, 2);
  stop.request_stop();
  ++at;
  EXPECT_TRUE(at == range.end());
}

TEST_F(reader, from_newest_reads_what_comes_and_every_child_from_its_beginning) {
  add("A", {1}, true);
  add("B", {2}, false, "A");
  auto reading = begin(from_newest);
  EXPECT_EQ(batches(reading.batches()), "");
  wire_->shards["B"].numbers.push_back(3);
  wire_->shards["B"].closed = true;
  add("C", {4}, false, "B");
  EXPECT_EQ(batches(reading.batches()), "B3 | C4");
}

TEST_F(reader, a_disabled_stream_ends_the_range_for_good) {
  add("A", {1}, true);
  wire_->status = "DISABLED";
  auto reading = read<person>(wire_, fake_stream::arn, from_oldest);
  EXPECT_EQ(batches(reading.batches()), "A1");
  const std::size_t asked = wire_->asked.size();
  EXPECT_EQ(batches(reading.batches()), "");
  EXPECT_EQ(wire_->asked.size(), asked);
}

// ---- resuming ---------------------------------------------------------------------------------------------------

TEST_F(reader, goes_on_behind_every_batch_and_every_change) {
  add("A", {1, 2}, true);
  add("B", {3, 4, 5}, true, "A");
  add("C", {6, 7}, false, "A");
  add("D", {8}, false, "B");
  add("E", {9, 10});
  const auto read_on = [&](const dynamo::stream_position& from) {
    std::multiset<int> ages;
    for (auto change : begin(after(from)).changes()) ages.insert(change->new_image->age);
    return ages;
  };
  std::multiset<int> rest{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  for (auto batch : begin(from_oldest, batch_size(2)).batches()) {
    ASSERT_TRUE(batch) << batch.error().describe();
    for (const auto& change : *batch) rest.erase(change.new_image->age);
    EXPECT_EQ(read_on(batch->position), rest);
  }
  EXPECT_TRUE(rest.empty());
  rest = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const auto reading = begin(from_oldest, batch_size(2));
  for (auto change : reading.changes()) {
    rest.erase(change->new_image->age);
    EXPECT_EQ(read_on(reading.position()), rest);
  }
}

TEST_F(reader, what_was_not_given_out_one_by_one_comes_with_the_next_batch) {
  add("A", {1, 2, 3, 4});
  auto reading = begin(from_oldest, batch_size(3));
  EXPECT_EQ((*reading.change_stream().next().run())->new_image->age, 1);
  EXPECT_EQ(batches(begin(after(reading.position())).batches()), "A2 A3 A4");
  EXPECT_EQ(batches(reading.batches()), "A2 A3 | A4");
}

TEST_F(reader, a_position_of_another_stream_is_refused) {
  add("A", {1});
  auto reading = begin(from_oldest);
  EXPECT_EQ(batches(reading.batches()), "A1");
  const auto other = read<person>(wire_, std::string(fake_stream::arn) + "1", after(reading.position())).next().run();
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code(), errc::invalid_argument);
  EXPECT_NE(other.error().message().find("another stream"), std::string::npos);
  EXPECT_FALSE(begin(after(dynamo::stream_position("nonsense"))).next().run());
}

TEST_F(reader, a_number_does_not_say_where_to_go_on_in_shards_side_by_side) {
  add("A", {1});
  add("B", {2});
  EXPECT_EQ(all(after(number(1))), "!invalid_argument");
}

// ---- what goes wrong --------------------------------------------------------------------------------------------

TEST_F(reader, an_expired_iterator_is_replaced_in_silence) {
  add("A", {1, 2, 3});
  auto reading = begin(from_oldest, batch_size(1));
  std::string read;
  for (int i = 0; i < 3; ++i) {
    auto batch = reading.next().run();
    ASSERT_TRUE(batch && *batch);
    read += std::to_string((*batch)->changes.at(0).new_image->age);
    wire_->oldest_iterator = wire_->last_iterator + 1;
  }
  EXPECT_EQ(read, "123");
}
TEST_F(reader, iterators_that_always_expire_are_an_error) {
  add("A", {1});
  wire_->fault = [](operation_name op) {
    return op == operation_name::get_records ? std::optional(dynamo::error(errc::expired_iterator, "expired"))
                                             : std::nullopt;
  };
  EXPECT_EQ(all(from_oldest), "!expired_iterator");
}
TEST_F(reader, an_iterator_for_the_newest_that_expired_unread_is_not_replaced_in_silence) {
  add("A", {1});
  auto reading = begin(from_newest);
  EXPECT_EQ(batches(reading.batches()), "");
  wire_->shards["A"].numbers.push_back(2);  // between the old iterator and the next
  wire_->oldest_iterator = wire_->last_iterator + 1;
  EXPECT_EQ(batches(reading.batches()), "!expired_iterator");

  auto going_on = begin(from_newest, continue_after_gap);
  EXPECT_EQ(batches(going_on.batches()), "");
  wire_->oldest_iterator = wire_->last_iterator + 1;
  EXPECT_EQ(batches(going_on.batches()), "gap(A)");
}

TEST_F(reader, trimmed_records_stop_it_with_an_error_of_their_own) {
  add("A", {1, 2, 3, 4, 5}).trimmed = 3;
  EXPECT_EQ(all(from_oldest), "A4 A5");
  EXPECT_EQ(all(after(number(3))), "A4 A5");  // nothing is missing
  EXPECT_EQ(all(after(number(1))), "!trimmed_data_access");
  const auto batch = begin(after(number(1))).next().run();
  ASSERT_FALSE(batch);
  EXPECT_NE(batch.error().message().find("shard `A` after number 1"), std::string::npos) << batch.error().message();
  EXPECT_NE(batch.error().message().find("continue_after_gap"), std::string::npos);
  auto again = begin(after(number(1)));
  EXPECT_EQ(batches(again.batches()), "!trimmed_data_access");
  EXPECT_EQ(batches(again.batches()), "!trimmed_data_access");
}
TEST_F(reader, goes_on_after_a_gap_when_told_to_and_says_what_is_missing) {
  add("A", {1, 2, 3, 4, 5}).trimmed = 3;
  EXPECT_EQ(batches(begin(after(number(1)), continue_after_gap).batches()), "gap(A 1..4) *A4 A5");
  EXPECT_EQ(changes(begin(after(number(1)), continue_after_gap).changes()), "*A4 A5");
}
TEST_F(reader, records_that_are_trimmed_while_it_sleeps_are_a_gap) {
  add("A", {1, 2, 3, 4, 5});
  auto reading = begin(from_oldest, batch_size(1), continue_after_gap);
  EXPECT_EQ((*reading.next().run())->changes.at(0).new_image->age, 1);
  wire_->shards["A"].trimmed = 3;
  EXPECT_EQ(batches(reading.batches()), "gap(A 1..4) *A4 | A5");
}
TEST_F(reader, a_shard_that_is_gone_with_unread_records_is_a_gap) {
  add("A", {1, 2}, true);
  add("B", {3}, true, "A");
  add("C", {4}, false, "B");
  auto reading = begin(from_oldest, batch_size(1));
  EXPECT_EQ((*reading.next().run())->changes.at(0).new_image->age, 1);
  const dynamo::stream_position position = reading.position();
  wire_->shards.erase("A");
  EXPECT_EQ(all(after(position)), "!trimmed_data_access");
  EXPECT_EQ(batches(begin(after(position), continue_after_gap).batches()), "gap(A 1) *B3 | C4");
  wire_->shards.erase("B");
  EXPECT_EQ(batches(begin(after(position), continue_after_gap).batches()), "gap(A 1) gap(B) *C4");
  wire_->shards.erase("C");
  EXPECT_EQ(batches(begin(after(position), continue_after_gap).batches()), "gap(A 1)");
}
TEST_F(reader, a_shard_that_vanishes_after_it_was_listed_is_looked_up_again) {
  add("A", {1}, true);
  add("B", {2}, false, "A");
  bool once = true;
  wire_->fault = [&](operation_name op) -> std::optional<dynamo::error> {
    if (op != operation_name::get_shard_iterator || !std::exchange(once, false)) return std::nullopt;
    return dynamo::error(errc::resource_not_found, "no such shard");
  };
  EXPECT_EQ(all(from_oldest), "A1 | B2");
}

TEST_F(reader, after_an_error_it_goes_on_before_what_failed) {
  add("A", {1, 2}, true);
  add("B", {3, 4}, false, "A");
  int calls = 0;
  wire_->fault = [&](operation_name) {
    return ++calls % 2 == 1 ? std::optional(dynamo::error(errc::throttled, "slow down")) : std::nullopt;
  };
  auto reading = begin(from_oldest, batch_size(1));
  std::string read;
  int errors = 0;
  for (int i = 0; i < 100; ++i) {
    auto batch = reading.next().run();
    if (!batch) {
      EXPECT_EQ(batch.error().code(), errc::throttled);
      ++errors;
    } else if (*batch) {
      for (const auto& change : **batch) read += std::to_string(change.new_image->age);
    } else {
      break;
    }
  }
  EXPECT_EQ(read, "1234");
  EXPECT_GT(errors, 5);
}
TEST_F(reader, an_answer_that_cannot_be_read_is_an_error_and_asked_for_again) {
  add("A", {1});
  class garbling final : public dynamo::endpoint {
   public:
    explicit garbling(std::shared_ptr<fake_stream> inner) : inner_(std::move(inner)) {}
    operation_name victim = operation_name::get_records;
    bool armed = true;
    dynamo::result<dynamo::reply> call(dynamo::request r) override {
      const bool now = r.operation == victim && std::exchange(armed, armed && r.operation != victim);
      auto answer = inner_->call(std::move(r));
      if (now) answer->body.truncate(answer->body.size() - 3);
      return answer;
    }
    void start(dynamo::request r, dynamo::reply_sink& sink) override { sink.complete(call(std::move(r))); }

   private:
    std::shared_ptr<fake_stream> inner_;
  };
  for (const operation_name victim : {operation_name::describe_table, operation_name::describe_stream,
                                      operation_name::get_shard_iterator, operation_name::get_records}) {
    auto wire = std::make_shared<garbling>(wire_);
    wire->victim = victim;
    auto reading = read<person>(std::shared_ptr<dynamo::endpoint>(wire), "people", from_oldest, until_caught_up);
    EXPECT_EQ(batches(reading.batches()), "!decoding") << to_string(victim);
    EXPECT_EQ(batches(reading.batches()), "A1") << to_string(victim);
  }
}

TEST_F(reader, options_out_of_range_are_errors) {
  EXPECT_EQ(batches(begin(from_oldest, batch_size(0)).batches()), "!invalid_argument");
  EXPECT_EQ(batches(begin(from_oldest, batch_size(1001)).batches()), "!invalid_argument");
  EXPECT_EQ(batches(begin(from_oldest, poll_every(milliseconds(-1))).batches()), "!invalid_argument");
  EXPECT_TRUE(wire_->asked.empty());
}

// ---- waiting ----------------------------------------------------------------------------------------------------

/// Time that passes only when somebody waits.
class patient_timer final : public dynamo::timer {
 public:
  std::vector<std::chrono::microseconds> waits;
  std::function<void()> on_wait;
  std::chrono::steady_clock::time_point steady_now() const noexcept override { return now_; }
  dynamo::timer_ticket after(std::chrono::microseconds, std::shared_ptr<dynamo::timer_task>) override { return {}; }
  bool cancel(dynamo::timer_ticket) noexcept override { return false; }
  bool wait(std::chrono::microseconds time, const std::stop_token& stop) override {
    waits.push_back(time);
    now_ += time;
    if (on_wait) on_wait();
    return !stop.stop_requested();
  }

 private:
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
};

TEST_F(reader, a_follower_polls_a_quiet_stream_politely_and_a_busy_one_at_once) {
  add("A", {1, 2});
  patient_timer time;
  int waits = 0;
  time.on_wait = [&] {
    if (++waits == 4) wire_->shards["A"].numbers.push_back(3);
  };
  std::stop_source stop;
  auto reading = read<person>(wire_, "people", from_oldest, batch_size(1), wait_by(time), stop_on(stop.get_token()),
                              long_poll(milliseconds(20)));
  EXPECT_EQ((*reading.next().run())->changes.at(0).new_image->age, 1);
  EXPECT_EQ((*reading.next().run())->changes.at(0).new_image->age, 2);
  EXPECT_TRUE(time.waits.empty());
  EXPECT_EQ((*reading.next().run())->changes.at(0).new_image->age, 3);
  EXPECT_EQ(time.waits, std::vector<std::chrono::microseconds>(4, milliseconds(250)));
  EXPECT_EQ(wire_->count(operation_name::get_records), 2u + 5u);
  for (const milliseconds asked : wire_->waits) EXPECT_EQ(asked, milliseconds(20));
  time.on_wait = [&] { stop.request_stop(); };
  EXPECT_EQ(batches(reading.batches()), "");
}
TEST_F(reader, of_several_shards_none_keeps_the_others_waiting) {
  add("A", {1});
  add("B", {2});
  EXPECT_EQ(all(from_oldest), "A1 | B2");
  for (const milliseconds asked : wire_->waits) EXPECT_EQ(asked, milliseconds(0));
}
TEST_F(reader, the_shards_are_listed_again_from_time_to_time) {
  add("A", {});
  patient_timer time;
  time.on_wait = [&] {
    if (time.waits.size() == 10) add("B", {7});
  };
  auto reading = read<person>(wire_, "people", from_oldest, wait_by(time));
  EXPECT_EQ((*reading.next().run())->changes.at(0).new_image->id, "B");
  EXPECT_LE(time.waits.size(), 4u * 61);
}
TEST_F(reader, a_deadline_ends_the_wait) {
  add("A", {});
  patient_timer time;
  auto reading = read<person>(wire_, "people", from_oldest, wait_by(time));
  dynamo::request first = detail::reading_request();
  first.deadline = time.steady_now() + std::chrono::seconds(3);
  // As a decorator or server would set it; operations have no deadline of their own yet.
  auto state = detail::make_reading(wire_, "people", from_oldest, [&] {
    detail::reader_options options;
    options.time = &time;
    return options;
  }());
  const auto answer = detail::reading_endpoint(state, detail::reading_need::a_batch)->call(std::move(first));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), errc::timed_out);
  EXPECT_EQ(time.steady_now().time_since_epoch(), std::chrono::hours(1) + std::chrono::seconds(3));
}

// ---- random -----------------------------------------------------------------------------------------------------

/// A stream that grows, splits and closes at random while it is read, with empty pages, expired iterators, throttling, listings that
/// show shards late, and readers that are replaced by others that resume: each change comes once, in its shard's order, and no child
/// before its parent.
TEST_F(reader, of_a_random_stream_every_change_comes_once_and_in_order) {
  dynamo::testing_support::for_each_seed(60, [this](std::mt19937_64& random) {
    wire_ = std::make_shared<fake_stream>();
    const auto one_in = [&](unsigned n) { return random() % n == 0; };
    int last = 0, shards = 0;
    std::map<std::string, std::vector<int>> seen;
    const auto id_of = [](int n) { return "S" + std::to_string(1000 + n); };
    for (int i = 0; i < 2; ++i) add(id_of(++shards), {});
    const auto grow = [&] {
      std::vector<std::string> open;
      for (const auto& [id, one] : wire_->shards) {
        if (!one.closed) open.push_back(id);
      }
      for (const std::string& id : open) {
        for (auto more = random() % 4; more > 0; --more) wire_->shards[id].numbers.push_back(++last);
        wire_->shards[id].empty_pages = one_in(3) ? static_cast<int>(random() % 3) : 0;
        if (!one_in(6) || shards > 30) continue;
        wire_->shards[id].closed = wire_->shards[id].listed = true;
        for (auto children = 1 + random() % 2; children > 0; --children)
          add(id_of(++shards), {}, false, id).listed = !one_in(4);
      }
      if (one_in(3)) {
        for (auto& [id, one] : wire_->shards) one.listed = true;
      }
      if (one_in(4)) wire_->oldest_iterator = wire_->last_iterator;
    };
    wire_->fault = [&](operation_name) {
      return one_in(20) ? std::optional(dynamo::error(errc::throttled, "slow down")) : std::nullopt;
    };
    auto reading = begin(from_oldest, batch_size(static_cast<std::uint32_t>(1 + random() % 5)));
    const auto take = [&](const dynamo::change<person>& change) {
      const std::string& shard = change.new_image->id;
      const std::string& parent = wire_->shards[shard].parent;
      if (!parent.empty()) {
        EXPECT_EQ(seen[parent], wire_->shards[parent].numbers) << shard << " before its parent's end";
      }
      seen[shard].push_back(change.new_image->age);
    };
    for (int step = 0; step < 300; ++step) {
      if (step < 200) grow();
      if (one_in(2)) {
        auto batch = reading.next().run();
        if (batch && *batch) {
          for (const auto& change : **batch) take(change);
        }
      } else {
        auto change = reading.change_stream().next().run();
        if (change && *change) take(**change);
      }
      if (one_in(15) && !reading.position().text().empty()) {
        reading = begin(after(reading.position()), batch_size(static_cast<std::uint32_t>(1 + random() % 5)));
      }
    }
    wire_->fault = nullptr;
    for (auto& [id, one] : wire_->shards) one.listed = true;
    reading = begin(after(reading.position()));
    for (auto change : reading.changes()) {
      ASSERT_TRUE(change) << change.error().describe();
      take(*change);
    }
    for (const auto& [id, one] : wire_->shards) EXPECT_EQ(seen[id], one.numbers) << id;
  });
}

}  // namespace
