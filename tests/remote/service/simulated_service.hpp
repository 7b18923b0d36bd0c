#pragma once

#include <dynamo/http/detail/crc32.hpp>
#include <dynamo/http/request_head.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <remote/service/simulated_world.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::aws {

/// What a service does with one request, and how its answer goes out.
struct service_act {
  enum class manner : std::uint8_t {
    whole,
    never,           ///< nothing more comes
    ends,            ///< the connection is closed, without an answer
    half_closes,     ///< the same, before the request is executed
    cut_short,       ///< the head promises more than comes
    wrong_checksum,  ///< of a body that was changed on the way
    garbage,         ///< no HTTP
    twice,           ///< the answer comes a second time, which nobody asked for
    closes,          ///< the answer is whole, and the last one of its connection
    after_interim,   ///< 100 Continue before it
    chunked,
  };
  bool executes = true;
  unsigned status = 200;
  std::string body;  ///< empty: what the execution answers
  std::string fields;
  manner how = manner::whole;
};

/// DynamoDB in a few lines: numbers by key, which requests add to, put and read. Remembers all that it ever held, and what each call did.
class simulated_service {
 public:
  using microseconds = std::chrono::microseconds;

  simulated_service(simulated_world& world, std::size_t calls) : world_(world), executed_(calls), heard_(calls) {
    using namespace std::chrono_literals;
    if (world_.chance(10)) ahead_ = world_.chance(50) ? 11min : -11min;
  }

  /// Decides on a request that came whole.
  service_act act_on(const http::request_head& head) {
    using namespace std::chrono_literals;
    using manner = service_act::manner;
    service_act act;
    if (const auto off = time_of(head.field("X-Amz-Date")) - now(); off > 5min || off < -5min) {
      world_.note("a refused clock");
      return refusal(400, "com.amazon.coral.service#RequestTimeTooSkewed");
    }
    if (world_.strikes(3))
      return noted("throttled", refusal(400, "com.amazonaws.dynamodb.v20120810#ThrottlingException"));
    if (world_.strikes(2)) {
      act = refusal(400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException");
      act.fields += "x-amz-retry-after: 700\r\n";
      return noted("throttled, with a time", act);
    }
    if (world_.strikes(1)) return noted("invalid", refusal(400, "com.amazon.coral.validate#ValidationException"));
    if (world_.strikes(2))
      return noted("unavailable", refusal(503, "com.amazonaws.dynamodb.v20120810#ServiceUnavailable"));
    if (world_.strikes(3)) {
      act = refusal(500, "com.amazonaws.dynamodb.v20120810#InternalServerError");
      act.executes = world_.chance(50);
      return noted(act.executes ? "500 after execution" : "500 before execution", act);
    }
    if (world_.strikes(2)) {
      act.status = 502 + static_cast<unsigned>(world_.up_to(2));
      act.body = "<html>Bad Gateway</html>";
      act.executes = world_.chance(50);
      return noted(act.executes ? "a gateway's error after execution" : "a gateway's error", act);
    }
    act.executes = world_.chance(70);
    if (world_.strikes(2)) return noted("no answer", with(act, manner::never));
    if (world_.strikes(3)) return noted("an end instead of an answer", with(act, manner::ends));
    act.executes = true;
    if (world_.strikes(2)) return noted("half closed", with(act, manner::half_closes));
    if (world_.strikes(2)) return noted("cut short", with(act, manner::cut_short));
    if (world_.strikes(2)) return noted("wrong checksum", with(act, manner::wrong_checksum));
    if (world_.strikes(2)) return noted("garbage", with(act, manner::garbage));
    if (world_.strikes(1)) return noted("answered twice", with(act, manner::twice));
    if (world_.chance(5)) return with(act, manner::closes);
    if (world_.chance(2)) return with(act, manner::after_interim);
    if (world_.chance(10)) return with(act, manner::chunked);
    return act;
  }

  /// A refusal that comes before the request is whole.
  service_act refuse_early() {
    service_act act = refusal(503, "com.amazonaws.dynamodb.v20120810#ServiceUnavailable");
    act.how = service_act::manner::closes;
    return noted("refused early", act);
  }

  /// What a request does, and its answer.
  std::string execute(std::string_view target, std::string_view body) {
    const std::size_t call = number_in(body, "\"call\":");
    const std::size_t key = number_in(body, "\"k\":");
    std::vector<change>& past = held_[key];
    if (past.empty()) past.push_back({microseconds(0), 0});
    if (target.ends_with("UpdateItem")) {
      past.push_back({world_.now(), past.back().value + 1});
      ++executed_.at(call);
    } else if (target.ends_with("PutItem")) {
      past.push_back({world_.now(), number_in(body, "\"put\":")});
      ++executed_.at(call);
    }
    return fmt::format(R"({{"call":{},"n":{},"padding":"{}"}})", call, past.back().value,
                       std::string(world_.chance(10) ? world_.up_to(4'000) : 0, '.'));
  }
  void hear(std::string_view body) { ++heard_.at(number_in(body, "\"call\":")); }

  std::string response(const service_act& act, const std::string& body) {
    using manner = service_act::manner;
    if (act.how == manner::garbage) return "SSH-2.0-OpenSSH_9.2p1 and what else a wrong port says\r\n\r\n";
    std::string head = fmt::format("HTTP/1.1 {} Said\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n{}", act.status,
                                   fmt::gmtime(std::chrono::system_clock::to_time_t(
                                       std::chrono::time_point_cast<std::chrono::system_clock::duration>(now()))),
                                   act.fields);
    const bool checked = act.how == manner::wrong_checksum || (act.status == 200 && world_.chance(50));
    if (checked)
      head += fmt::format("x-amz-crc32: {}\r\n", http::crc32(body) ^ (act.how == manner::wrong_checksum ? 4u : 0u));
    if (act.how == manner::closes) head += "Connection: close\r\n";
    if (act.how == manner::chunked) {
      const std::size_t half = body.size() / 2;
      return head + fmt::format("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n", half,
                                body.substr(0, half), body.size() - half, body.substr(half));
    }
    std::string whole = head + fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
    if (act.how == manner::twice) whole += whole;
    if (act.how == manner::after_interim) whole.insert(0, "HTTP/1.1 100 Continue\r\n\r\n");
    if (act.how == manner::cut_short) whole.resize(whole.size() - 1 - world_.up_to(whole.size() - 2));
    return whole;
  }

  unsigned executed(std::size_t call) const { return executed_.at(call); }
  unsigned heard(std::size_t call) const { return heard_.at(call); }
  /// Whether a key held that at some time between.
  bool held(std::size_t key, std::size_t value, microseconds from, microseconds until) const {
    const auto found = held_.find(key);
    if (found == held_.end()) return value == 0;
    const std::vector<change>& past = found->second;
    for (std::size_t i = 0; i < past.size(); ++i) {
      const bool began = past[i].since <= until;
      const bool lasted = i + 1 == past.size() || past[i + 1].since >= from;
      if (past[i].value == value && began && lasted) return true;
    }
    return false;
  }
  static std::size_t number_in(std::string_view text, std::string_view name) {
    std::size_t number = 0;
    const std::size_t at = text.find(name);
    if (at == std::string_view::npos) {
      ADD_FAILURE() << "no " << name << " in " << text;
      return 0;
    }
    std::from_chars(text.data() + at + name.size(), text.data() + text.size(), number);
    return number;
  }

 private:
  struct change {
    microseconds since;
    std::size_t value;
  };

  static service_act with(service_act act, service_act::manner how) {
    act.how = how;
    return act;
  }
  static service_act refusal(unsigned status, std::string_view type) {
    service_act act;
    act.executes = false;
    act.status = status;
    act.body = fmt::format(R"({{"__type":"{}","message":"no"}})", type);
    return act;
  }
  service_act noted(std::string_view what, service_act act) {
    world_.note(what);
    return act;
  }
  instant now() const { return world_.time.now() + ahead_; }
  /// "20260101T000000Z"
  static instant time_of(std::string_view text) {
    int y = 0, h = 0, min = 0, s = 0;
    unsigned m = 0, d = 0;
    const std::string copy(text);
    EXPECT_EQ(std::sscanf(copy.c_str(), "%4d%2u%2uT%2d%2d%2dZ", &y, &m, &d, &h, &min, &s), 6) << text;
    using namespace std::chrono;
    return instant(sys_days(year_month_day(year(y), month(m), day(d))) + hours(h) + minutes(min) + seconds(s));
  }

  simulated_world& world_;
  std::chrono::minutes ahead_{0};
  std::map<std::size_t, std::vector<change>> held_;
  std::vector<unsigned> executed_;  // writes, by call
  std::vector<unsigned> heard_;     // requests that came whole, by call
};

}  // namespace dynamo::aws
