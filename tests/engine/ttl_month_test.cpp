// A month of items that expire, in simulated time: each is deleted once, none early, and the stream has all of it.
#include "../support/sanitizer.hpp"
#include "ttl_fixture.hpp"

#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;

class ttl_month : public ttl_fixture {
 protected:
  static constexpr int items = testing_support::sanitized ? 5'000 : 100'000;
  static constexpr int days = 30;

  static std::string name(int i) { return "i" + std::to_string(i); }

  void put_all() {
    std::uniform_int_distribution<std::int64_t> when(1, 31 * 24 * 3'600);
    for (int i = 0; i < items; i += 25) {
      std::string puts;
      for (int k = i; k < i + 25; ++k) {
        expires_[name(k)] = in(std::chrono::seconds(when(random_)));
        puts += (puts.empty() ? "" : ",") + std::string(R"({"PutRequest":{"Item":{"pk":{"S":")") + name(k) +
                R"("},"expires":{"N":")" + std::to_string(expires_[name(k)]) + "\"}}}}";
      }
      const answer done = call(operation_name::batch_write_item, R"({"RequestItems":{"things":[)" + puts + "]}}");
      ASSERT_TRUE(done.ok) << done.to_string();
    }
  }
  /// Some items live on, some go.
  void change_some() {
    std::uniform_int_distribution<int> any(0, items - 1);
    std::uniform_int_distribution<std::int64_t> longer(1, 10 * 24 * 3'600);
    for (int i = 0; i < items / 500; ++i) {
      const std::string kept = name(any(random_));
      const std::int64_t until = in(std::chrono::seconds(longer(random_)));
      if (update_until(kept, until).ok) expires_[kept] = until;
      const std::string gone = name(any(random_));
      erase(gone);
      if (swept_.contains(gone)) continue;
      expires_.erase(gone);
    }
  }
  void read_records() {
    std::string at = last_.empty() ? iterator(arn_) : iterator(arn_, "AFTER_SEQUENCE_NUMBER", last_);
    while (true) {
      const answer came = call(operation_name::get_records, records_text(at, R"(,"Limit":1000)"));
      ASSERT_TRUE(came.ok) << came.to_string();
      const auto records = elements(member(came.body, "Records").value_or("[]"));
      if (records.empty()) return;
      for (const std::string& record : records) {
        if (record.find("userIdentity") != std::string::npos) note_swept(record);
      }
      last_ = std::string(part_of(records.back(), R"("SequenceNumber":")", "\""));
      at = text_member(came.body, "NextShardIterator");
    }
  }
  /// What stands between the two: there are too many records for a reader of JSON each.
  static std::string_view part_of(std::string_view record, std::string_view before, std::string_view after) {
    const auto begin = record.find(before);
    if (begin == std::string_view::npos) return {};
    record.remove_prefix(begin + before.size());
    return record.substr(0, record.find(after));
  }
  void note_swept(const std::string& record) {
    const std::string key(part_of(record, R"("Keys":{"pk":{"S":")", "\""));
    const std::int64_t when = std::stoll(std::string(part_of(record, R"("ApproximateCreationDateTime":)", ",")));
    EXPECT_TRUE(swept_.insert(key).second) << key << " was deleted twice";
    EXPECT_NE(record.find(R"("eventName":"REMOVE")"), std::string::npos) << record;
    EXPECT_NE(record.find(R"("userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})"),
              std::string::npos)
        << record;
    const auto known = expires_.find(key);
    ASSERT_NE(known, expires_.end()) << key << " was not there any more";
    EXPECT_GT(when, known->second) << key << " was deleted early";
    // Simulated time does not wait for the thread that commits: some minutes may pass for it.
    EXPECT_LT(when, known->second + 3'600) << key << " was deleted late";
  }

  std::mt19937_64 random_{20'260'301};
  std::unordered_map<std::string, std::int64_t> expires_;  // of items that nobody deleted but, perhaps, the service
  std::unordered_set<std::string> swept_;
  std::string last_;  // number of the last record that was read
};

TEST_F(ttl_month, deletes_each_item_once_none_early_and_all_in_the_stream) {
  make_things();
  put_all();
  read_records();
  for (int quarter = 0; quarter < 4 * days && !HasFailure(); ++quarter) {
    pass(6h, 40);
    read_records();
    change_some();
    read_records();
  }
  std::size_t expired = 0;
  const std::int64_t end = now_in_seconds() - 3'600;
  for (const auto& [key, when] : expires_) {
    if (when > end) continue;
    ++expired;
    EXPECT_TRUE(swept_.contains(key)) << key;
  }
  EXPECT_GT(expired, static_cast<std::size_t>(items / 2));
  std::vector<std::string> left;
  for (const auto& [key, when] : expires_) {
    if (!swept_.contains(key)) left.push_back(key);
  }
  std::ranges::sort(left);
  EXPECT_EQ(keys(), left);
}

}  // namespace
