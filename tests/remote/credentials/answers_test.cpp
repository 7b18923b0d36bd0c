#include <remote/credentials/answers.hpp>

#include <gtest/gtest.h>
#include <remote/credentials/command_line.hpp>
#include <remote/credentials/json_members.hpp>

namespace dynamo::aws {
namespace {

std::string text_of(const result<auth::credentials>& got) {
  if (!got) return std::string(to_string(got.error().code())) + ": " + got.error().message();
  std::string text = got->access_key_id + ":" + std::string(got->secret_access_key.reveal()) + ":" +
                     std::string(got->session_token.reveal()) + ":" + got->account_id;
  if (got->expires) text += ":" + std::to_string(got->expires->time_since_epoch().count() / 1'000'000);
  return text;
}

TEST(answers, of_processes) {
  process_source of;
  of.arguments = {"/bin/keys", "--password", "SECRET"};
  const struct {
    std::string_view output, expected;
  } rows[] = {
      {R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"a"})", "A:a::"},
      {"\n { \"Version\" : 1 , \"AccessKeyId\":\"A\",\"SecretAccessKey\":\"a\\/b\" }\n", "A:a/b::"},
      {R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"a","SessionToken":"t","Expiration":"1970-01-02T00:00:00+00:00","AccountId":"7",)"
       R"("More":[1,{"x":null}]})",
       "A:a:t:7:86400"},
      {R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"a","SessionToken":null,"Expiration":null})", "A:a::"},
      {"", "decoding: process /bin/keys: the answer is not a JSON object"},
      {"[]", "decoding: process /bin/keys: the answer is not a JSON object"},
      {"{} x", "decoding: process /bin/keys: the answer is not a JSON object"},
      {R"({"Version":1,"AccessKeyId":"SECRET)", "decoding: process /bin/keys: the answer is not a JSON object"},
      {"{\"Version\":1,\"x\":\"\xff\"}", "decoding: process /bin/keys: the answer is not a JSON object"},
      {R"({"AccessKeyId":"A","SecretAccessKey":"a"})", "decoding: process /bin/keys: the answer has no Version"},
      {R"({"Version":2,"AccessKeyId":"A","SecretAccessKey":"a"})", "decoding: process /bin/keys: its Version is not 1"},
      {R"({"Version":1,"SecretAccessKey":"SECRET"})", "decoding: process /bin/keys: the answer has no AccessKeyId"},
      {R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":""})",
       "decoding: process /bin/keys: the answer has no SecretAccessKey"},
      {R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"a","Expiration":"SECRET"})",
       "decoding: process /bin/keys: its Expiration is no time such as 2026-11-27T12:00:00Z"},
      {R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"SECRET\n"})",
       "decoding: process /bin/keys: SecretAccessKey: the value has white space, control characters or letters beyond ASCII; copy it again, "
       "without a line feed at its end"},
  };
  for (const auto& row : rows) EXPECT_EQ(text_of(read_process_answer(of, row.output)), row.expected);
  of.account_id = "9";
  EXPECT_EQ(text_of(read_process_answer(of, rows[0].output)), "A:a::9");
  EXPECT_EQ(text_of(read_process_answer(of, rows[2].output)), "A:a:t:7:86400");
}

TEST(answers, of_container_agents) {
  container_source of;
  of.host = endpoint_url("agent");
  of.target = "/SECRET";
  const struct {
    std::string_view body, expected;
  } rows[] = {
      {R"({"RoleArn":"r","AccessKeyId":"A","SecretAccessKey":"a","Token":"t","Expiration":"1970-01-02T00:00:00Z"})",
       "A:a:t::86400"},
      {R"({"AccessKeyId":"A","SecretAccessKey":"a","AccountId":"7"})", "A:a::7"},
      {R"({"code":"ClientError","message":"no such\ncredential id"})",
       "unavailable: container agent at https://agent: ClientError: no such?credential id"},
      {R"({"code":"X"})", "unavailable: container agent at https://agent: X: no message"},
      {"404 page not found", "decoding: container agent at https://agent: the answer is not a JSON object"},
      {"{}", "decoding: container agent at https://agent: the answer has no AccessKeyId"},
  };
  for (const auto& row : rows) EXPECT_EQ(text_of(read_container_answer(of, row.body)), row.expected);
}

TEST(answers, of_metadata_services) {
  instance_metadata_source of;
  of.host = endpoint_url("imds");
  const struct {
    std::string_view body, expected;
  } rows[] = {
      {R"({"Code":"Success","LastUpdated":"2026-11-27T12:00:00Z","Type":"AWS-HMAC","AccessKeyId":"A","SecretAccessKey":"a","Token":"t",)"
       R"("Expiration":"1970-01-02T00:00:00Z","AccountId":"7"})",
       "A:a:t:7:86400"},
      {R"({"AccessKeyId":"A","SecretAccessKey":"a","Token":"t"})",
       "decoding: metadata service of EC2 at https://imds: the answer has no Expiration"},
      {R"({"AccessKeyId":"A","SecretAccessKey":"a","Expiration":"1970-01-02T00:00:00Z"})",
       "decoding: metadata service of EC2 at https://imds: the answer has no Token"},
      {R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role x."})",
       "unavailable: metadata service of EC2 at https://imds: AssumeRoleUnauthorizedAccess: EC2 cannot assume the role x."},
  };
  for (const auto& row : rows) EXPECT_EQ(text_of(read_instance_metadata_answer(of, row.body)), row.expected);
}

TEST(json_members, are_bounded) {
  const std::string large = "{\"a\":\"" + std::string(credential_answer_bytes_max, 'x') + "\"}";
  EXPECT_EQ(json_members::parse(large, "x").error().message(), "x: the answer is longer than 65536 bytes");
  std::string many = "{\"m\":\"\"";
  for (std::size_t i = 1; i < json_members::members_max; ++i) many += ",\"m\":1";
  EXPECT_TRUE(json_members::parse(many + "}", "x").has_value());
  EXPECT_FALSE(json_members::parse(many + ",\"m\":1}", "x").has_value());
  EXPECT_FALSE(json_members::parse(many + ",\"m\":true}", "x").has_value());
  const std::string deep = std::string(1'000, '[');
  EXPECT_FALSE(json_members::parse("{\"a\":" + deep + "}", "x").has_value());
}

TEST(json_members, of_inner_objects_have_names_with_a_dot) {
  const auto got = json_members::parse(R"({"a":{"b":"1","c":{"d":"2"},"e":[3]},"f":4.5})", "x");
  ASSERT_TRUE(got.has_value()) << got.error();
  EXPECT_EQ(got->find("a.b"), "1");
  EXPECT_EQ(got->find("a.c.d"), std::nullopt);
  EXPECT_EQ(got->find("a.e"), std::nullopt);
  EXPECT_EQ(got->find("f"), "4.5");
}

TEST(answers, quote_foreign_words_harmlessly) {
  EXPECT_EQ(quoted_words("a\x1b[31m\n\xff"), "a?[31m??");
  EXPECT_EQ(quoted_words(std::string(300, 'x')), std::string(200, 'x') + "...");
}

TEST(command_lines, are_split_as_a_shell_splits_them) {
  const struct {
    std::string_view command;
    std::optional<std::vector<std::string>> words;
  } rows[] = {
      {"", {{}}},
      {"  ", {{}}},
      {"a", {{"a"}}},
      {" a  b\tc ", {{"a", "b", "c"}}},
      {"'a b' \"c d\" e\\ f", {{"a b", "c d", "e f"}}},
      {"a'b'\"c\"d", {{"abcd"}}},
      {"'' \"\"", {{"", ""}}},
      {R"("a\"b\\c\d")", {{R"(a"b\c\d)"}}},
      {R"('a\b')", {{R"(a\b)"}}},
      {R"('it'"'"'s')", {{"it's"}}},
      {"a $HOME | b", {{"a", "$HOME", "|", "b"}}},
      {"'a", std::nullopt},
      {"\"a", std::nullopt},
      {"a\\", std::nullopt},
  };
  for (const auto& row : rows) EXPECT_EQ(split_command(row.command), row.words) << row.command;
}

}  // namespace
}  // namespace dynamo::aws
