// Databases that are opened, used, closed and opened again by some threads, while others read, wait for records, and delete tables.
#include <dynamo/database.hpp>

#include <gtest/gtest.h>
#include <support/scratch_folder.hpp>
#include <support/seeds.hpp>
#include <support/wire.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using testing_support::answer;
using testing_support::member;
using testing_support::text_member;

/// The endpoint of a database that one thread has open and others share.
class slot {
 public:
  void put(std::shared_ptr<endpoint> opened) {
    const std::scoped_lock held(mutex_);
    opened_ = std::move(opened);
  }
  std::shared_ptr<endpoint> get() const {
    const std::scoped_lock held(mutex_);
    return opened_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<endpoint> opened_;
};

class kept final : public reply_sink {
 public:
  void complete(result<reply> came) noexcept override {
    const std::scoped_lock held(mutex_);
    came_ = testing_support::to_answer(came);
    changed_.notify_all();
  }
  answer wait() {
    std::unique_lock held(mutex_);
    changed_.wait(held, [&] { return came_.has_value(); });
    return *came_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<answer> came_;
};

/// Tables come and go, and so do their streams.
void expect_usual(const answer& came) {
  const bool usual = came.ok || came.code == errc::resource_not_found || came.code == errc::resource_in_use ||
                     came.code == errc::unavailable || came.code == errc::cancelled;
  EXPECT_TRUE(usual) << came.to_string();
}

class lifetimes {
 public:
  lifetimes(bool on_disk, std::uint64_t seed) : on_disk_(on_disk), seed_(seed) {}

  void run() {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < slots_.size(); ++i) threads.emplace_back([this, i] { open_and_close(i); });
    std::vector<std::jthread> others;
    others.emplace_back([this] { while_open(1, [](auto& db, auto& random) { read(db, random); }); });
    others.emplace_back([this] { while_open(2, [](auto& db, auto&) { wait_for_records(db); }); });
    others.emplace_back([this] { while_open(3, [](auto& db, auto&) { make_anew(db); }); });
    threads.clear();
    done_ = true;
  }

 private:
  static constexpr int rounds = 6;

  /// The last database keeps its directory while a thread still shares it.
  result<database> open(std::size_t which) {
    for (;;) {
      auto opened = on_disk_ ? database::open(folders_[which] / "data") : database::in_memory();
      if (opened || opened.error().code() != errc::in_use) return opened;
      std::this_thread::yield();
    }
  }

  void open_and_close(std::size_t which) {
    for (int round = 0; round < rounds; ++round) {
      auto db = open(which);
      ASSERT_TRUE(db) << db.error().describe();
      slots_[which].put(db->endpoint());
      make_table(*db->endpoint());
      for (int i = 0; i < 20; ++i) put(*db->endpoint(), i);
      slots_[which].put(nullptr);
    }
  }

  template <class Do>
  void while_open(std::uint64_t role, Do act) {
    std::mt19937_64 random(seed_ * 8 + role);
    while (!done_) {
      if (auto db = slots_[random() % slots_.size()].get()) {
        act(db, random);
      } else {
        std::this_thread::yield();
      }
    }
  }

  static answer call(endpoint& db, operation_name op, const std::string& body) {
    answer came = testing_support::call(db, op, body);
    expect_usual(came);
    return came;
  }
  static void make_table(endpoint& db) {
    call(db, operation_name::create_table,
         R"({"TableName":"things","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],)"
         R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",)"
         R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
  }
  static void put(endpoint& db, int id) {
    call(db, operation_name::put_item, R"({"TableName":"things","Item":{"id":{"N":")" + std::to_string(id) + "\"}}}");
  }
  static void make_anew(const std::shared_ptr<endpoint>& db) {
    call(*db, operation_name::delete_table, R"({"TableName":"things"})");
    make_table(*db);
  }
  static void read(const std::shared_ptr<endpoint>& db, std::mt19937_64& random) {
    call(*db, operation_name::get_item,
         R"({"TableName":"things","Key":{"id":{"N":")" + std::to_string(random() % 20) + "\"}}}");
    call(*db, operation_name::scan, R"({"TableName":"things"})");
    put(*db, static_cast<int>(random() % 20));
  }
  /// The wait is under way when its own handle goes, which may be the last one.
  static void wait_for_records(std::shared_ptr<endpoint>& db) {
    const answer table = call(*db, operation_name::describe_table, R"({"TableName":"things"})");
    const std::string arn = text_member(member(table.body, "Table").value_or("{}"), "LatestStreamArn");
    if (!table.ok || arn.empty()) return;
    const answer stream = call(*db, operation_name::describe_stream, R"({"StreamArn":")" + arn + "\"}");
    if (!stream.ok) return;
    const std::string shards = member(member(stream.body, "StreamDescription").value_or("{}"), "Shards").value_or("[]");
    const std::string shard = shards.size() > 2 ? text_member(shards.substr(1, shards.size() - 2), "ShardId") : "";
    const answer iterator =
        call(*db, operation_name::get_shard_iterator,
             R"({"StreamArn":")" + arn + R"(","ShardId":")" + shard + R"(","ShardIteratorType":"LATEST"})");
    if (!iterator.ok) return;
    request waits(operation_name::get_records,
                  json::buffer(R"({"ShardIterator":")" + text_member(iterator.body, "ShardIterator") + "\"}"));
    waits.long_poll = 20ms;
    kept outcome;
    db->start(std::move(waits), outcome);
    db.reset();
    expect_usual(outcome.wait());
  }

  const bool on_disk_;
  const std::uint64_t seed_;
  std::array<testing_support::scratch_folder, 2> folders_;
  std::array<slot, 2> slots_;
  std::atomic<bool> done_ = false;
};

TEST(lifetimes_of_databases, in_memory_they_come_and_go_under_readers_waits_and_deletions) {
  testing_support::for_each_seed(5, [](std::mt19937_64& random) { lifetimes(false, random()).run(); });
}

TEST(lifetimes_of_databases, on_disk_they_come_and_go_under_readers_waits_and_deletions) {
  testing_support::for_each_seed(3, [](std::mt19937_64& random) { lifetimes(true, random()).run(); });
}

}  // namespace
}  // namespace dynamo
