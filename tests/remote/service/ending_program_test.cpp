// Calls while a program ends: tables and other static objects that use the default endpoint in their destructors, and calls that are still
// under way then. Each is another run of this test program.
#include <dynamo/remote.hpp>
#include <dynamo/remote/default_endpoint.hpp>
#include <dynamo/table.hpp>

#include <gtest/gtest.h>
#include <http/pool/pool_peers.hpp>
#include <support/forked_child.hpp>
#include <support/without_aws.hpp>

#include <cstdlib>
#include <memory>
#include <semaphore>
#include <string>
#include <utility>

#include <unistd.h>

namespace dynamo {
namespace {

using testing_support::require;
using testing_support::status_of_child;

constexpr int all_was_well = 17;

struct row {
  std::string id;
};
struct rows_schema : schema<"rows", row, partition_key<&row::id>> {};

class told final : public reply_sink {
 public:
  void complete(result<reply> answer) noexcept override {
    succeeded = answer.has_value();
    told_.release();
  }
  void wait() { told_.acquire(); }
  bool succeeded = false;

 private:
  std::binary_semaphore told_{0};
};

void call_both_ways(const table<rows_schema>& rows, int status) {
  require(rows.get("a").run().has_value(), status);
  told sink;
  default_endpoint()->start(request(operation_name::get_item, json::buffer("{}")), sink);
  sink.wait();
  require(sink.succeeded, status + 1);
}

/// Uses a table while the program ends, after all that was made later has gone, and says how that went.
class last_words {
 public:
  explicit last_words(const table<rows_schema>& rows) : rows_(rows) {}
  last_words(const last_words&) = delete;
  last_words& operator=(const last_words&) = delete;
  ~last_words() {
    call_both_ways(rows_, 3);
    ::_exit(all_was_well);
  }

 private:
  const table<rows_schema>& rows_;
};

TEST(program_that_ends, DISABLED_calls_first_while_it_ends) {
  static const table<rows_schema> rows;
  static const last_words last(rows);
  std::exit(1);
}

TEST(program_that_ends, DISABLED_goes_on_to_call_while_it_ends) {
  static const table<rows_schema> rows;
  static const last_words last(rows);
  call_both_ways(rows, 1);  // what this makes is made later than `last`, and goes before it
  std::exit(1);
}

TEST(program_that_ends, DISABLED_ends_with_calls_under_way) {
  static told never, cancelled;  // before the endpoint, which tells one of them when it goes
  static const auto own = remote();
  require(own.has_value(), 1);
  default_endpoint()->start(request(operation_name::get_item, json::buffer("{}")), never);
  own->endpoint()->start(request(operation_name::get_item, json::buffer("{}")), cancelled);
  std::exit(all_was_well);
}

/// A peer, and another run of this program whose environment names it.
class ending_program : public ::testing::Test {
 protected:
  int status_of(const std::string& test) {
    return status_of_child([&] {
      testing_support::forget_aws();
      ::setenv("AWS_ENDPOINT_URL", ("http://127.0.0.1:" + std::to_string(peer.port())).c_str(), 1);
      ::setenv("AWS_REGION", "eu-west-1", 1);
      ::setenv("AWS_ACCESS_KEY_ID", "AKID", 1);
      ::setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
      const std::string filter = "--gtest_filter=program_that_ends.DISABLED_" + test;
      const char* words[] = {"ending", filter.c_str(), "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr};
      ::execv("/proc/self/exe", const_cast<char**>(words));
    });
  }

  bool answers = true;
  http::counting_peer peer{[this](testing_support::peer_connection& to, std::size_t) {
    for (std::string head = to.receive_head(); !head.empty(); head = to.receive_head()) {
      to.receive(static_cast<std::size_t>(std::atoi(head.c_str() + head.find("Content-Length: ") + 16)));
      if (!answers) return to.wait_for_end();
      to.send(http::ok_response("{}"));
    }
  }};
};

TEST_F(ending_program, may_call_first_while_it_ends) {
  EXPECT_EQ(status_of("calls_first_while_it_ends"), all_was_well);
}

TEST_F(ending_program, may_call_again_while_it_ends) {
  EXPECT_EQ(status_of("goes_on_to_call_while_it_ends"), all_was_well);
}

TEST_F(ending_program, ends_although_calls_are_under_way) {
  answers = false;
  EXPECT_EQ(status_of("ends_with_calls_under_way"), all_was_well);
}

}  // namespace
}  // namespace dynamo
