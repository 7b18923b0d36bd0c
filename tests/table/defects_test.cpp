#include "canned_endpoint.hpp"
#include "engine_fixture.hpp"

#include <dynamo/base/random.hpp>
#include <dynamo/table.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <mutex>

/// Mistakes that other libraries for DynamoDB made, each by its symptom. docs/proofs.md lists them.
namespace {

using dynamo::write_status;
using dynamo::test::canned_endpoint;

struct reading {
  dynamo::binary sensor;
  std::int64_t at = 0;
  std::string room;
  dynamo::number value;
  std::uint64_t total = 0;
  std::optional<std::int64_t> largest;
};
using by_room =
    dynamo::global_index<"by_room", dynamo::partition_key<&reading::room>, dynamo::sort_key<&reading::value>>;
struct readings : dynamo::schema<"readings", reading, dynamo::partition_key<&reading::sensor>,
                                 dynamo::sort_key<&reading::at>, by_room> {};
inline constexpr auto sensor = dynamo::attr<&reading::sensor>;
inline constexpr auto at = dynamo::attr<&reading::at>;
inline constexpr auto room = dynamo::attr<&reading::room>;
inline constexpr auto value = dynamo::attr<&reading::value>;
inline constexpr auto total = dynamo::attr<&reading::total>;

/// Passes on what it is asked, and remembers it.
class watched_endpoint final : public dynamo::endpoint {
 public:
  explicit watched_endpoint(std::shared_ptr<dynamo::endpoint> inner) : inner_(std::move(inner)) {}
  dynamo::result<dynamo::reply> call(dynamo::request r) override {
    last = r.body.view();
    return inner_->call(std::move(r));
  }
  void start(dynamo::request r, dynamo::reply_sink& sink) override { inner_->start(std::move(r), sink); }

  std::string last;
  bool has_sent(std::string_view text) const { return last.find(text) != std::string::npos; }

 private:
  std::shared_ptr<dynamo::endpoint> inner_;
};

class defects : public dynamo::test::engine_fixture {
 protected:
  void SetUp() override {
    engine_fixture::SetUp();
    wire = std::make_shared<watched_endpoint>(db_->endpoint());
    table.emplace(wire);
    ASSERT_TRUE(table->create_if_absent().run());
  }
  static reading make(std::int64_t when, std::string where = "hall") {
    reading r;
    r.sensor = id;
    r.at = when;
    r.room = std::move(where);
    r.value = 20;
    return r;
  }
  void put(const reading& r) {
    const auto done = table->put(r).run();
    ASSERT_TRUE(done) << done.error().describe();
  }
  template <class Call>
  static std::vector<std::int64_t> times(Call&& call) {
    std::vector<std::int64_t> found;
    for (auto&& one : std::forward<Call>(call).items()) {
      EXPECT_TRUE(one) << one.error().describe();
      if (one) found.push_back(one->at);
    }
    return found;
  }

  static inline const dynamo::binary id = dynamo::to_binary(std::string_view("\0\xFF", 2));
  std::shared_ptr<watched_endpoint> wire;
  std::optional<dynamo::table<readings>> table;
};
RUN_AT_ONCE_AND_LATE(defects);

TEST_P(defects, numeric_and_binary_keys_were_sent_as_strings) {
  put(make(-7));
  const auto found = table->get({id, -7}).run();
  EXPECT_TRUE(wire->has_sent(R"("Key":{"at":{"N":"-7"},"sensor":{"B":"AP8="}})")) << wire->last;
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->sensor, id);
  EXPECT_EQ(times(table->query(id, at < 0)), std::vector<std::int64_t>{-7});
}

TEST_P(defects, the_cursor_of_an_index_lacked_the_sort_key_of_the_table) {
  for (int i = 0; i < 4; ++i) put(make(i));  // four rows with one index key
  catch_up();
  std::vector<std::int64_t> found;
  std::optional<dynamo::cursor> next;
  do {
    auto page = next ? table->query(by_room{}, "hall", dynamo::item_limit(1), dynamo::resume_from(*next)).page().run()
                     : table->query(by_room{}, "hall", dynamo::item_limit(1)).page().run();
    ASSERT_TRUE(page) << page.error().describe();
    if (next) {
      const std::string sent = dynamo::testing_support::without_spaces(wire->last);
      EXPECT_NE(sent.find(R"("at":{"N":")", sent.find(R"("ExclusiveStartKey":{)")), std::string::npos) << sent;
    }
    for (const reading& one : *page) found.push_back(one.at);
    next = page->next;
  } while (next && found.size() < 10);
  EXPECT_EQ(found, (std::vector<std::int64_t>{0, 1, 2, 3}));
}

TEST_P(defects, a_count_was_of_one_page) {
  for (int i = 0; i < 5; ++i) put(make(i));
  catch_up();
  EXPECT_EQ(table->query(id, dynamo::page_size(2)).count().run().value(), 5u);
  EXPECT_TRUE(wire->has_sent(R"("Select":"COUNT")")) << wire->last;
  EXPECT_EQ(table->query(by_room{}, "hall", dynamo::page_size(2)).count().run().value(), 5u);
  EXPECT_EQ(table->scan(dynamo::page_size(2)).count().run().value(), 5u);
}

TEST_P(defects, ends_with_was_sent_as_begins_with) {
  put(make(1, "north hall"));
  wire->last.clear();
  const auto refused = table->scan(filter(dynamo::raw("ends_with(room, :e)", dynamo::bind(":e", "hall")))).page().run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), dynamo::errc::invalid_argument);
  EXPECT_EQ(wire->last, "");
  EXPECT_EQ(times(table->scan(filter(room.begins_with("north")))), std::vector<std::int64_t>{1});
  EXPECT_EQ(times(table->scan(filter(room.begins_with("hall")))), std::vector<std::int64_t>());
}

TEST_P(defects, ascending_was_documented_and_descending_done) {
  for (const int i : {2, 1, 3}) put(make(i));
  const std::vector<std::int64_t> up = {1, 2, 3}, down = {3, 2, 1};
  EXPECT_EQ(times(table->query(id)), up);
  EXPECT_EQ(times(table->query(id, dynamo::order_by::ascending)), up);
  EXPECT_EQ(times(table->query(id, dynamo::order_by::descending)), down);
}

TEST_P(defects, an_increment_failed_on_an_absent_attribute) {
  ASSERT_TRUE(table->update({id, 1}, set(room, "hall"), set(value, 1), dynamo::create_partial).run());  // no total
  const auto counted = table->update({id, 1}, add(total, 5), dynamo::return_updated_new).run();
  ASSERT_TRUE(counted) << counted.error().describe();
  EXPECT_EQ(counted->get(total).value(), 5u);
  EXPECT_EQ(table->update({id, 1}, add(total, -2), dynamo::return_updated_new).run()->get(total).value(), 3u);
  EXPECT_EQ(table->update({id, 2}, add(total, 7), dynamo::create_partial, dynamo::return_updated_new)
                .run()
                ->get(total)
                .value(),
            7u);  // no item
}

TEST_P(defects, a_limit_was_taken_for_a_result_count) {
  for (int i = 0; i < 9; ++i) put(make(i, i % 3 == 2 ? "hall" : "attic"));
  const auto in_the_hall = [] { return filter(room == "hall"); };
  EXPECT_EQ(times(table->query(id, in_the_hall(), dynamo::page_size(2))), (std::vector<std::int64_t>{2, 5, 8}));
  EXPECT_EQ(times(table->query(id, in_the_hall(), dynamo::item_limit(2))), (std::vector<std::int64_t>{2, 5}));
  EXPECT_EQ(times(table->query(id, in_the_hall(), dynamo::examined_limit(4))), (std::vector<std::int64_t>{2}));
}

TEST_P(defects, a_condition_was_ignored_on_delete) {
  put(make(1));
  const auto refused = table->remove({id, 1}, only_if(value == dynamo::number(19))).run();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().conditional_check_failed());
  EXPECT_TRUE(table->get({id, 1}).run().value());
  EXPECT_TRUE(table->remove({id, 1}, only_if(value == dynamo::number(20))).run());
  EXPECT_FALSE(table->get({id, 1}).run().value());
}

TEST_P(defects, int64_and_decimals_lost_digits) {
  for (const std::int64_t when : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(),
                                  std::int64_t{9'007'199'254'740'993}}) {  // 2^53 + 1 is no double
    reading before = make(when);
    before.value = dynamo::number::parse("-1234567890.1234567890123456789012345678").value();
    before.total = std::numeric_limits<std::uint64_t>::max();
    before.largest = when;
    put(before);
    const auto after = table->get({id, when}).run();
    ASSERT_TRUE(after && *after) << when;
    EXPECT_EQ((*after)->at, when);
    EXPECT_EQ((*after)->value, before.value);
    EXPECT_EQ((*after)->total, before.total);
    EXPECT_EQ((*after)->largest, when);
    EXPECT_EQ(times(table->query(id, at == when)), std::vector<std::int64_t>{when});
  }
}

TEST_P(defects, the_current_item_of_a_failed_condition_could_not_be_decoded) {
  put(make(1, "attic"));
  const reading other = make(1, "hall");
  const auto refused = table->put(other, only_if(sensor.not_exists()), dynamo::on_failure_return_item).run();
  ASSERT_FALSE(refused);
  const auto current = dynamo::current_item<reading>(refused.error());
  ASSERT_TRUE(current && *current) << (current ? "none" : current.error().describe());
  EXPECT_EQ((*current)->room, "attic");
  EXPECT_EQ((*current)->sensor, id);
}

// ---- a service that leaves something over -------------------------------------------------------------------------------

class batch_defects : public ::testing::Test {
 protected:
  static std::string key(int when) { return R"({"at":{"N":")" + std::to_string(when) + R"("},"sensor":{"B":"AA=="}})"; }
  static std::string remove_request(int when) { return R"({"DeleteRequest":{"Key":)" + key(when) + "}}"; }
  void leave_over(const std::string& requests) {
    wire->answer(R"({"UnprocessedItems":{"readings":[)" + requests + "]}}");
  }
  static std::vector<std::pair<dynamo::binary, int>> keys(int count) {
    std::vector<std::pair<dynamo::binary, int>> all;
    for (int i = 0; i < count; ++i) all.emplace_back(dynamo::to_binary(std::string_view("\0", 1)), i);
    return all;
  }

  std::shared_ptr<canned_endpoint> wire = std::make_shared<canned_endpoint>();
  dynamo::table<readings> table{wire};
  dynamo::testing::virtual_clock time;
  dynamo::batch_policy policy = dynamo::batch_policy().on(time, dynamo::system_random()).retries(1);
};

TEST_F(batch_defects, results_named_the_first_inputs_whichever_had_failed) {
  leave_over(remove_request(1) + "," + remove_request(3));
  for (int i = 0; i < 5; ++i) leave_over(remove_request(3));
  const auto removed = table.batch_remove(keys(4), policy).run();
  ASSERT_TRUE(removed) << removed.error().describe();
  ASSERT_EQ(removed->removes.size(), 4u);
  for (const std::size_t i : {0u, 1u, 2u}) EXPECT_EQ(removed->removes[i].status(), write_status::written) << i;
  EXPECT_EQ(removed->removes[3].status(), write_status::unprocessed);
}

TEST_F(batch_defects, unprocessed_deletes_could_not_be_decoded) {
  leave_over(R"({ "DeleteRequest" : { "Key" : {"sensor":{"B":"AA=="},"at":{"N":"1.0"}} } })");
  const auto removed = table.batch_remove(keys(2), policy).run();
  ASSERT_TRUE(removed) << removed.error().describe();
  EXPECT_TRUE(removed->complete());
  ASSERT_EQ(wire->requests.size(), 2u);
  EXPECT_EQ(wire->last(),
            R"({"RequestItems":{"readings":[)" + remove_request(1) + R"(]},"ReturnConsumedCapacity":"TOTAL"})");
}

TEST_F(batch_defects, leftovers_vanished_without_an_error) {
  for (int i = 0; i < 2; ++i) leave_over(remove_request(0));
  const auto removed = table.batch_remove(keys(2), policy).run();
  ASSERT_TRUE(removed) << removed.error().describe();
  EXPECT_EQ(removed->removes[0].status(), write_status::unprocessed);
  ASSERT_FALSE(removed->complete());
  EXPECT_EQ(removed->complete().error().code(), dynamo::errc::throttled);

  for (int i = 0; i < 2; ++i)
    wire->answer(R"({"Responses":{},"UnprocessedKeys":{"readings":{"Keys":[)" + key(1) + "]}}}");
  const auto found = table.batch_get(keys(2), policy).run();
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_FALSE(found->items[0].value());
  ASSERT_FALSE(found->items[1]);
  EXPECT_EQ(found->items[1].error().code(), dynamo::errc::throttled);
}

}  // namespace
