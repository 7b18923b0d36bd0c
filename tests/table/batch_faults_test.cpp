#include "../support/seeds.hpp"
#include "batch_service.hpp"
#include "shop.hpp"

#include <dynamo/base/random.hpp>
#include <dynamo/database.hpp>
#include <dynamo/decorators/faulty.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <map>
#include <mutex>
#include <random>

/// Batches against a service that has a bad day: what the result says is what happened, at every index, on every seed.
namespace {

using namespace shop;
using dynamo::write_status;
using dynamo::test::batch_service;
using random_bits = std::mt19937_64;

std::size_t below(random_bits& random, std::size_t end) { return static_cast<std::size_t>(random() % end); }

class seeded final : public dynamo::random_source {
 public:
  explicit seeded(std::uint64_t seed) : bits_(seed) {}
  std::uint64_t next() noexcept override { return bits_(); }

 private:
  random_bits bits_;
};

using item_map = std::map<std::string, std::string>;  // by the text of the key's value

/// A service that is a map.
class on_a_map {
 public:
  explicit on_a_map(const item_map& items) { service_->items = items; }
  std::shared_ptr<dynamo::endpoint> endpoint() const { return service_; }
  std::string table_name() const { return "users"; }
  item_map items() const { return service_->items; }
  int times_written(const std::string& key) const { return service_->writes[key]; }

 private:
  std::shared_ptr<batch_service> service_ = std::make_shared<batch_service>("email");
};

/// The embedded engine, with a table for each seed.
class on_the_engine {
 public:
  explicit on_the_engine(const item_map& items) {
    static int number = 0;
    name_ = "users" + std::to_string(++number);
    EXPECT_TRUE(table().create_if_absent().run());
    for (const auto& [key, item] : items) EXPECT_TRUE(send(dynamo::operation_name::put_item, R"(,"Item":)" + item).ok);
  }
  ~on_the_engine() { EXPECT_TRUE(send(dynamo::operation_name::delete_table, "").ok); }
  on_the_engine(const on_the_engine&) = delete;
  on_the_engine& operator=(const on_the_engine&) = delete;

  std::shared_ptr<dynamo::endpoint> endpoint() const { return counting_; }
  std::string table_name() const { return name_; }
  item_map items() const {
    item_map found;
    const std::string page = dynamo::testing_support::without_spaces(send(dynamo::operation_name::scan, "").body);
    for (const std::string& item :
         dynamo::testing_support::elements(dynamo::testing_support::member(page, "Items").value_or("[]"))) {
      const std::string email = dynamo::testing_support::member(item, "email").value_or("");
      const std::string age = dynamo::testing_support::member(item, "age").value_or("");
      found[email] = R"({"age":)" + age + R"(,"email":)" + email + "}";  // whatever order the service chose
    }
    return found;
  }
  int times_written(const std::string& key) const { return counting_->writes[key]; }

 private:
  /// Counts what reaches the engine; that executes all of a batch.
  class counting final : public dynamo::endpoint {
   public:
    dynamo::result<dynamo::reply> call(dynamo::request r) override {
      count(r);
      return database()->call(std::move(r));
    }
    void start(dynamo::request r, dynamo::reply_sink& sink) override {
      count(r);
      database()->start(std::move(r), sink);
    }
    std::map<std::string, int> writes;

   private:
    void count(const dynamo::request& r) {
      using dynamo::testing_support::member;
      if (r.operation != dynamo::operation_name::batch_write_item) return;
      const std::lock_guard lock(mutex_);
      const std::string tables = member(r.body.view(), "RequestItems").value_or("{}");
      dynamo::testing_support::for_each_member(tables, [&](std::string_view, std::string_view list) {
        for (const std::string& one : dynamo::testing_support::elements(list)) {
          const std::string put = member(one, "PutRequest").value_or("");
          const std::string item = put.empty()
                                       ? member(member(one, "DeleteRequest").value_or("{}"), "Key").value_or("{}")
                                       : member(put, "Item").value_or("{}");
          ++writes[member(item, "email").value_or("")];
        }
      });
    }
    std::mutex mutex_;
  };

  static const std::shared_ptr<dynamo::endpoint>& database() {
    static const dynamo::result<dynamo::testing_support::wired_database> opened =
        dynamo::testing_support::wired(dynamo::database::in_memory());
    return opened->endpoint();
  }
  dynamo::table<shop::users> table() const { return dynamo::table<shop::users>(database(), name_); }
  dynamo::testing_support::answer send(dynamo::operation_name operation, const std::string& more) const {
    return dynamo::testing_support::call(*database(), operation, R"({"TableName":")" + name_ + '"' + more + "}");
  }

  std::string name_;
  std::shared_ptr<counting> counting_ = std::make_shared<counting>();
};

template <class Service>
class bad_day {
 public:
  explicit bad_day(random_bits& random) : random_(random), draws_(random()) {
    using dynamo::fault;
    for (const fault what :
         {fault::throttle, fault::internal_error, fault::lost_request, fault::lost_reply, fault::partial_batch}) {
      if (below(random, 2) == 0) continue;
      dynamo::fault_rule rule(what);
      plan_->add(rule.with_probability(static_cast<double>(below(random, 60)) / 100));
    }
    policy_ = dynamo::batch_policy()
                  .on(time_, draws_)
                  .retries(static_cast<unsigned>(below(random, 5)))
                  .parallel(static_cast<unsigned>(1 + below(random, 6)));
    for (std::size_t i = below(random, 60); i != 0; --i) {
      const user one = some_user();
      before_[value(one.email)] = text(one);
    }
    service_.emplace(before_);
    users_.emplace(dynamo::faulty(service_->endpoint(), plan_, time_), service_->table_name());
  }

  std::string some_key() { return "u" + std::to_string(below(random_, 150)); }
  user some_user() { return {some_key(), static_cast<int>(below(random_, 1'000'000))}; }
  static std::string value(const std::string& email) { return R"({"S":")" + email + R"("})"; }
  static std::string text(const user& one) {
    return R"({"age":{"N":")" + std::to_string(one.age) + R"("},"email":)" + value(one.email) + "}";
  }

  void write() {
    std::vector<user> puts;
    std::vector<std::string> removes;
    for (std::size_t i = below(random_, 150); i != 0; --i) puts.push_back(some_user());
    for (std::size_t i = below(random_, 40); i != 0; --i) removes.push_back(some_key());
    const dynamo::result<dynamo::batch_written> written = users_->batch_write(puts, removes, policy_).run();
    ASSERT_TRUE(written) << written.error().describe();
    ASSERT_EQ(written->puts.size(), puts.size());
    ASSERT_EQ(written->removes.size(), removes.size());

    const item_map now = service_->items();
    std::map<std::string, std::vector<std::pair<const dynamo::write_outcome*, std::string>>>
        claims;  // by key, in order
    for (std::size_t i = 0; i < puts.size(); ++i)
      claims[value(puts[i].email)].emplace_back(&written->puts[i], text(puts[i]));
    for (std::size_t i = 0; i < removes.size(); ++i) claims[value(removes[i])].emplace_back(&written->removes[i], "");
    for (const auto& [key, of_key] : claims) {
      for (std::size_t i = 0; i + 1 < of_key.size(); ++i)
        EXPECT_EQ(of_key[i].first->status(), write_status::superseded) << key;
      check_write(key, *of_key.back().first, of_key.back().second, at(now, key));
    }
    for (const auto& [key, item] : now)
      EXPECT_TRUE(claims.contains(key) || at(before_, key) == item) << "nobody wrote " << key;
  }

  void read() {
    std::vector<std::string> keys;
    for (std::size_t i = below(random_, 400); i != 0; --i) keys.push_back(some_key());
    const dynamo::result<dynamo::batch_found<user>> found = users_->batch_get(keys, policy_).run();
    ASSERT_TRUE(found) << found.error().describe();
    ASSERT_EQ(found->items.size(), keys.size());
    const item_map now = service_->items();
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!found->items[i]) {
        EXPECT_TRUE(found->items[i].error().retryable()) << found->items[i].error().describe();
        continue;
      }
      EXPECT_EQ(at(now, value(keys[i])), *found->items[i] ? text(**found->items[i]) : "") << keys[i];
    }
  }

 private:
  static std::string at(const item_map& items, const std::string& key) {
    const auto found = items.find(key);
    return found == items.end() ? std::string() : found->second;
  }

  void check_write(const std::string& key, const dynamo::write_outcome& outcome, const std::string& wanted,
                   const std::string& now) {
    const std::string old = at(before_, key);
    const int times = service_->times_written(key);
    const bool replies_lost = plan_->dealt(dynamo::fault::lost_reply) != 0;
    switch (outcome.status()) {
      case write_status::written:
        EXPECT_EQ(now, wanted) << key;
        if (replies_lost) {
          EXPECT_GE(times, 1) << key;
        } else {
          EXPECT_EQ(times, 1) << "written more than once, without need: " << key;
        }
        break;
      case write_status::unprocessed:
        EXPECT_EQ(times, 0) << key;
        EXPECT_EQ(now, old) << key;
        break;
      case write_status::failed:
        if (outcome.why().outcome_unknown()) {
          EXPECT_TRUE(now == wanted || now == old) << key;
        } else {
          EXPECT_EQ(times, 0) << key << ": " << outcome.why().describe();
          EXPECT_EQ(now, old) << key;
        }
        break;
      case write_status::superseded: ADD_FAILURE() << "the last input with " << key << " was not sent"; break;
    }
  }

  random_bits& random_;
  seeded draws_;
  dynamo::testing::virtual_clock time_;
  std::shared_ptr<dynamo::fault_plan> plan_ = std::make_shared<dynamo::fault_plan>(random_());
  std::optional<Service> service_;
  item_map before_;
  std::optional<dynamo::table<shop::users>> users_;
  dynamo::batch_policy policy_;
};

TEST(batch_faults, nothing_is_lost_nothing_is_written_twice_and_every_index_is_right) {
  dynamo::testing_support::for_each_seed(10'000, [](random_bits& random) {
    bad_day<on_a_map> day(random);
    day.write();
    day.read();
  });
}

TEST(batch_faults, nor_is_it_on_the_embedded_engine) {
  dynamo::testing_support::for_each_seed(6'000, [](random_bits& random) {
    bad_day<on_the_engine> day(random);
    day.write();
    day.read();
  });
}

}  // namespace
