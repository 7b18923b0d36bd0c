#include <gtest/gtest.h>
#include <support/http_client.hpp>
#include <support/program.hpp>
#include <support/sanitizer.hpp>
#include <support/scratch_folder.hpp>

#include <csignal>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace dynamo {
namespace {

using testing::child_process;
using testing_support::http_client;
using testing_support::port_in;
using testing_support::run_program;

/// From now on: see setrlimit(2).
bool limit(const child_process& program, __rlimit_resource what, rlim_t most) {
  const rlimit now{most, most};
  return ::prlimit(program.id(), what, &now, nullptr) == 0;
}
/// Bytes, as RLIMIT_AS counts them.
std::size_t address_space(const child_process& program) {
  std::ifstream pages("/proc/" + std::to_string(program.id()) + "/statm");
  std::size_t count = 0;
  pages >> count;
  return count * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// A request of DynamoDB's protocol.
std::string call_text(std::string_view operation, std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810." +
         std::string(operation) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}
constexpr std::string_view create_kept =
    R"({"TableName":"kept","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],)"
    R"("KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})";

TEST(dynamo_serve, says_where_it_is_and_ends_when_told_to) {
  for (const int number : {SIGTERM, SIGINT}) {
    auto p = run_program({DYNAMO_PROGRAM, "serve", "--port", "0"});
    const std::string ready = p.line();
    ASSERT_TRUE(ready.starts_with("dynamo is ready on http://127.0.0.1:")) << ready;
    EXPECT_TRUE(ready.ends_with(", in memory")) << ready;
    http_client client(port_in(ready));
    EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")->status, 200);
    p.send_signal(number);
    EXPECT_TRUE(client.ends());
    EXPECT_EQ(p.wait().status(), 0);
  }
}

TEST(dynamo_serve, keeps_its_data_and_its_directory_to_itself) {
  const testing_support::scratch_folder folder;
  const std::string data = folder / "data";
  {
    auto p = run_program({DYNAMO_PROGRAM, "serve", "--port", "0", "--data", data});
    const std::string ready = p.line();
    EXPECT_TRUE(ready.ends_with(", data in " + data)) << ready;
    ASSERT_EQ(http_client(port_in(ready)).ask(call_text("CreateTable", create_kept))->status, 200);
    auto second = run_program({DYNAMO_PROGRAM, "serve", "--port", "0", "--data", data});
    const std::string complaint = second.line();
    EXPECT_NE(complaint.find("another process"), std::string::npos) << complaint;
    EXPECT_EQ(second.wait().status(), 1);
    p.send_signal(SIGTERM);
    EXPECT_EQ(p.wait().status(), 0);
  }
  auto again = run_program({DYNAMO_PROGRAM, "serve", "--port", "0", "--data", data});
  EXPECT_EQ(http_client(port_in(again.line())).ask(call_text("ListTables", "{}"))->body, R"({"TableNames":["kept"]})");
}

TEST(dynamo_serve, has_the_words_of_the_year_that_is_asked_for) {
  const auto told = [](const std::vector<std::string>& flags) {
    std::vector<std::string> words = {DYNAMO_PROGRAM, "serve", "--port", "0"};
    words.insert(words.end(), flags.begin(), flags.end());
    auto p = run_program(words);
    http_client client(port_in(p.line()));
    return client.ask(call_text("TransactGetItems", R"({"TransactItems":[]})"))->body;
  };
  EXPECT_NE(told({}).find("Value at 'TransactItems'"), std::string::npos);
  EXPECT_NE(told({"--wording", "2025"}).find("Value '[]' at 'transactItems'"), std::string::npos);
}

TEST(dynamo_serve, says_which_port_is_taken) {
  auto first = run_program({DYNAMO_PROGRAM, "serve", "--port", "0"});
  const std::string port = std::to_string(port_in(first.line()));
  auto second = run_program({DYNAMO_PROGRAM, "serve", "--port", port});
  EXPECT_EQ(second.line(), "dynamo: Port " + port +
                               " of 127.0.0.1 is in use by another program; --port takes another, and 0 any free one");
  EXPECT_EQ(second.wait().status(), 1);
}

std::string put_head(std::size_t size) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n"
         "Expect: 100-continue\r\nContent-Length: " +
         std::to_string(size) + "\r\n\r\n";
}

TEST(dynamo_serve, a_request_under_way_gets_its_answer_when_the_end_comes) {
  auto p = run_program({DYNAMO_PROGRAM, "serve", "--port", "0", "--threads", "1"});
  const auto port = port_in(p.line());
  http_client idle(port);
  ASSERT_TRUE(idle.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  http_client busy(port);
  ASSERT_EQ(busy.ask(put_head(2))->status, 100);
  p.send_signal(SIGTERM);
  EXPECT_TRUE(idle.ends());  // so the end has begun
  const auto got = busy.ask("{}");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, R"({"TableNames":[]})");
  EXPECT_EQ(got->field("connection"), "close");
  EXPECT_TRUE(busy.ends());
  busy.end_sending();
  EXPECT_EQ(p.wait().status(), 0);
}

TEST(dynamo_serve, a_second_signal_ends_it_at_once) {
  auto p = run_program({DYNAMO_PROGRAM, "serve", "--port", "0", "--threads", "1"});
  const auto port = port_in(p.line());
  http_client idle(port);
  ASSERT_TRUE(idle.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  http_client slow(port);
  ASSERT_EQ(slow.ask(put_head(2))->status, 100);
  p.send_signal(SIGTERM);
  EXPECT_TRUE(idle.ends());
  p.send_signal(SIGTERM);
  EXPECT_EQ(p.wait().status(), 128 + SIGTERM);
}

TEST(dynamo_serve, says_why_a_directory_cannot_be_used) {
  auto p = run_program({DYNAMO_PROGRAM, "serve", "--port", "0", "--data", "/proc/nowhere"});
  EXPECT_TRUE(p.line().starts_with("dynamo: The directory /proc/nowhere cannot be made")) << p.line();
  EXPECT_EQ(p.wait().status(), 1);
}

TEST(dynamo_serve, the_end_of_who_read_its_output_ended_it) {
  auto p = run_program({DYNAMO_PROGRAM, "serve", "--port", "0"});
  const auto port = port_in(p.line());
  p.stop_reading();
  p.send_signal(SIGPIPE);
  http_client client(port);
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")->status, 200);
  p.send_signal(SIGTERM);
  EXPECT_EQ(p.wait().status(), 0);
}

TEST(dynamo_serve, idle_connections_made_the_database_read_only) {
  const testing_support::scratch_folder folder;
  auto p = run_program({DYNAMO_PROGRAM, "serve", "--port", "0", "--threads", "1", "--data", folder / "data"});
  const auto port = port_in(p.line());
  ASSERT_TRUE(limit(p, RLIMIT_NOFILE, 200));
  http_client client(port);
  ASSERT_EQ(client.ask(call_text("CreateTable", create_kept))->status, 200);
  std::vector<http_client> idle;
  bool refused = false;
  for (int i = 0; i < 190; ++i) {
    idle.emplace_back(port);
    ASSERT_TRUE(idle.back().connected());
  }
  for (auto& each : idle) {
    const auto got = each.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    refused = refused || !got || got->status == 503;
  }
  EXPECT_TRUE(refused);
  // More than RocksDB keeps in memory: it begins another log and writes tables, for which it opens files.
  const std::string large(390'000, 'x');
  for (int i = 0; i < 400; ++i) {
    const std::string item =
        R"({"TableName":"kept","Item":{"k":{"S":")" + std::to_string(i) + R"("},"v":{"S":")" + large + R"("}}})";
    const auto put = client.ask(call_text("PutItem", item));
    ASSERT_TRUE(put);
    ASSERT_EQ(put->status, 200) << i << ": " << put->body;
  }
  p.send_signal(SIGTERM);
  EXPECT_EQ(p.wait().status(), 0);
}

TEST(dynamo_serve, too_little_memory_for_a_request_ended_it) {
  if (testing_support::sanitized) GTEST_SKIP() << "a sanitizer takes the address space";
  auto p = run_program({DYNAMO_PROGRAM, "serve", "--port", "0", "--threads", "1"});
  const auto port = port_in(p.line());
  http_client client(port);
  ASSERT_EQ(client.ask(call_text("CreateTable", create_kept))->status, 200);
  ASSERT_TRUE(limit(p, RLIMIT_AS, address_space(p) + 40'000'000));
  // Each body is held, because it is not complete.
  std::vector<http_client> large;
  large.reserve(8);
  const std::string head = call_text("PutItem", std::string(16'000'000, ' '));
  for (int i = 0; i < 8; ++i) {
    large.emplace_back(port);
    large.back().send(std::string_view(head).substr(0, head.size() - 1));
  }
  std::size_t refused = 0;
  while (refused == 0) {
    for (auto& each : large) refused += each.is_readable() ? 1 : 0;
    std::this_thread::yield();
  }
  for (auto& each : large) {
    if (!each.is_readable()) continue;
    const auto got = each.receive();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, 503) << got->body;
  }
  large.clear();
  const auto put = client.ask(call_text("PutItem", R"({"TableName":"kept","Item":{"k":{"S":"after"}}})"));
  ASSERT_TRUE(put);
  EXPECT_EQ(put->status, 200) << put->body;
  p.send_signal(SIGTERM);
  EXPECT_EQ(p.wait().status(), 0);
}

TEST(dynamo_serve, lets_pages_of_every_origin_in_when_told_so) {
  auto p = run_program({DYNAMO_PROGRAM, "serve", "--port", "0", "--allow-origin", "*"});
  http_client client(port_in(p.line()));
  const auto got = client.ask("OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://example.com\r\n\r\n");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->field("access-control-allow-origin"), "https://example.com");
}

TEST(dynamo_program, tells_its_version_and_refuses_what_it_does_not_know) {
  auto version = run_program({DYNAMO_PROGRAM, "--version"});
  EXPECT_TRUE(version.line().starts_with("dynamo 0."));
  EXPECT_EQ(version.wait().status(), 0);
  auto wrong = run_program({DYNAMO_PROGRAM, "serve", "--prot", "1"});
  EXPECT_NE(wrong.line().find("--prot"), std::string::npos);
  EXPECT_EQ(wrong.wait().status(), 2);
}

}  // namespace
}  // namespace dynamo
