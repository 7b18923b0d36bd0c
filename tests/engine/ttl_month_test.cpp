// A month of items that expire, in simulated time: each is deleted once, none early, and the stream has all of it.
#include "../support/sanitizer.hpp"
#include "ttl_fixture.hpp"

#include <map>
#include <random>
#include <set>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;

class ttl_month : public ttl_fixture {
 protected:
#ifdef NDEBUG
  static constexpr int items = testing_support::sanitized ? 5'000 : 100'000;
#else
  static constexpr int items = testing_support::sanitized ? 5'000 : 20'000;
#endif
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
      const seen_page seen = page(at, R"(,"Limit":1000)");
      ASSERT_TRUE(seen.came.ok) << seen.came.to_string();
      if (seen.records.empty()) return;
      for (const seen_record& record : seen.records) {
        last_ = record.number;
        if (is_by_service(record)) note_swept(record);
      }
      at = seen.next;
    }
  }
  void note_swept(const seen_record& record) {
    const std::string key = text_member(member(record.keys, "pk").value_or(""), "S");
    const std::string change = member(record.text, "dynamodb").value_or("{}");
    const std::int64_t when = std::stoll(member(change, "ApproximateCreationDateTime").value_or("0"));
    EXPECT_TRUE(swept_.insert(key).second) << key << " was deleted twice";
    EXPECT_EQ(record.kind, "REMOVE");
    const auto known = expires_.find(key);
    ASSERT_NE(known, expires_.end()) << key << " was not there any more";
    EXPECT_GT(when, known->second) << key << " was deleted early";
    // Simulated time does not wait for the thread that commits: some minutes may pass for it.
    EXPECT_LT(when, known->second + 3'600) << key << " was deleted late";
  }

  std::mt19937_64 random_{20'260'301};
  std::map<std::string, std::int64_t> expires_;  // of items that nobody deleted but, perhaps, the service
  std::set<std::string> swept_;
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
  EXPECT_EQ(keys(), left);
}

}  // namespace
