/// How long a get waits on a thread that serves full scans too, as the server's threads do: scans that start() executes in slices, and beside
/// them scans that the thread executes to the end.
///
///     long_read_bench [--quick]
#include "order_database.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace dynamo::bench {
namespace {

using clock = std::chrono::steady_clock;
constexpr unsigned scans_at_once = 4;
constexpr auto between_gets = std::chrono::microseconds(500);

std::string call(endpoint& db, operation_name operation, std::string_view body) {
  return std::string(must(db.call(request(operation, json::buffer(body)))).body.view());
}

std::string key(unsigned number) { return R"({"p":{"N":")" + std::to_string(number) + R"("}})"; }

void fill(endpoint& db, unsigned items) {
  call(db, operation_name::create_table,
       R"({"TableName":"all","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"N"}],)"
       R"("KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
  for (unsigned number = 0; number < items; ++number) {
    std::string item = key(number);
    item.pop_back();
    call(db, operation_name::put_item,
         R"({"TableName":"all","Item":)" + item + R"(,"text":{"S":")" + std::string(350, 'x') + R"("}}})");
  }
}

enum class scans : std::uint8_t { none, in_slices, to_the_end };

/// Pages that are to be scanned; their completions ask for the next one, from any thread.
class scanners final : public reply_sink {
 public:
  explicit scanners(scans how) : wanted_(how == scans::none ? 0 : scans_at_once), how_(how) {}

  void serve_one(endpoint& db) {
    {
      const std::scoped_lock held(mutex_);
      if (wanted_ == 0) return;
      --wanted_;
      ++under_way_;
    }
    request page(operation_name::scan, json::buffer(std::string_view(R"({"TableName":"all"})")));
    if (how_ == scans::in_slices) return db.start(std::move(page), *this);
    complete(db.call(std::move(page)));
  }
  void complete(result<reply> came) noexcept override {
    if (!came) give_up("a scan failed");
    const std::scoped_lock held(mutex_);
    ++pages_;
    --under_way_;
    if (!stopping_) ++wanted_;
  }
  void stop() {
    for (stopping_ = true;; std::this_thread::yield()) {
      const std::scoped_lock held(mutex_);
      wanted_ = 0;
      if (under_way_ == 0) return;
    }
  }
  std::uint64_t pages() const { return pages_; }

 private:
  std::mutex mutex_;
  unsigned wanted_;
  unsigned under_way_ = 0;
  std::uint64_t pages_ = 0;
  std::atomic<bool> stopping_ = false;
  const scans how_;
};

struct get_sink final : reply_sink {
  clock::time_point at;
  void complete(result<reply> came) noexcept override {
    if (!came) give_up("a get failed");
    at = clock::now();
  }
};

void measure(endpoint& db, std::string_view name, scans how, unsigned gets) {
  scanners beside(how);
  std::vector<double> waited;
  auto due = clock::now();
  while (waited.size() < gets) {
    beside.serve_one(db);
    for (; due <= clock::now() && waited.size() < gets; due += between_gets) {
      get_sink told;
      db.start(request(operation_name::get_item, json::buffer(R"({"TableName":"all","Key":)" + key(7) + "}")), told);
      waited.push_back(std::chrono::duration<double, std::micro>(told.at - due).count());
    }
  }
  beside.stop();
  std::ranges::sort(waited);
  const auto percentile = [&](std::size_t of_thousand) { return waited[(waited.size() - 1) * of_thousand / 1000]; };
  std::printf("| %-40.*s | %8.0f | %8.0f | %8.0f | %6llu |\n", static_cast<int>(name.size()), name.data(),
              percentile(500), percentile(990), percentile(999), static_cast<unsigned long long>(beside.pages()));
}

void run(bool quick) {
  const auto opened = must(database::in_memory());
  endpoint& db = *opened.endpoint();
  fill(db, quick ? 5'000 : 20'000);
  const unsigned gets = quick ? 1'000 : 10'000;
  std::printf("\nA get every 0.5 ms on a thread that serves four full scans too (pages of 1 MB)\n");
  std::printf("| beside it | p50 us | p99 us | p99.9 us | pages |\n|---|---:|---:|---:|---:|\n");
  measure(db, "nothing", scans::none, gets);
  measure(db, "scans in slices, as start() runs them", scans::in_slices, gets);
  measure(db, "scans to the end, as call() runs them", scans::to_the_end, gets);
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  bool quick = false;
  for (int i = 1; i < argc; ++i) quick = quick || std::string_view(argv[i]) == "--quick";
  dynamo::bench::run(quick);
}
