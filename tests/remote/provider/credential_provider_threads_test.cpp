#include <gtest/gtest.h>
#include <remote/provider/credential_provider.hpp>
#include <remote/provider/numbered_credentials.hpp>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;

TEST_F(numbered_credentials, keep_what_they_have_fetched) {
  const credential_provider one = provider();
  EXPECT_EQ(text_of(one.get()), "A1:k:t: until 2026-01-01T01:00:00");
  const credential_provider other = one;
  const shared_credentials held = other.cached(time.now());
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(one.get().value(), held);
  EXPECT_TRUE(one.is_current(held, time.now()));
  EXPECT_FALSE(one.is_current(nullptr, time.now()));
  EXPECT_FALSE(one.is_current(std::make_shared<auth::credentials>(*held), time.now()));
  EXPECT_EQ(agent.requests().size(), 1u);
}

TEST_F(numbered_credentials, are_not_asked_before_anybody_needs_them) {
  const credential_provider idle = provider();
  EXPECT_EQ(agent.requests().size(), 0u);
  EXPECT_EQ(cached(idle), "none");  // which begins a fetch, and does not wait for it
  wait_for(idle, "A1");
}

TEST_F(numbered_credentials, make_one_fetch_for_all_who_ask) {
  std::mutex gate;
  gate.lock();
  agent.answer_by([&](const asked&) {
    const std::scoped_lock wait(gate);
    return next();
  });
  const credential_provider of = provider();
  std::vector<std::unique_ptr<remembering_sink>> sinks;
  for (int i = 0; i < 10; ++i) of.start(*sinks.emplace_back(std::make_unique<remembering_sink>()));
  std::vector<std::future<std::string>> blocked;
  for (int i = 0; i < 10; ++i) {
    blocked.push_back(std::async(std::launch::async, [&] { return text_of(of.get()); }));
  }
  while (agent.requests().empty()) std::this_thread::yield();
  EXPECT_EQ(cached(of), "none");
  for (auto& each : sinks) EXPECT_FALSE(each->is_told());
  gate.unlock();
  for (auto& each : sinks) EXPECT_EQ(each->wait(), "A1:k:t: until 2026-01-01T01:00:00");
  for (auto& each : blocked) EXPECT_EQ(each.get(), "A1:k:t: until 2026-01-01T01:00:00");
  EXPECT_EQ(agent.requests().size(), 1u);
}

TEST_F(numbered_credentials, refresh_ahead_of_expiry_and_make_nobody_wait) {
  const credential_provider of = provider();
  const shared_credentials first = of.get().value();
  time.advance(45min - 1s);
  EXPECT_TRUE(of.is_current(first, time.now()));
  EXPECT_EQ(cached(of), "A1");
  EXPECT_EQ(agent.requests().size(), 1u);
  time.advance(5min + 1s);
  EXPECT_FALSE(of.is_current(first, time.now())) << "there is something to do";
  EXPECT_EQ(cached(of), "A1");
  wait_for(of, "A2");
  EXPECT_EQ(agent.requests().size(), 2u);
  EXPECT_EQ(first->access_key_id, "A1") << "who signs with them is not disturbed";
  EXPECT_FALSE(of.is_current(first, time.now()));
  time.advance(50min);
  EXPECT_EQ(of.get().value()->access_key_id, "A2") << "get() neither";
  wait_for(of, "A3");
}

TEST_F(numbered_credentials, serve_the_old_ones_while_they_live_when_the_source_is_gone) {
  const credential_provider of = provider();
  const shared_credentials first = of.get().value();
  agent.answer_by([](const asked&) { return http_answer(500, secret_named("x")); });
  time.advance(50min);
  EXPECT_EQ(cached(of), "A1");
  while (log.lines().empty()) std::this_thread::yield();
  EXPECT_TRUE(log.lines().starts_with(
      "credentials: those that are held are used until they expire, because they cannot be renewed: "
      "container agent at "))
      << log.lines();
  EXPECT_EQ(agent.requests().size(), 4u) << "three attempts";
  EXPECT_TRUE(of.is_current(first, time.now())) << "a minute's peace";
  EXPECT_EQ(cached(of), "A1");
  time.advance(10min);
  EXPECT_EQ(cached(of), "none") << "they have expired";
  const std::string text = text_of(of.get());
  EXPECT_TRUE(text.starts_with("unavailable: container agent at ")) << text;
  agent.answer_by([this](const asked&) { return next(); });
  EXPECT_EQ(text_of(of.get()), text) << "for a second";
  time.advance(1s);
  EXPECT_EQ(of.get().value()->access_key_id, "A2");
}

TEST_F(numbered_credentials, of_ec2_go_on_with_expired_ones_while_the_service_has_no_others) {
  env.erase("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  http_service imds{[this](const asked& request) {
    if (request.line.starts_with("PUT")) return http_answer(200, "token");
    return request.line.ends_with("/") ? http_answer(200, "app") : next();
  }};
  env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = imds.url();
  {
    const credential_provider of = provider();
    EXPECT_TRUE(of.get());
    imds.answer_by([](const asked&) { return http_answer(500, ""); });
    time.advance(24h);
    EXPECT_EQ(cached(of), "A1");
    EXPECT_TRUE(of.get());
  }
  EXPECT_EQ(log.lines().find(std::string(secret_mark)), std::string::npos);
}

TEST_F(numbered_credentials, fetch_others_when_the_service_rejects_them_but_not_in_a_storm) {
  const credential_provider of = provider();
  const shared_credentials first = of.get().value();
  of.invalidate(first);
  EXPECT_FALSE(of.is_current(first, time.now()));
  EXPECT_EQ(of.get().value()->access_key_id, "A2");
  of.invalidate(first);  // a late answer
  of.invalidate(nullptr);
  EXPECT_EQ(cached(of), "A2");
  of.invalidate(of.get().value());
  EXPECT_EQ(cached(of), "A2") << "once a minute";
  time.advance(1min);
  of.invalidate(of.get().value());
  EXPECT_EQ(of.get().value()->access_key_id, "A3");
  EXPECT_EQ(agent.requests().size(), 3u);
}

TEST_F(numbered_credentials, of_keys_at_hand_need_nobody) {
  env["AWS_ACCESS_KEY_ID"] = "K";
  env["AWS_SECRET_ACCESS_KEY"] = secret_named("k");
  env["AWS_CREDENTIAL_EXPIRATION"] = "2026-01-01T01:00:00Z";
  const credential_provider of = provider();
  const shared_credentials held = of.cached(time.now());
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(text_of(of.get()), "K:k:: until 2026-01-01T01:00:00");
  remembering_sink sink;
  of.start(sink);
  EXPECT_TRUE(sink.is_told());
  EXPECT_FALSE(of.forget(sink));
  of.invalidate(held);
  EXPECT_TRUE(of.is_current(held, time.now())) << "there are no others";
  time.advance(1h);
  EXPECT_EQ(cached(of), "none");
  EXPECT_FALSE(of.is_current(held, time.now()));
  EXPECT_EQ(text_of(of.get()), "unavailable: keys with the id K: the credentials have expired");
}

TEST_F(numbered_credentials, without_any_source_say_where_they_looked_and_what_works_without) {
  env = {{"HOME", home / ""}, {"AWS_EC2_METADATA_DISABLED", "true"}};
  const credential_provider of = provider();
  EXPECT_EQ(cached(of), "none");
  const std::string text = text_of(of.get());
  EXPECT_TRUE(text.starts_with("unavailable: No credentials for AWS are configured. Looked at: ")) << text;
  EXPECT_NE(text.find("dynamo::database::open(\"./data\")"), std::string::npos) << text;
  EXPECT_FALSE(of.made_from().plan.source);
}

TEST_F(numbered_credentials, make_callers_wait_no_longer_than_they_want) {
  agent.answer_by([](const asked&) { return ""; });
  const credential_provider of = provider();
  EXPECT_EQ(
      text_of(of.get(time.steady_now())),
      "timed_out: The call's time was over before it had credentials; they are fetched from: container agent at " +
          agent.url());
  auto late = std::async(std::launch::async, [&] { return text_of(of.get(time.steady_now() + 1s)); });
  time.wait_until_waiting(2);  // the request's time-out, and this
  time.advance(1s);
  EXPECT_TRUE(late.get().starts_with("timed_out: The call's time was over"));
  std::stop_source stop;
  auto stopped =
      std::async(std::launch::async, [&] { return text_of(of.get(time.steady_now() + 1h, stop.get_token())); });
  time.wait_until_waiting(2);
  stop.request_stop();
  EXPECT_EQ(stopped.get(), "cancelled: The call was cancelled while it waited for credentials");
  EXPECT_EQ(text_of(of.get(std::chrono::steady_clock::time_point::max(), stop.get_token())),
            "cancelled: The call was cancelled before it had credentials");
  remembering_sink sink;
  of.start(sink);
  EXPECT_TRUE(of.forget(sink));
  EXPECT_FALSE(of.forget(sink));
  EXPECT_FALSE(sink.is_told());
  while (agent.requests().empty()) std::this_thread::yield();  // it reads on a thread of its own
  EXPECT_EQ(agent.requests().size(), 1u) << "which goes on for the others";
}

TEST_F(numbered_credentials, that_go_end_a_request_and_tell_who_waits) {
  agent.answer_by([](const asked&) { return ""; });
  remembering_sink sink;
  {
    const credential_provider of = provider();
    of.start(sink);
    while (agent.requests().empty()) std::this_thread::yield();
  }
  EXPECT_TRUE(sink.is_told());
  EXPECT_EQ(sink.wait(), "cancelled: The fetch of credentials was ended, because whoever owned it is gone");
  EXPECT_EQ(time.waiting(), 0u);
}

TEST_F(numbered_credentials, that_go_in_an_outcome_leave_their_thread_to_itself) {
  remembering_sink first, second;
  auto last = std::make_unique<credential_provider>(provider());
  std::promise<void> gone;
  first.then = [&] {
    last.reset();
    gone.set_value();
  };
  std::mutex gate;
  gate.lock();
  agent.answer_by([&](const asked&) {
    const std::scoped_lock wait(gate);
    return next();
  });
  last->start(first);
  last->start(second);
  gate.unlock();
  gone.get_future().wait();
  EXPECT_EQ(second.wait(), "A1:k:t: until 2026-01-01T01:00:00");
}

TEST_F(numbered_credentials, are_asked_again_in_an_outcome) {
  const credential_provider of = provider();
  of.invalidate(of.get().value());
  remembering_sink first, second;
  first.then = [&] { of.start(second); };
  of.start(first);
  EXPECT_EQ(second.wait(), "A2:k:t: until 2026-01-01T01:00:00");
}

struct process_providers : source_world {
  /// Of the script, which prints good credentials unless it ends before.
  void process(const std::string& script, const std::string& arguments = "") const {
    write("script", script + "\nprintf '{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"" +
                        secret_named("k") + "\",\"SessionToken\":\"" + secret_named("t") + "\"}' \"$1\"\n");
    write(".aws/config", "[default]\ncredential_process = /bin/sh \"" + (home / "script") + "\" " + arguments + "\n");
  }
  ~process_providers() override { EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left"; }
};

TEST_F(process_providers, take_what_a_program_prints) {
  process("", "K");
  EXPECT_EQ(fetched(), "K:k:t:");
  process("[ $# = 4 ] && [ \"$2\" = 'a  b' ] && [ \"$3\" = '$HOME;`x`' ] && [ \"$4\" = \"it's\" ] || exit 9",
          "K 'a  b' \"\\$HOME;`x`\" it\\'s");
  EXPECT_EQ(fetched(), "unavailable: process /bin/sh: it ended with exit status 9")
      << "the backslash stays before a dollar";
  process("[ $# = 4 ] && [ \"$2\" = 'a  b' ] && [ \"$3\" = '$HOME;`x`' ] && [ \"$4\" = \"it's\" ] || exit 9",
          "K 'a  b' '$HOME;`x`' it\\'s");
  EXPECT_EQ(fetched(), "K:k:t:");
}

TEST_F(process_providers, say_what_went_wrong_and_no_more) {
  const std::string begin = "unavailable: process /bin/sh: ";
  const std::string argument = secret_named("argument");
  process("exit 3", argument);
  EXPECT_EQ(fetched(), begin + "it ended with exit status 3");
  process("kill -9 $$", argument);
  EXPECT_EQ(fetched(), begin + "it ended with signal 9");
  process("echo " + argument + "; exit 0", argument);
  EXPECT_TRUE(fetched().starts_with("decoding: process /bin/sh: ")) << fetched();
  process("exit 0", argument);
  EXPECT_TRUE(fetched().starts_with("decoding: process /bin/sh: ")) << fetched();
  process("exec yes " + argument, argument);
  EXPECT_EQ(fetched(), begin + "it printed more than 65536 bytes");
  write(".aws/config", "[default]\ncredential_process = " + (home / "none") + " " + argument + "\n");
  EXPECT_EQ(fetched(), "unavailable: process " + (home / "none") + ": it cannot be started: No such file or directory");
  write(".aws/config", "[default]\ncredential_process = sh 'open " + argument + "\n");
  EXPECT_TRUE(fetched().starts_with("invalid_argument: profile default (" + (home / "/.aws/config") +
                                    ", line 1): its credential_process cannot be split"))
      << fetched();
}

TEST_F(process_providers, kill_one_that_hangs_after_a_minute) {
  process("exec sleep 1000");
  const credential_provider of = provider();
  auto outcome = std::async(std::launch::async, [&] { return text_of(of.get()); });
  time.wait_until_waiting(1);
  time.advance(60s);
  EXPECT_EQ(outcome.get(), "unavailable: process /bin/sh: it has not ended in 60 seconds");
}

TEST_F(process_providers, that_go_kill_one_under_way) {
  process("echo > '" + (home / "begun") + "'; exec sleep 1000");
  remembering_sink sink;
  {
    const credential_provider of = provider();
    of.start(sink);
    while (!std::filesystem::exists(home / "begun")) std::this_thread::yield();
  }
  EXPECT_TRUE(sink.is_told());
}

TEST_F(numbered_credentials, are_shared_by_threads_that_do_everything_at_once) {
  constexpr int rounds = 300;
  std::atomic<int> running{4};
  const credential_provider of = provider();
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      // Until there were others: the thread that sets the clock ahead may have had no turn yet.
      for (int i = 0; i < rounds || number.load() < 2; ++i) {
        const credential_provider copy = of;
        const instant now = time.now();
        const shared_credentials held = copy.cached(now);
        if (held && *held->expires <= now) std::abort();
        if (copy.is_current(nullptr, now)) std::abort();
        if (random() % 16 == 0) copy.invalidate(held);
        if (random() % 8 == 0) {
          const auto got = copy.get(time.steady_now() + 1h);
          if (!got && got.error().code() != errc::timed_out && got.error().code() != errc::unavailable) std::abort();
        }
        if (random() % 8 == 0) {
          remembering_sink sink;
          copy.start(sink);
          if (random() % 2 == 0 || !copy.forget(sink)) sink.wait();
        }
        std::this_thread::yield();
      }
      --running;
    });
  }
  for (int i = 0; running > 0; ++i) {
    time.advance(i % 10 == 0 ? 1h : 5min);
    if (i % 20 == 10) agent.answer_by([](const asked&) { return http_answer(500, ""); });
    if (i % 20 == 15) agent.answer_by([this](const asked&) { return next(); });
    for (int n = 0; n < 50; ++n) std::this_thread::yield();
  }
  for (std::thread& each : threads) each.join();
  EXPECT_GT(number.load(), 1);
}

}  // namespace
}  // namespace dynamo::aws
