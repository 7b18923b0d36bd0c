#pragma once

#include "echo_handler.hpp"

#include <dynamo/http/listener.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <support/http_client.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace dynamo::http {

using namespace std::chrono_literals;
using testing_support::http_client;

/// Time stands still unless a test lets it pass, so a slow machine makes nothing time out.
class listening : public ::testing::Test {
 protected:
  listening() {
    options.time = &time;
    options.threads = 2;
    options.body_size_max = 1'000'000;
  }
  void SetUp() override { open(); }
  void TearDown() override { on.reset(); }

  void open() {
    auto opened = listener::open(options, echo);
    ASSERT_TRUE(opened) << opened.error().describe();
    on.emplace(*std::move(opened));
  }
  http_client connect() const { return http_client(on->port()); }
  /// Lets time pass until the peer answers or closes.
  void wait_until_readable(const http_client& client) {
    while (!client.is_readable()) {
      time.advance(1s);
      std::this_thread::yield();
    }
  }
  /// Lets time pass until nobody is connected any more.
  void wait_for_nobody() {
    while (on->connections() > 0) {
      time.advance(1s);
      std::this_thread::yield();
    }
  }
  static std::string post(std::string_view target, std::string_view body, std::string_view more = "") {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(more) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  }

  testing::virtual_clock time{testing::virtual_clock::blocking::waits_for_advance};
  listener_options options;
  std::shared_ptr<echo_handler> echo = std::make_shared<echo_handler>();
  std::optional<listener> on;
};

}  // namespace dynamo::http
