#include <dynamo/auth/sigv4.hpp>

#include <gtest/gtest.h>
#include <remote/credentials/sso.hpp>
#include <remote/provider/source_world.hpp>
#include <support/seeds.hpp>
#include <support/tls_peer.hpp>

#include <algorithm>
#include <vector>

#include <sys/stat.h>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;
using testing_support::certificate_options;
using testing_support::identity;
using testing_support::peer_connection;
using testing_support::scripted_peer;
using testing_support::tls_peer;
using testing_support::tls_server;

std::string sts_credentials(const std::string& action, const std::string& id,
                            const std::string& expires = "2026-01-01T01:00:00Z") {
  return http_answer(
      200,
      "<" + action + "Response><" + action +
          "Result><AssumedRoleUser><Arn>arn:aws:sts::12:assumed-role/r/s</Arn></AssumedRoleUser><Credentials><AccessKeyId>" +
          id + "</AccessKeyId><SecretAccessKey>" + secret_named("k") + "</SecretAccessKey><SessionToken>" +
          secret_named("t") + "</SessionToken><Expiration>" + expires + "</Expiration></Credentials></" + action +
          "Result></" + action + "Response>");
}
std::string sts_refusal(int status, const std::string& code) {
  return http_answer(status,
                     "<ErrorResponse><Error><Code>" + code + "</Code><Message>words</Message></Error></ErrorResponse>");
}

/// Whether a request is signed with this secret, for STS in eu-west-2, now.
bool is_signed_by(const asked& request, const auth::credentials& who, instant now) {
  std::vector<auth::header_view> headers;
  std::string_view rest = std::string_view(request.head).substr(request.head.find("\r\n") + 2);
  while (!rest.starts_with("\r\n")) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    const std::size_t colon = line.find(": ");
    headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
    rest.remove_prefix(line.size() + 2);
  }
  auth::signable_request signable;
  signable.method = "POST";
  signable.path = std::string_view(request.line).substr(5);
  signable.headers = headers;
  signable.payload = request.body;
  const auto presented = auth::read_signature(signable);
  if (!presented || presented->access_key_id != who.access_key_id || presented->service != "sts" ||
      presented->region != "eu-west-2") {
    return false;
  }
  const auth::signing_key key(who, presented->day, presented->region, presented->service);
  return auth::verify_signature(key, signable, *presented, now).has_value();
}

struct security_token_service : source_world {
  http_service sts{[](const asked&) { return sts_credentials("AssumeRole", "RK"); }};
  security_token_service() {
    env["AWS_ENDPOINT_URL_STS"] = sts.url() + "/stage";
    env["AWS_PROFILE"] = "dev";
    write(".aws/config",
          "[profile dev]\nrole_arn = arn:aws:iam::12:role/r\nsource_profile = base\nrole_session_name = s\n");
    write(".aws/credentials", "[base]\naws_access_key_id = BK\naws_secret_access_key = " + secret_named("base") + "\n");
  }
};

TEST_F(security_token_service, assumes_a_role_for_who_signs) {
  EXPECT_EQ(fetched(), "RK:k:t:12 until 2026-01-01T01:00:00");
  const asked request = sts.requests().front();
  EXPECT_EQ(request.line, "POST /stage/");
  EXPECT_TRUE(is_signed_by(request, {"BK", secret_named("base")}, time.now())) << request.head;
  EXPECT_EQ(request.body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A12%3Arole%2Fr&RoleSessionName=s");
}

TEST_F(security_token_service, assumes_roles_one_after_the_other) {
  write(
      ".aws/config",
      "[profile dev]\nrole_arn = b\nsource_profile = middle\n[profile middle]\nrole_arn = a\nsource_profile = base\n");
  EXPECT_EQ(fetched(), "RK:k:t:12 until 2026-01-01T01:00:00");
  const auto requests = sts.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_TRUE(is_signed_by(requests[0], {"BK", secret_named("base")}, time.now()));
  EXPECT_TRUE(is_signed_by(requests[1], {"RK", secret_named("k"), secret_named("t")}, time.now()));
  EXPECT_EQ(requests[1].field("x-amz-security-token"), secret_named("t"));
}

TEST_F(security_token_service, that_refuses_or_answers_nonsense_is_told) {
  const std::string role = "arn:aws:iam::12:role/r";
  const struct {
    std::string answer;
    std::size_t requests;
    std::string says;
  } rows[] = {
      {sts_refusal(403, "AccessDenied"), 1, "unavailable: STS refuses the role " + role + ": AccessDenied: words"},
      {sts_refusal(403, "ExpiredToken"), 1, "unavailable: STS refuses the role " + role + ": ExpiredToken: words"},
      {sts_refusal(400, "Throttling"), 3, "throttled: STS refuses the role " + role + ": Throttling: words"},
      {sts_refusal(503, "ServiceUnavailable"), 3, "service_unavailable: STS refuses the role " + role},
      {sts_credentials("AssumeRole", "RK", "2025-12-31T23:59:59Z"), 1,
       "unavailable: The credentials that were fetched have expired already; check the clock of this machine"},
      {sts_credentials("AssumeRole", "RK", "tomorrow"), 1,
       "decoding: STS, for role " + role + ": the Expiration is no time"},
      {http_answer(200, "<html>" + secret_named("x")), 1,
       "decoding: STS, for role " + role + ": the answer is no XML as STS writes it"},
      {redirect_for_ever(), 1, "decoding: STS, for role " + role + ": the answer is no XML as STS writes it"},
      {large_body(), 3, "unavailable: STS, for role " + role + ": No response from "},
      {endless_headers(), 3, "unavailable: STS, for role " + role + ": No response from "},
  };
  for (const auto& row : rows) {
    const std::size_t before = sts.requests().size();
    sts.answer_by([&](const asked&) { return row.answer; });
    const std::string text = fetched();
    EXPECT_TRUE(text.starts_with(row.says)) << text;
    EXPECT_EQ(sts.requests().size() - before, row.requests) << text;
  }
}

TEST_F(security_token_service, may_break_off_twice) {
  sts.close_after_answers();
  const std::string whole = sts_credentials("AssumeRole", "RK");
  for (std::size_t size = 1; size < whole.size(); size += 13) {
    int left = 2;
    sts.answer_by([&](const asked&) { return left-- > 0 ? whole.substr(0, size) : whole; });
    ASSERT_EQ(fetched(), "RK:k:t:12 until 2026-01-01T01:00:00") << size;
    sts.answer_by([&](const asked&) { return whole.substr(0, size); });
    const std::string text = fetched();
    ASSERT_NE(text.find("the peer closed the connection"), std::string::npos) << text;
  }
}

TEST_F(security_token_service, that_answers_something_else_is_an_error_or_credentials_and_tells_no_secret) {
  sts.close_after_answers();
  testing_support::for_each_seed(200, [&](std::mt19937_64& random) {
    std::string answer = sts_credentials("AssumeRole", "RK");
    for (int i = 0; i < 3; ++i) {
      const std::size_t at = random() % answer.size();
      const std::size_t last = secret_mark.size() - 1;
      if (answer.find(secret_mark, at - std::min(at, last)) <= at) continue;  // the mark stays whole, to be looked for
      answer[at] = static_cast<char>(random());
    }
    sts.answer_by([&](const asked&) { return answer; });
    const result<shared_credentials> got = provider().get();
    if (!got) error_text(got);
  });
}

TEST_F(security_token_service, is_asked_through_the_proxy_of_the_environment) {
  env["AWS_ENDPOINT_URL_STS"] = "http://sts.example/stage";
  env["HTTPS_PROXY"] = "http://of-https.example:1";
  env["http_proxy"] = "http://user:" + secret_named("p") + "@proxy.example:1";
  lookup_of_port here(sts.port());
  names = &here;
  EXPECT_EQ(fetched(), "RK:k:t:12 until 2026-01-01T01:00:00");
  EXPECT_EQ(sts.requests().back().line, "POST http://sts.example/stage/");
  EXPECT_EQ(sts.requests().back().field("Host"), "sts.example");
  EXPECT_TRUE(sts.requests().back().field("Proxy-Authorization").starts_with("Basic "));
  env["no_proxy"] = "example";
  EXPECT_EQ(fetched(), "RK:k:t:12 until 2026-01-01T01:00:00");
  EXPECT_EQ(sts.requests().back().line, "POST /stage/");
  EXPECT_EQ(sts.requests().back().field("Proxy-Authorization"), "");
}

TEST_F(security_token_service, with_a_proxy_that_cannot_be_used_is_not_asked) {
  env["AWS_ENDPOINT_URL_STS"] = "http://sts.example";
  env["http_proxy"] = "socks5://" + secret_named("p");
  EXPECT_TRUE(
      fetched().starts_with("invalid_argument: STS, for role arn:aws:iam::12:role/r: http_proxy: only proxies"));
  env["http_proxy"] = "https://" + secret_named("p") + "@proxy.example";
  EXPECT_EQ(
      fetched(),
      "not_supported: STS, for role arn:aws:iam::12:role/r: http_proxy names a proxy that is spoken to by TLS, which is not "
      "supported; write http:// if it takes that, or add sts.example to NO_PROXY");
  EXPECT_EQ(sts.requests().size(), 0u);
}

TEST_F(security_token_service, changes_the_token_of_a_web_identity) {
  env.erase("AWS_PROFILE");
  env["AWS_ROLE_ARN"] = "a";
  env["AWS_WEB_IDENTITY_TOKEN_FILE"] = home / "token";
  env["AWS_ROLE_SESSION_NAME"] = "s";
  EXPECT_EQ(fetched(), "unavailable: web identity token in " + (home / "token") + "; role a: " + (home / "token") +
                           ": there is no such file");
  write("token", secret_named("identity") + "\n");
  sts.answer_by([](const asked&) { return sts_credentials("AssumeRoleWithWebIdentity", "WK"); });
  EXPECT_EQ(fetched(), "WK:k:t:12 until 2026-01-01T01:00:00");
  const asked request = sts.requests().back();
  EXPECT_EQ(request.field("authorization"), "");
  EXPECT_EQ(request.body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=a&RoleSessionName=s&WebIdentityToken=" +
                secret_named("identity"));
  sts.answer_by([](const asked&) { return sts_refusal(400, "InvalidIdentityToken"); });
  EXPECT_EQ(fetched(), "unavailable: STS refuses the role a: InvalidIdentityToken: words");
}

/// A server of one connection by TLS, which answers its first request. `way`: it is a proxy as well, and remembers what it is asked for.
scripted_peer::script answers_by_tls(const tls_server& server, std::string answer, std::string* way = nullptr) {
  return [&server, answer = std::move(answer), way](peer_connection& to) {
    if (way != nullptr) {
      *way = to.receive_head();
      to.send("HTTP/1.1 200 OK\r\n\r\n");
    }
    tls_peer peer(server);
    bool has_answered = false;
    for (std::string bytes; !(bytes = to.receive_some()).empty();) {
      peer.receive(bytes);
      if (!has_answered && peer.heard().find("\r\n\r\n") != std::string::npos) {
        has_answered = true;
        peer.say(answer);
      }
      if (const std::string out = peer.take_outgoing(); !out.empty()) to.send(out);
    }
  };
}

TEST_F(security_token_service, is_asked_by_tls_and_has_to_prove_itself) {
  const identity authority = identity::authority("an authority");
  const identity stranger = identity::authority("a stranger");
  const identity service(certificate_options("DNS:sts.eu-west-2.amazonaws.com"), authority);
  const tls_server server(service);
  env.erase("AWS_ENDPOINT_URL_STS");
  write("trusted.pem", authority.pem());
  write("other.pem", stranger.pem());
  const std::string answer = sts_credentials("AssumeRole", "TK");
  std::string way;
  scripted_peer peer({answers_by_tls(server, answer), answers_by_tls(server, answer), answers_by_tls(server, answer),
                      answers_by_tls(server, answer), answers_by_tls(server, answer, &way)});
  lookup_of_port here(peer.port());
  names = &here;
  env["AWS_CA_BUNDLE"] = home / "trusted.pem";
  EXPECT_EQ(fetched(), "TK:k:t:12 until 2026-01-01T01:00:00");
  env["AWS_CA_BUNDLE"] = home / "other.pem";
  const std::string refused = fetched();
  EXPECT_NE(refused.find(
                "unavailable: STS, for role arn:aws:iam::12:role/r: Cannot connect to sts.eu-west-2.amazonaws.com:443"),
            std::string::npos)
      << refused;
  env["AWS_CA_BUNDLE"] = home / "none.pem";
  EXPECT_EQ(
      fetched(),
      "invalid_argument: STS, for role arn:aws:iam::12:role/r: Cannot connect to sts.eu-west-2.amazonaws.com:443: Cannot use "
      "TLS: no trusted authorities can be read from the file \"" +
          (home / "none.pem") + "\"");
  env["AWS_CA_BUNDLE"] = home / "trusted.pem";
  env["HTTPS_PROXY"] = "http://proxy.example:1";
  EXPECT_EQ(fetched(), "TK:k:t:12 until 2026-01-01T01:00:00");
  peer.finish();
  EXPECT_EQ(way, "CONNECT sts.eu-west-2.amazonaws.com:443 HTTP/1.1\r\nHost: sts.eu-west-2.amazonaws.com:443\r\n\r\n");
}

struct identity_center : source_world {
  http_service portal{[](const asked&) {
    return http_answer(200, R"({"roleCredentials":{"accessKeyId":"SK","secretAccessKey":")" + secret_named("k") +
                                R"(","sessionToken":")" + secret_named("t") + R"(","expiration":1767243600000}})");
  }};
  http_service oidc{[](const asked&) {
    return http_answer(200, R"({"accessToken":")" + secret_named("new") + R"(","expiresIn":28800,"refreshToken":")" +
                                secret_named("again") + R"(","tokenType":"Bearer"})");
  }};
  std::string cache;  // of the token, in the home directory

  identity_center() {
    env["AWS_ENDPOINT_URL_SSO"] = portal.url();
    env["AWS_ENDPOINT_URL_SSO_OIDC"] = oidc.url();
    write(".aws/config",
          "[default]\nsso_session = corp\nsso_account_id = 12\nsso_role_name = my role\n"
          "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = us-east-1\n");
    sso_source of;
    of.session_name = "corp";
    cache = sso_token_path(of).substr(2);
    std::filesystem::create_directories(home / ".aws/sso/cache");
  }
  void write_token(const std::string& expires) const {
    write(cache,
          R"({"startUrl":"https://corp.example/start","region":"us-east-1","accessToken":")" + secret_named("old") +
              R"(","expiresAt":")" + expires + R"(","clientId":"client","clientSecret":")" + secret_named("client") +
              R"(","registrationExpiresAt":"2026-03-01T00:00:00Z","refreshToken":")" + secret_named("refresh") + "\"}");
    ::chmod((home / cache).c_str(), 0644);
  }
};

constexpr const char* sso_credentials = "SK:k:t:12 until 2026-01-01T05:00:00";

TEST_F(identity_center, gives_a_role_for_a_token) {
  write_token("2026-01-01T08:00:00Z");
  EXPECT_EQ(fetched(), sso_credentials);
  const asked request = portal.requests().front();
  EXPECT_EQ(request.line, "GET /federation/credentials?role_name=my%20role&account_id=12");
  EXPECT_EQ(request.field("x-amz-sso_bearer_token"), secret_named("old"));
  EXPECT_EQ(oidc.requests().size(), 0u);
}

TEST_F(identity_center, renews_a_token_and_its_file_at_once) {
  write_token("2026-01-01T00:10:00Z");
  const std::string before = content_of(cache);
  std::ifstream reader(home / cache);  // has the old file open
  EXPECT_EQ(fetched(), sso_credentials);
  const asked request = oidc.requests().front();
  EXPECT_EQ(request.line, "POST /token");
  EXPECT_NE(request.body.find("\"refreshToken\":\"" + secret_named("refresh") + "\""), std::string::npos);
  EXPECT_EQ(portal.requests().front().field("x-amz-sso_bearer_token"), secret_named("new"));
  const std::string after = content_of(cache);
  for (const std::string& word : {secret_named("new"), secret_named("again"), std::string("2026-01-01T08:00:00Z")})
    EXPECT_NE(after.find(word), std::string::npos);
  std::ostringstream seen;
  seen << reader.rdbuf();
  EXPECT_EQ(seen.str(), before) << "a reader saw a part of the new one";
  struct stat about{};
  ASSERT_EQ(::stat((home / cache).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777U, 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(home / ".aws/sso/cache"), {}), 1);
  EXPECT_EQ(fetched(), sso_credentials);
  EXPECT_EQ(oidc.requests().size(), 1u) << "the new token is read from its file";
}

TEST_F(identity_center, goes_on_with_a_token_that_cannot_be_renewed_as_long_as_it_lives) {
  write_token("2026-01-01T00:10:00Z");
  oidc.answer_by(
      [](const asked&) { return http_answer(400, R"({"error":"invalid_grant","error_description":"no"})"); });
  EXPECT_EQ(fetched(), sso_credentials);
  write_token("2025-12-31T23:59:59Z");
  EXPECT_EQ(
      fetched(),
      "unavailable: IAM Identity Center, sso-session corp: the token has expired and cannot be renewed (IAM Identity Center, "
      "sso-session corp: invalid_grant: no); run aws sso login --sso-session corp");
  oidc.answer_by([](const asked&) { return http_answer(200, R"({"accessToken":")" + secret_named("x\\n") + R"("})"); });
  EXPECT_TRUE(
      fetched().starts_with("unavailable: IAM Identity Center, sso-session corp: the token has expired and cannot"));
}

TEST_F(identity_center, that_wants_a_person_says_which_command_signs_in) {
  const std::string sign_in = "; run aws sso login --sso-session corp";
  const std::string name = "unavailable: IAM Identity Center, sso-session corp: ";
  EXPECT_EQ(fetched(), name + "there is no token" + sign_in);
  write(cache, secret_named("{"));
  EXPECT_EQ(fetched(), name + "the file of its token is damaged" + sign_in);
  write_token("2026-01-01T08:00:00Z");
  portal.answer_by(
      [](const asked&) { return http_answer(401, R"({"message":"Session token not found or invalid"})"); });
  EXPECT_EQ(fetched(), name + "the token is not accepted" + sign_in);
  portal.answer_by(
      [](const asked&) { return http_answer(403, R"({"__type":"ForbiddenException","message":"No access"})"); });
  EXPECT_EQ(fetched(), name + "ForbiddenException: No access");
}

TEST_F(identity_center, whose_file_cannot_be_replaced_still_gives_the_role) {
  std::filesystem::create_directory(home / "elsewhere");
  write_token("2026-01-01T00:10:00Z");
  oidc.answer_by([&, first = http_answer(200, R"({"accessToken":")" + secret_named("new") + R"(","expiresIn":60})")](
                     const asked&) {
    std::filesystem::remove_all(home / ".aws/sso");
    return first;
  });
  EXPECT_EQ(fetched(), sso_credentials);
  EXPECT_FALSE(std::filesystem::exists(home / ".aws/sso"));
}

}  // namespace
}  // namespace dynamo::aws
