#include "pool_peers.hpp"

#include <gtest/gtest.h>
#include <http/pool/client_pool.hpp>
#include <support/seeds.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace dynamo::http {
namespace {

using testing_support::peer_connection;

/// A host that answers, or breaks a connection before, amid or after an answer, and knows how often it has been asked for each target.
class moody_peer {
 public:
  explicit moody_peer(std::uint64_t seed) : seed_(seed) {}

  counting_peer::script script() {
    return [this](peer_connection& to, std::size_t number) {
      std::mt19937_64 random(seed_ + number);
      for (std::string head = to.receive_head(); !head.empty(); head = to.receive_head()) {
        const std::string target = counting_peer::target_of(head);
        {
          const std::scoped_lock lock(mutex_);
          ++asked_[target];
        }
        const std::string answer = ok_response(target);
        switch (random() % 12) {
          case 0: return;
          case 1: return to.reset();
          case 2: to.send(answer.substr(0, random() % answer.size())); return;
          case 3: to.send(answer); return;
          case 4:
            to.send(answer);
            to.end_sending();
            return to.wait_for_end();
          default: to.send(answer);
        }
      }
    };
  }
  std::size_t asked(const std::string& target) {
    const std::scoped_lock lock(mutex_);
    return asked_[target];
  }

 private:
  const std::uint64_t seed_;
  std::mutex mutex_;
  std::map<std::string, std::size_t> asked_;
};

/// One request, and what came of it.
struct attempt_of_one {
  std::string target, head;
  bool repeatable = false;
  std::expected<client_response, exchange_failure> got;

  exchange_request request() const {
    exchange_request r(head, {});
    r.repeatable = repeatable;
    return r;
  }
};

/// Starts one request after another.
class starter final : public exchange_sink {
 public:
  starter(client_pool& pool, std::vector<attempt_of_one>& all, std::latch& done)
      : pool_(pool), all_(all), done_(done) {}
  void start() { pool_.start(all_[at_].request(), stop.get_token(), *this); }
  void complete(std::expected<client_response, exchange_failure> got) noexcept override {
    all_[at_].got = std::move(got);
    if (++at_ < all_.size()) return start();
    done_.count_down();
  }
  std::stop_source stop;

 private:
  client_pool& pool_;
  std::vector<attempt_of_one>& all_;
  std::latch& done_;
  std::size_t at_ = 0;
};

/// Whatever breaks, and whoever gives up: every request has an outcome, and it is true.
TEST(pool_faults, outcomes_say_the_truth_and_nothing_is_sent_twice_but_what_may_be) {
  testing_support::for_each_seed(20, [](std::mt19937_64& random) {
    constexpr std::size_t callers = 6, requests = 40;
    moody_peer moody(random());
    std::vector<std::vector<attempt_of_one>> all(callers);
    for (std::size_t i = 0; i < callers; ++i) {
      for (std::size_t j = 0; j < requests; ++j) {
        attempt_of_one one;
        one.target = "/" + std::to_string(i) + "-" + std::to_string(j);
        one.head = get(one.target);
        one.repeatable = random() % 2 == 0;
        all[i].push_back(std::move(one));
      }
    }
    {
      counting_peer peer(moody.script());
      client_pool pool(here(peer), at_most(1 + random() % 5));
      std::latch done(callers / 2);
      std::vector<std::unique_ptr<starter>> starters;
      std::vector<std::thread> threads;
      for (std::size_t i = 0; i < callers; ++i) {
        if (i % 2 == 0) {
          starters.push_back(std::make_unique<starter>(pool, all[i], done));
        } else {
          threads.emplace_back([&pool, &mine = all[i]] {
            for (attempt_of_one& each : mine) each.got = pool.send(each.request());
          });
        }
      }
      for (const auto& each : starters) each->start();
      const std::size_t gives_up = random() % 8;  // one of them, perhaps
      if (gives_up < starters.size()) starters[gives_up]->stop.request_stop();
      for (std::thread& each : threads) each.join();
      done.wait();
      EXPECT_EQ(pool.counts().waiters, 0u);
      EXPECT_EQ(pool.counts().connections, pool.counts().idle);
    }
    for (const auto& of_one : all) {
      for (const attempt_of_one& each : of_one) {
        const std::size_t asked = moody.asked(each.target);
        EXPECT_LE(asked, each.repeatable ? 2u : 1u) << each.target;
        if (each.got) {
          EXPECT_EQ(each.got->body.view(), each.target);
          EXPECT_GE(asked, 1u);
        } else if (!each.got.error().sent) {
          EXPECT_EQ(asked, 0u) << each.target << ": " << each.got.error().message;
        }
      }
    }
  });
}

}  // namespace
}  // namespace dynamo::http
