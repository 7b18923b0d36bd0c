#pragma once

#include <dynamo/base/detail/time_text.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <http/exchange/name_lookup.hpp>
#include <remote/provider/credential_provider.hpp>
#include <remote/secrets.hpp>
#include <remote/variables.hpp>
#include <support/http_service.hpp>
#include <support/scratch_folder.hpp>

#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace dynamo::aws {

using testing::virtual_clock;
using testing_support::asked;
using testing_support::http_answer;
using testing_support::http_service;

/// Every name and number is this machine, at one port.
class lookup_of_port final : public http::name_lookup {
 public:
  explicit lookup_of_port(std::uint16_t port) : port_(port) {}
  std::expected<std::vector<http::socket_address>, std::string> find(const http::address&) override {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port_);
    return std::vector{http::socket_address(reinterpret_cast<const sockaddr*>(&at), sizeof at)};
  }

 private:
  std::uint16_t port_;
};

/// A home directory, an environment and a clock, in which credentials are fetched by the shells that a program has. It is the first moment of 2026.
struct source_world : ::testing::Test {
  const testing_support::scratch_folder home;
  virtual_clock time;
  const checked_log log;
  variables env{{"HOME", home / ""}, {"AWS_REGION", "eu-west-2"}};
  http::name_lookup* names = nullptr;

  source_world() { std::filesystem::create_directory(home / ".aws"); }

  void write(const std::string& name, std::string_view text) const { std::ofstream(home / name) << text; }
  std::string content_of(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(home / name).rdbuf();
    return text.str();
  }

  credential_provider provider() {
    auto loaded = load_configuration({}, {}, with(env));
    if (!loaded) {
      ADD_FAILURE() << loaded.error().message();
      std::abort();
    }
    provider_ports ports;
    ports.time = &time;
    ports.waits = &time;
    ports.names = names;
    return credential_provider(*std::move(loaded), ports);
  }

  /// "id:key:token:account until 01:00:00", without the mark of secrets; or the error.
  static std::string text_of(const result<shared_credentials>& got) {
    if (!got) return error_text(got);
    const auth::credentials& of = **got;
    std::string text = of.access_key_id + ":" + std::string(of.secret_access_key.reveal()) + ":" +
                       std::string(of.session_token.reveal()) + ":" + of.account_id;
    for (std::size_t at = 0; (at = text.find(secret_mark)) != std::string::npos;) text.erase(at, secret_mark.size());
    return of.expires ? text + " until " + time_text(*of.expires, time_precision::seconds) : text;
  }
  std::string fetched() { return text_of(provider().get()); }

  /// Fetches from a service that never answers. Each time it has one more request than before, a time-out passes.
  std::string fetched_in_vain(const http_service& of, int requests, std::chrono::seconds timeout) {
    const credential_provider from = provider();
    const std::size_t before = of.requests().size();
    auto outcome = std::async(std::launch::async, [&] { return text_of(from.get()); });
    for (int i = 1; i <= requests; ++i) {
      while (of.requests().size() < before + static_cast<std::size_t>(i)) std::this_thread::yield();
      time.advance(timeout - std::chrono::microseconds(1));
      EXPECT_EQ(outcome.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
      time.advance(std::chrono::microseconds(1));
    }
    return outcome.get();
  }
};

/// The members of AWS's agents' answers. Secrets carry the mark.
inline std::string agent_answer(const std::string& id, const std::string& expires) {
  return R"({"Code":"Success","AccessKeyId":")" + id + R"(","SecretAccessKey":")" + secret_named("k") +
         R"(","Token":")" + secret_named("t") + R"(","Expiration":")" + expires + R"("})";
}

/// Endless answers of a hostile or broken source.
inline std::string redirect_for_ever() { return http_answer(302, "", "Location: /elsewhere\r\n"); }
inline std::string endless_headers() {
  std::string text = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 10'000; ++i) text += "X-Field: " + std::string(1'000, 'x') + "\r\n";
  return text;
}
inline std::string large_body() { return http_answer(200, std::string(65'537, 'x')); }

}  // namespace dynamo::aws
