// A remote endpoint in a child of fork(): its calls answer an error, whatever the parent's threads held, and nothing hangs.
#include <dynamo/remote.hpp>
#include <dynamo/remote/default_endpoint.hpp>

#include <gtest/gtest.h>
#include <http/pool/pool_peers.hpp>
#include <support/forked_child.hpp>
#include <support/sanitizer.hpp>
#include <support/without_aws.hpp>

#include <cstdlib>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

namespace dynamo {
namespace {

using testing_support::require;
using testing_support::status_of_child;

constexpr int exited_by_itself = 17;

/// As a program does that returns from main(). Under a sanitizer without its look for leaks: what the parent's other threads held is none.
[[noreturn]] void exit_by_itself() {
  if (testing_support::sanitized) ::_exit(exited_by_itself);
  std::exit(exited_by_itself);
}

request list_tables() { return {operation_name::list_tables, json::buffer("{}")}; }

class told final : public reply_sink {
 public:
  void complete(result<reply> answer) noexcept override {
    outcome = std::move(answer);
    told_.release();
  }
  result<reply> wait() {
    told_.acquire();
    return *std::move(outcome);
  }
  std::optional<result<reply>> outcome;

 private:
  std::binary_semaphore told_{0};
};

bool is_made_before_fork(const result<reply>& answer) {
  return !answer && answer.error().code() == errc::invalid_argument &&
         answer.error().message().find("before fork()") != std::string::npos;
}

/// Both ways to call.
bool is_of_the_parent(endpoint& to) {
  told sink;
  to.start(list_tables(), sink);
  return is_made_before_fork(to.call(list_tables())) && sink.outcome && is_made_before_fork(*sink.outcome);
}

result<reply> started(endpoint& to) {
  told sink;
  to.start(list_tables(), sink);
  return sink.wait();
}

class forked_remote : public ::testing::Test {
 protected:
  forked_remote() {
    testing_support::forget_aws();
    options.region = "eu-west-1";
    options.endpoint_url = "http://127.0.0.1:" + std::to_string(peer.port());
    options.credentials = auth::credentials("AKID", "secret");
  }
  ~forked_remote() override { EXPECT_TRUE(set_default_endpoint(nullptr, if_set::replace)); }

  http::counting_peer peer{[](testing_support::peer_connection& to, std::size_t) {
    for (std::string head = to.receive_head(); !head.empty(); head = to.receive_head()) {
      to.receive(2);
      to.send(http::ok_response("{}"));
    }
  }};
  remote_options options;
};

TEST_F(forked_remote, a_child_has_no_part_in_it) {
  for (const retry_settings& retries : {retry_settings::standard(), retry_settings::adaptive()}) {
    options.retries = retries;
    std::optional<remote_service> made(*remote(options));
    EXPECT_TRUE(made->endpoint()->call(list_tables()));
    EXPECT_TRUE(started(*made->endpoint()));
    EXPECT_EQ(status_of_child([&] {
                require(is_of_the_parent(*made->endpoint()), 1);
                require(made->retries().retries == 0, 2);
                made->close();
                made.reset();
                exit_by_itself();
              }),
              exited_by_itself);
    EXPECT_TRUE(made->endpoint()->call(list_tables()));
    EXPECT_TRUE(started(*made->endpoint()));
  }
}

TEST_F(forked_remote, a_child_hung_on_what_a_thread_of_the_parent_held) {
  options.retries = retry_settings::adaptive();
  std::optional<remote_service> made(*remote(options));
  std::vector<std::jthread> callers;
  for (const bool blocks : {false, true}) {
    callers.emplace_back([&, blocks](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        EXPECT_TRUE(blocks ? made->endpoint()->call(list_tables()) : started(*made->endpoint()));
        (void)made->retries();
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(status_of_child([&] {
                require(is_of_the_parent(*made->endpoint()), 1);
                (void)made->retries();
                made->close();
                made.reset();
                exit_by_itself();
              }),
              exited_by_itself);
  }
}

TEST_F(forked_remote, a_child_may_make_its_own) {
  const auto made = remote(options);
  EXPECT_TRUE(started(*made->endpoint()));
  EXPECT_EQ(status_of_child([&] {
              const auto own = remote(options);
              require(own && own->endpoint()->call(list_tables()), 1);
              require(started(*own->endpoint()).has_value(), 2);
            }),
            0);
}

TEST_F(forked_remote, the_default_endpoint_is_its_parents_until_the_child_inits) {
  ASSERT_TRUE(init(options));
  EXPECT_TRUE(started(*default_endpoint()));
  EXPECT_EQ(status_of_child([&] {
              require(is_of_the_parent(*default_endpoint()), 1);
              require(init(options).has_value(), 2);
              require(default_endpoint()->call(list_tables()).has_value(), 3);
              require(started(*default_endpoint()).has_value(), 4);
              exit_by_itself();
            }),
            exited_by_itself);
  EXPECT_TRUE(started(*default_endpoint()));
}

TEST_F(forked_remote, the_default_endpoint_that_a_first_use_made_is_its_parents) {
  ::setenv("AWS_ENDPOINT_URL", options.endpoint_url.c_str(), 1);
  ::setenv("AWS_REGION", "eu-west-1", 1);
  ::setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
  ::setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
  EXPECT_TRUE(started(*default_endpoint()));
  std::jthread caller([](const std::stop_token& stop) {
    while (!stop.stop_requested()) (void)default_endpoint()->call(list_tables());
  });
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(status_of_child([&] {
                require(is_of_the_parent(*default_endpoint()), 1);
                require(init(options).has_value(), 2);
                require(default_endpoint()->call(list_tables()).has_value(), 3);
                exit_by_itself();
              }),
              exited_by_itself);
  }
}

}  // namespace
}  // namespace dynamo
