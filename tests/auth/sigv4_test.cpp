#include <dynamo/auth/sigv4.hpp>

#include <dynamo/base/detail/percent_encoding.hpp>

#include <auth/canonical_request.hpp>
#include <auth/sha256.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace dynamo::auth {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view time_sent = "20261126T103000Z";
const instant sent = instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 26)) + 10h + 30min;

std::string text_of(const std::array<char, 64>& digits) { return {digits.data(), digits.size()}; }

TEST(hmac, has_the_values_of_rfc_4231) {
  const struct {
    std::string key, text, expected;
  } rows[] = {
      {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  for (const auto& row : rows) EXPECT_EQ(text_of(hex(hmac_sha256(row.key)(row.text))), row.expected);
}

TEST(canonical_request, queries_are_sorted_and_complete) {
  const struct {
    std::string_view query, without, expected;
  } rows[] = {
      {"", "", ""},
      {"b=2&a=1", "", "a=1&b=2"},
      {"a=2&a=1", "", "a=1&a=2"},
      {"a", "", "a="},
      {"a=b=c", "", "a=b=c"},
      {"x=1&sig=2&a=3", "sig", "a=3&x=1"},
      {"A=1&a=2", "", "A=1&a=2"},
      {"a=%2F&a=%20", "", "a=%20&a=%2F"},
  };
  for (const auto& row : rows) EXPECT_EQ(canonical_query(row.query, row.without), row.expected) << row.query;
}

TEST(canonical_request, paths_are_resolved_and_encoded_once_more) {
  const struct {
    std::string_view path, expected;
  } rows[] = {{"/", "/"},
              {"", "/"},
              {"//", "/"},
              {"/a/../b", "/b"},
              {"/../..", "/"},
              {"/a/./b/", "/a/b/"},
              {"/a%20b", "/a%2520b"},
              {"/a b", "/a%20b"},
              {"/a/..", "/"},
              {"/~-_.", "/~-_."}};
  for (const auto& row : rows) {
    const std::string got = canonical_request({"GET", row.path, "", {}, ""}, "", {});
    EXPECT_EQ(got.substr(4, got.find('\n', 4) - 4), row.expected) << row.path;
  }
}

TEST(canonical_request, headers_are_trimmed_joined_and_in_order) {
  const header_view headers[] = {{"X-B", "  two   words "}, {"HOST", "here"}, {"x-b", "again"}, {"User-Agent", "me"}};
  const names_to_sign signed_ones(headers);
  EXPECT_TRUE(std::ranges::equal(signed_ones.names(), std::vector<std::string_view>{"host", "x-b"}));
  EXPECT_EQ(canonical_request({"POST", "/", "", headers, ""}, "", signed_ones.names()),
            "POST\n/\n\nhost:here\nx-b:two words,again\n\nhost;x-b\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(canonical_request, escapes_are_read_where_they_are_whole) {
  EXPECT_EQ(decoded("a%2Fb%2fc"), "a/b/c");
  EXPECT_EQ(decoded("100%"), "100%");
  EXPECT_EQ(decoded("%4"), "%4");
  EXPECT_EQ(decoded("%zz%41"), "%zzA");
  std::string text;
  append_percent_encoded(text, "a/b c~\xc3\xbc");
  EXPECT_EQ(text, "a%2Fb%20c~%C3%BC");
}

TEST(sigv4, times_are_written_as_amazon_has_them) {
  EXPECT_EQ(sigv4_time(sent), time_sent);
  EXPECT_EQ(sigv4_time(instant(0us)), "19700101T000000Z");
  EXPECT_EQ(sigv4_time(sent + 999'999us), time_sent);
}

/// A signed request of which a test changes one thing.
class signed_call : public ::testing::Test {
 protected:
  signed_call() { sign(); }
  void sign() {
    headers = {{"Host", "dynamodb.eu-west-2.amazonaws.com"},
               {"X-Amz-Date", std::string(time_sent)},
               {"X-Amz-Target", "DynamoDB_20120810.GetItem"},
               {"User-Agent", "test"}};
    headers.emplace_back("Authorization", authorization(key(), request(), time_sent));
  }
  signable_request request() {
    views.clear();
    for (const auto& [name, value] : headers) views.push_back({name, value});
    return {method, path, query, views, payload};
  }
  signing_key key() const { return {who, std::string_view(time_sent).substr(0, 8), "eu-west-2", "dynamodb"}; }
  std::expected<void, signature_fault> verify(instant now = sent) {
    const auto got = read_signature(request());
    if (!got) return std::unexpected(got.error());
    EXPECT_EQ(got->access_key_id, who.access_key_id);
    return verify_signature(key(), request(), *got, now);
  }
  std::string& field(std::string_view name) {
    return std::ranges::find(headers, name, [](const auto& h) -> const std::string& { return h.first; })->second;
  }

  credentials who{"AKID/with/slashes", "secret"};
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<header_view> views;
  std::string method = "POST", path = "/", query, payload = R"({"TableName":"a"})";
};

TEST_F(signed_call, is_accepted_as_it_was_sent) { EXPECT_TRUE(verify()); }

TEST_F(signed_call, is_refused_when_anything_that_counts_was_changed) {
  const auto refused = [&](signature_fault why) {
    const auto got = verify();
    EXPECT_TRUE(!got && got.error() == why);
    method = "POST", path = "/", query = "", payload = R"({"TableName":"a"})";
    who = credentials("AKID/with/slashes", "secret");
    sign();
    ASSERT_TRUE(verify());
  };
  payload += ' ';
  refused(signature_fault::wrong);
  method = "GET";
  refused(signature_fault::wrong);
  path = "/a";
  refused(signature_fault::wrong);
  query = "a=b";
  refused(signature_fault::wrong);
  field("X-Amz-Target") = "DynamoDB_20120810.PutItem";
  refused(signature_fault::wrong);
  field("Host") = "elsewhere";
  refused(signature_fault::wrong);
  field("X-Amz-Date") = "20261126T103001Z";
  refused(signature_fault::wrong);
  who = credentials("AKID/with/slashes", "another");
  refused(signature_fault::wrong);
  field("Authorization").back() ^= 1;
  refused(signature_fault::wrong);
  headers.emplace_back("X-Amz-Security-Token", "added");
  refused(signature_fault::incomplete);
  field("X-Amz-Date") = "20261127T103000Z";
  refused(signature_fault::incomplete);
  field("User-Agent") = "proxies may change it";
  EXPECT_TRUE(verify());
}

TEST_F(signed_call, has_its_time) {
  EXPECT_TRUE(verify(sent + 15min));
  EXPECT_TRUE(verify(sent - 15min));
  EXPECT_EQ(verify(sent + 15min + 1s).error(), signature_fault::expired);
  EXPECT_EQ(verify(sent - 15min - 1s).error(), signature_fault::not_yet);
}

TEST_F(signed_call, of_another_region_is_wrong) {
  const signing_key elsewhere(who, "20261126", "eu-west-1", "dynamodb");
  EXPECT_EQ(verify_signature(elsewhere, request(), *read_signature(request()), sent).error(), signature_fault::wrong);
}

TEST_F(signed_call, that_is_malformed_says_so) {
  const std::string whole = field("Authorization");
  const struct {
    std::string what;
    signature_fault why;
  } rows[] = {
      {"", signature_fault::incomplete},
      {"Bearer abc", signature_fault::incomplete},
      {"AWS4-HMAC-SHA256", signature_fault::incomplete},
      {"AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=" + std::string(64, 'a'),
       signature_fault::incomplete},
      {"AWS4-HMAC-SHA256 Credential=a/20261126/r/s/aws4, SignedHeaders=host, Signature=" + std::string(64, 'a'),
       signature_fault::incomplete},
      {"AWS4-HMAC-SHA256 Credential=a/20261126/r/s/aws4_request, SignedHeaders=, Signature=" + std::string(64, 'a'),
       signature_fault::incomplete},
      {"AWS4-HMAC-SHA256 Credential=a/20261126/r/s/aws4_request, SignedHeaders=host;;x, Signature=" +
           std::string(64, 'a'),
       signature_fault::incomplete},
      {"AWS4-HMAC-SHA256 Credential=a/20261126/r/s/aws4_request, SignedHeaders=x-amz-date, Signature=" +
           std::string(64, 'a'),
       signature_fault::incomplete},
      {whole.substr(0, whole.size() - 1), signature_fault::incomplete},
      {whole.substr(0, whole.size() - 1) + "G", signature_fault::incomplete},
  };
  for (const auto& row : rows) {
    field("Authorization") = row.what;
    const auto got = read_signature(request());
    EXPECT_TRUE(!got && got.error() == row.why) << row.what;
  }
  // Every prefix is refused, or is none.
  for (std::size_t size = 0; size < whole.size(); ++size) {
    field("Authorization") = whole.substr(0, size);
    EXPECT_FALSE(verify()) << size;
  }
  headers.pop_back();
  EXPECT_EQ(read_signature(request()).error(), signature_fault::missing);
}

TEST(sigv4, the_query_form_is_read_back) {
  const credentials who("AKID", "secret", "token/+");
  const signing_key key(who, "20261126", "eu-west-2", "dynamodb");
  const header_view headers[] = {{"Host", "here"}};
  const std::string query = signed_query(key, {"GET", "/", "b=1&a=2", headers, ""}, time_sent, 60s, who.session_token);
  EXPECT_TRUE(query.starts_with("b=1&a=2&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20261126%2F"))
      << query;
  const signable_request sent_request{"GET", "/", query, headers, ""};
  const auto got = read_signature(sent_request);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->session_token, "token/+");
  EXPECT_EQ(got->valid_for, 60s);
  EXPECT_TRUE(verify_signature(key, sent_request, *got, sent + 60s));
  EXPECT_EQ(verify_signature(key, sent_request, *got, sent + 61s).error(), signature_fault::expired);
  const std::string changed = "b=2" + query.substr(3);
  EXPECT_EQ(verify_signature(key, {"GET", "/", changed, headers, ""}, *got, sent).error(), signature_fault::wrong);
  for (const std::string_view name :
       {"X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"}) {
    std::string without = query;
    without.replace(without.find(name), 7, "removed");
    EXPECT_EQ(read_signature({"GET", "/", without, headers, ""}).error(), signature_fault::incomplete) << name;
  }
}

TEST(secret, leaves_nothing_behind) {
  secret from("short one");
  const char* const at = from.reveal().data();  // within the object
  const secret to = std::move(from);
  EXPECT_EQ(to.reveal(), "short one");
  EXPECT_EQ(std::string(at, 9), std::string(9, '\0'));
  EXPECT_EQ(to, secret("short one"));
  EXPECT_FALSE(to == secret("short onf"));
  EXPECT_FALSE(to == secret("short"));
}

}  // namespace
}  // namespace dynamo::auth
