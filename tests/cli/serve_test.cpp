#include <gtest/gtest.h>
#include <support/http_client.hpp>
#include <support/program.hpp>
#include <support/scratch_folder.hpp>

#include <csignal>
#include <string>

namespace dynamo {
namespace {

using testing_support::http_client;
using testing_support::program;

TEST(dynamo_serve, says_where_it_is_and_ends_when_told_to) {
  for (const int number : {SIGTERM, SIGINT}) {
    program p({"serve", "--port", "0"});
    const std::string ready = p.line();
    ASSERT_TRUE(ready.starts_with("dynamo is ready on http://127.0.0.1:")) << ready;
    EXPECT_TRUE(ready.ends_with(", in memory")) << ready;
    http_client client(program::port_in(ready));
    EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")->status, 200);
    p.send_signal(number);
    EXPECT_TRUE(client.ends());
    EXPECT_EQ(p.wait(), 0);
  }
}

TEST(dynamo_serve, keeps_its_data_and_its_directory_to_itself) {
  const testing_support::scratch_folder folder;
  const std::string data = folder / "data";
  const std::string put = R"({"TableName":"kept","AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],)"
                          R"("KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})";
  const auto text = [](std::string_view operation, std::string_view body) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810." +
           std::string(operation) + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
  };
  {
    program p({"serve", "--port", "0", "--data", data});
    const std::string ready = p.line();
    EXPECT_TRUE(ready.ends_with(", data in " + data)) << ready;
    ASSERT_EQ(http_client(program::port_in(ready)).ask(text("CreateTable", put))->status, 200);
    program second({"serve", "--port", "0", "--data", data});
    const std::string complaint = second.line();
    EXPECT_NE(complaint.find("another process"), std::string::npos) << complaint;
    EXPECT_EQ(second.wait(), 1);
    p.send_signal(SIGTERM);
    EXPECT_EQ(p.wait(), 0);
  }
  program again({"serve", "--port", "0", "--data", data});
  EXPECT_EQ(http_client(program::port_in(again.line())).ask(text("ListTables", "{}"))->body,
            R"({"TableNames":["kept"]})");
}

TEST(dynamo_serve, says_which_port_is_taken) {
  program first({"serve", "--port", "0"});
  const std::string port = std::to_string(program::port_in(first.line()));
  program second({"serve", "--port", port});
  EXPECT_EQ(second.line(), "dynamo: Port " + port +
                               " of 127.0.0.1 is in use by another program; --port takes another, and 0 any free one");
  EXPECT_EQ(second.wait(), 1);
}

std::string put_head(std::size_t size) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n"
         "Expect: 100-continue\r\nContent-Length: " +
         std::to_string(size) + "\r\n\r\n";
}

TEST(dynamo_serve, a_request_under_way_gets_its_answer_when_the_end_comes) {
  program p({"serve", "--port", "0", "--threads", "1"});
  const auto port = program::port_in(p.line());
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
  EXPECT_EQ(p.wait(), 0);
}

TEST(dynamo_serve, a_second_signal_ends_it_at_once) {
  program p({"serve", "--port", "0", "--threads", "1"});
  const auto port = program::port_in(p.line());
  http_client idle(port);
  ASSERT_TRUE(idle.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  http_client slow(port);
  ASSERT_EQ(slow.ask(put_head(2))->status, 100);
  p.send_signal(SIGTERM);
  EXPECT_TRUE(idle.ends());
  p.send_signal(SIGTERM);
  EXPECT_EQ(p.wait(), 128 + SIGTERM);
}

TEST(dynamo_serve, says_why_a_directory_cannot_be_used) {
  program p({"serve", "--port", "0", "--data", "/proc/nowhere"});
  EXPECT_TRUE(p.line().starts_with("dynamo: The directory /proc/nowhere cannot be made")) << p.line();
  EXPECT_EQ(p.wait(), 1);
}

TEST(dynamo_program, tells_its_version_and_refuses_what_it_does_not_know) {
  program version({"--version"});
  EXPECT_TRUE(version.line().starts_with("dynamo 0."));
  EXPECT_EQ(version.wait(), 0);
  program wrong({"serve", "--prot", "1"});
  EXPECT_NE(wrong.line().find("--prot"), std::string::npos);
  EXPECT_EQ(wrong.wait(), 2);
}

}  // namespace
}  // namespace dynamo
