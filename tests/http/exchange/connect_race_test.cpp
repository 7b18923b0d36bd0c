#include <http/exchange/connect_race.hpp>

#include <gtest/gtest.h>
#include <http/exchange/name_lookup.hpp>
#include <http/message/request_text.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

namespace dynamo::http {
namespace {

using namespace std::chrono_literals;
constexpr connect_race::time_point begin{1h};

/// All that are to be started now: "01".
std::string started(connect_race& race, std::chrono::milliseconds at) {
  std::string all;
  while (const auto next = race.next(begin + at)) all += std::to_string(*next);
  return all;
}

TEST(connect_race, the_next_address_is_tried_when_the_last_one_has_not_answered_for_a_while) {
  connect_race race(3);
  EXPECT_EQ(started(race, 0ms), "0");
  EXPECT_EQ(race.next_at(), begin + 250ms);
  EXPECT_EQ(started(race, 249ms), "");
  EXPECT_EQ(started(race, 250ms), "1");
  EXPECT_EQ(race.next_at(), begin + 500ms);
  EXPECT_EQ(started(race, 600ms), "2");
  EXPECT_EQ(race.next_at(), connect_race::never);
  EXPECT_EQ(started(race, 1h), "");
  EXPECT_FALSE(race.lost());
}

TEST(connect_race, the_next_address_is_tried_at_once_when_all_have_failed) {
  connect_race race(3);
  EXPECT_EQ(started(race, 0ms), "0");
  race.failed();
  EXPECT_FALSE(race.lost());
  EXPECT_EQ(started(race, 1ms), "1");
  EXPECT_EQ(started(race, 251ms), "2");
  race.failed();
  EXPECT_EQ(started(race, 252ms), "");
  EXPECT_FALSE(race.lost()) << "one is under way";
  race.failed();
  EXPECT_TRUE(race.lost());
}

TEST(connect_race, a_failure_beside_one_that_is_under_way_hurries_nobody) {
  connect_race race(3);
  EXPECT_EQ(started(race, 0ms), "0");
  EXPECT_EQ(started(race, 250ms), "1");
  race.failed();
  EXPECT_EQ(started(race, 300ms), "");
  EXPECT_EQ(started(race, 500ms), "2");
}

TEST(connect_race, no_address_is_lost_at_once_and_too_many_are_not_tried) {
  EXPECT_TRUE(connect_race(0).lost());
  connect_race many(1'000);
  for (std::size_t i = 0; i < connect_race::addresses_max; ++i) {
    EXPECT_EQ(started(many, 0ms), std::to_string(i));
    many.failed();
  }
  EXPECT_TRUE(many.lost());
}

TEST(name_lookup, families_take_turns) {
  const auto mixed = [](std::string_view families) {
    std::vector<socket_address> all;
    for (std::size_t i = 0; i < families.size(); ++i) {
      all.emplace_back();
      all.back().bytes.ss_family = families[i] == '6' ? AF_INET6 : AF_INET;
      all.back().size = static_cast<socklen_t>(i);  // which it was
    }
    alternate_families(all);
    std::string text;
    for (const auto& each : all) text += std::to_string(each.size);
    return text;
  };
  EXPECT_EQ(mixed(""), "");
  EXPECT_EQ(mixed("6"), "0");
  EXPECT_EQ(mixed("6644"), "0213");
  EXPECT_EQ(mixed("4446"), "0312");
  EXPECT_EQ(mixed("6666"), "0123");
  EXPECT_EQ(mixed("46464"), "01234");
}

TEST(name_lookup, numbers_are_their_own_addresses) {
  const auto four = system_name_lookup().find(address("127.0.0.1", 80));
  ASSERT_TRUE(four);
  ASSERT_EQ(four->size(), 1u);
  EXPECT_EQ((*four)[0].bytes.ss_family, AF_INET);
  EXPECT_EQ((*four)[0].size, sizeof(sockaddr_in));
}

TEST(request_text, a_head_has_the_host_the_fields_and_the_length) {
  const auto written = [](const client_request& r) {
    std::string out = "what was there";
    write_request_head(out, r, "host:1");
    return out;
  };
  EXPECT_EQ(written({"GET", "/a?b"}), "GET /a?b HTTP/1.1\r\nHost: host:1\r\n\r\n");
  EXPECT_EQ(written({"POST", "/"}), "POST / HTTP/1.1\r\nHost: host:1\r\nContent-Length: 0\r\n\r\n");
  client_request r("DELETE", "/", "body");
  r.add_field("A", "b");
  EXPECT_EQ(written(r), "DELETE / HTTP/1.1\r\nHost: host:1\r\nA: b\r\nContent-Length: 4\r\n\r\n");
}

}  // namespace
}  // namespace dynamo::http
