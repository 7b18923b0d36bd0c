#include <gtest/gtest.h>
#include <remote/provider/source_world.hpp>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view roles = "GET /latest/meta-data/iam/security-credentials/";

/// The metadata service of an instance, in version 2.
http_service::answerer instance(std::string role = "app", std::string expires = "2026-01-01T06:00:00Z") {
  return [role = std::move(role), expires = std::move(expires)](const asked& request) {
    if (request.line == "PUT /latest/api/token") {
      return request.field("x-aws-ec2-metadata-token-ttl-seconds") == "21600" ? http_answer(200, secret_named("imds"))
                                                                              : http_answer(400, "");
    }
    if (request.field("x-aws-ec2-metadata-token") != secret_named("imds")) return http_answer(401, "");
    if (request.line == roles) return http_answer(200, role);
    if (request.line == std::string(roles) + role) return http_answer(200, agent_answer("AK", expires));
    return http_answer(404, "");
  };
}

/// Answers one request by a text, and all others as an instance does.
http_service::answerer instance_but(std::string line, std::string answer) {
  return [line = std::move(line), answer = std::move(answer), all = instance()](const asked& request) {
    return request.line == line ? answer : all(request);
  };
}

struct instance_metadata : source_world {
  http_service service{instance()};
  instance_metadata() { env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = service.url(); }

  /// Without the list of places that were looked at.
  static std::string last_place(std::string text) {
    const std::string name = "metadata service of EC2 (metadata service of EC2 at http://127.0.0.1:";
    const std::size_t at = text.find(name);
    EXPECT_TRUE(text.starts_with("unavailable: No credentials for AWS are configured. Looked at: ")) << text;
    EXPECT_NE(at, std::string::npos) << text;
    text = text.substr(text.find(": ", at + name.size()) + 2);
    return text.substr(0, text.find("). Set AWS_ACCESS_KEY_ID"));
  }
};

TEST_F(instance_metadata, are_asked_with_a_token) {
  EXPECT_EQ(fetched(), "AK:k:t: until 2026-01-01T06:00:00");
  EXPECT_EQ(service.requests().size(), 3u);
}

TEST_F(instance_metadata, are_at_their_own_address) {
  env.erase("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  env["HTTP_PROXY"] = "http://nobody.example:1";  // is not asked
  lookup_of_port here(service.port());
  names = &here;
  EXPECT_EQ(fetched(), "AK:k:t: until 2026-01-01T06:00:00");
  EXPECT_EQ(service.requests().front().field("Host"), "169.254.169.254");
}

TEST_F(instance_metadata, that_go_wrong_say_what_and_where_else_was_looked) {
  const std::string app = std::string(roles) + "app";
  const struct {
    const char* name;
    std::string line;
    std::string answer;
    std::string says;
  } rows[] = {
      {"forbidden", "PUT /latest/api/token", http_answer(403, ""),
       "it answers a request for a token with status 403; IMDSv2 must be enabled for the instance, with a hop limit of 2 in a "
       "container"},
      {"no version 2", "PUT /latest/api/token", http_answer(404, ""),
       "it answers a request for a token with status 404; IMDSv2 must be enabled for the instance, with a hop limit of 2 in a "
       "container"},
      {"an odd token", "PUT /latest/api/token", http_answer(200, secret_named("a b")),
       "decoding: its token is malformed"},
      {"a redirect", "PUT /latest/api/token", redirect_for_ever(),
       "it answers a request for a token with status 302; IMDSv2 must be enabled for the instance, with a hop limit of 2 in a "
       "container"},
      {"no role", std::string(roles), http_answer(404, ""),
       "the instance has no role; attach an instance profile to it"},
      {"a role with spaces", std::string(roles), http_answer(200, "my role"),
       "decoding: the name of the instance's role is malformed"},
      {"a role with a path", std::string(roles), http_answer(200, "../x"),
       "decoding: the name of the instance's role is malformed"},
      {"a redirect later", std::string(roles), redirect_for_ever(),
       "it answers a request for the role's name with status 302"},
      {"role gone", app, http_answer(404, ""), "it answers a request for the role's credentials with status 404"},
      {"garbage", app, http_answer(200, secret_named("{")), "decoding: "},
      {"its own reason", app, http_answer(200, R"({"Code":"AssumeRoleUnauthorizedAccess","Message":"no trust"})"),
       "AssumeRoleUnauthorizedAccess: no trust"},
      {"too large", app, large_body(), "the response cannot be read: its body is too large"},
      {"endless headers", app, endless_headers(), "the response cannot be read: its head is too large"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    service.answer_by(instance_but(row.line, row.answer));
    const std::string text = fetched();
    if (row.says.starts_with("decoding: ")) {
      EXPECT_TRUE(text.starts_with("decoding: metadata service of EC2 at ")) << text;
      EXPECT_NE(text.find(row.says.substr(10)), std::string::npos) << text;
    } else {
      EXPECT_NE(last_place(text).find(row.says), std::string::npos) << text;
    }
  }
}

TEST_F(instance_metadata, of_version_1_are_not_spoken) {
  service.answer_by([](const asked& request) {
    if (request.line.starts_with("PUT")) return http_answer(405, "");
    return request.line == roles ? http_answer(200, "app")
                                 : http_answer(200, agent_answer("V1", "2026-01-01T06:00:00Z"));
  });
  EXPECT_NE(fetched().find("IMDSv2 must be enabled"), std::string::npos);
  EXPECT_EQ(service.count("GET"), 0);
}

TEST_F(instance_metadata, behind_too_many_hops_are_waited_for_as_long_as_was_said) {
  service.answer_by([](const asked&) { return ""; });  // the answer is lost on its way
  EXPECT_EQ(last_place(fetched_in_vain(service, 1, 1s)),
            "No response from " + service.url().substr(7) + ": there was no whole response within 1000 ms");
  env["AWS_METADATA_SERVICE_TIMEOUT"] = "3";
  env["AWS_METADATA_SERVICE_NUM_ATTEMPTS"] = "2";
  EXPECT_NE(last_place(fetched_in_vain(service, 2, 3s)).find("within 3000 ms"), std::string::npos);
  EXPECT_EQ(service.requests().size(), 3u);
}

TEST_F(instance_metadata, that_stop_in_the_middle_are_waited_for_no_longer) {
  service.answer_by([](const asked&) { return "HTTP/1.1 200 OK\r\n"; });
  EXPECT_NE(last_place(fetched_in_vain(service, 1, 1s)).find("within 1000 ms"), std::string::npos);
}

TEST_F(instance_metadata, where_there_are_none_is_no_credentials_at_all) {
  service.stop();
  EXPECT_NE(last_place(fetched()).find("Connection refused"), std::string::npos);
}

TEST_F(instance_metadata, that_break_off_anywhere_are_an_error) {
  service.close_after_answers();
  const http_service::answerer whole = instance();
  for (const std::string& line :
       {std::string("PUT /latest/api/token"), std::string(roles), std::string(roles) + "app"}) {
    for (std::size_t size = 1, all = 2; size < all; ++size) {
      service.answer_by([&](const asked& request) {
        std::string answer = whole(request);
        if (request.line != line) return answer;
        all = answer.size();
        answer.resize(size);
        return answer;
      });
      const std::string text = fetched();
      ASSERT_NE(text.find("the peer closed the connection"), std::string::npos) << size << " bytes: " << text;
    }
  }
  service.answer_by(whole);
  EXPECT_EQ(fetched(), "AK:k:t: until 2026-01-01T06:00:00");
}

struct container_agent : source_world {
  http_service service{[](const asked&) { return http_answer(200, agent_answer("CK", "2026-01-01T06:00:00Z")); }};
  container_agent() { env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.url() + "/v1/credentials?a=b"; }
};

TEST_F(container_agent, is_asked_at_a_full_uri_with_its_token) {
  EXPECT_EQ(fetched(), "CK:k:t: until 2026-01-01T06:00:00");
  env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic " + secret_named("x");
  EXPECT_EQ(fetched(), "CK:k:t: until 2026-01-01T06:00:00");
  write("token", secret_named("file") + "\n");
  env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = home / "token";
  EXPECT_EQ(fetched(), "CK:k:t: until 2026-01-01T06:00:00");
  const auto requests = service.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].line, "GET /v1/credentials?a=b");
  EXPECT_EQ(requests[0].field("authorization"), "");
  EXPECT_EQ(requests[1].field("authorization"), "Basic " + secret_named("x"));
  EXPECT_EQ(requests[2].field("authorization"), secret_named("file"));
}

TEST_F(container_agent, of_ecs_has_an_address_of_its_own) {
  env.erase("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/" + secret_named("id");
  env["http_proxy"] = "http://nobody.example:1";
  lookup_of_port here(service.port());
  names = &here;
  EXPECT_EQ(fetched(), "CK:k:t: until 2026-01-01T06:00:00");
  EXPECT_EQ(service.requests().front().line, "GET /v2/credentials/" + secret_named("id"));
  EXPECT_EQ(service.requests().front().field("Host"), "169.254.170.2");
  service.answer_by([](const asked&) { return http_answer(404, ""); });
  EXPECT_EQ(fetched(), "unavailable: container agent at http://169.254.170.2: it answers with status 404");
}

TEST_F(container_agent, of_eks_has_a_number_of_ipv6_too) {
  lookup_of_port here(service.port());
  names = &here;
  for (const std::string host : {"169.254.170.23", "[fd00:ec2::23]"}) {
    env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://" + host + "/v1/credentials";
    EXPECT_EQ(fetched(), "CK:k:t: until 2026-01-01T06:00:00");
    EXPECT_EQ(service.requests().back().field("Host"), host);
  }
}

TEST_F(container_agent, on_another_machine_is_refused_without_a_request) {
  env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://10.0.0.1/x";
  EXPECT_TRUE(fetched().starts_with(
      "invalid_argument: AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials are not asked for over plain HTTP from another machine"));
}

TEST_F(container_agent, whose_token_s_file_is_wrong_is_not_asked) {
  env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = home / "token";
  const std::string begin =
      "unavailable: container agent at " + service.url() + ": the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: ";
  EXPECT_EQ(fetched(), begin + (home / "token") + ": there is no such file");
  write("token", secret_named("a") + "\nX-Injected: " + secret_named("b") + "\n");
  EXPECT_NE(fetched().find("is empty, or has more than one line"), std::string::npos);
  env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/dev/zero";
  EXPECT_EQ(fetched(), begin + "/dev/zero: it is a device or a socket, not a file");
  EXPECT_EQ(service.requests().size(), 0u);
}

TEST_F(container_agent, that_fails_is_asked_three_times_if_it_may_pass) {
  const struct {
    std::string answer;
    std::size_t requests;
    std::string says;
  } rows[] = {
      {http_answer(500, R"({"code":"InternalServerError","message":"later"})"), 3, "InternalServerError: later"},
      {http_answer(429, ""), 3, "it answers with status 429"},
      {http_answer(403, R"({"code":"AccessDenied","message":"no"})"), 1, "AccessDenied: no"},
      {http_answer(400, "<html>"), 1, "it answers with status 400"},
      {redirect_for_ever(), 1, "it answers with status 302"},
      {large_body(), 3, "its body is too large"},
      {"nonsense\r\n\r\n", 3, "the response cannot be read"},
  };
  for (const auto& row : rows) {
    const std::size_t before = service.requests().size();
    service.answer_by([&](const asked&) { return row.answer; });
    const std::string text = fetched();
    EXPECT_NE(text.find(row.says), std::string::npos) << text;
    EXPECT_TRUE(text.starts_with("unavailable: container agent at ")) << text;
    EXPECT_EQ(service.requests().size() - before, row.requests) << text;
  }
}

}  // namespace
}  // namespace dynamo::aws
