#pragma once

#include "../support/http_endpoint.hpp"
#include "../support/scratch_folder.hpp"

#include <dynamo/database.hpp>
#include <dynamo/server.hpp>
#include <dynamo/testing/file_systems.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace dynamo::model {

/// The machine's time, until it is set or stands still. Writers ask for it between reading the old item and queueing up: now and then another goes first
/// there.
class restless_clock final : public clock {
 public:
  instant now() const noexcept override {
    if (asked_.fetch_add(1, std::memory_order_relaxed) % 5 == 0) std::this_thread::yield();
    const instant shown = stands_ ? stood_at_ + passed_.load(std::memory_order_relaxed) : system_clock().now();
    return shown + set_by_.load(std::memory_order_relaxed);
  }
  std::chrono::microseconds elapsed() const noexcept override {
    return stands_ ? passed_.load(std::memory_order_relaxed) : system_clock().elapsed();
  }
  std::string_view boot_id() const noexcept override { return boot_id_; }
  /// Not while somebody reads it.
  void restart_machine() { boot_id_ += '\''; }
  /// What now() shows more than the machine's clock.
  void set(std::chrono::microseconds by) { set_by_ = by; }
  /// From now on time passes only when pass() says so. Before anybody reads it.
  void stand_still() {
    stood_at_ = system_clock().now();
    stands_ = true;
  }
  void pass(std::chrono::microseconds time) { passed_ = passed_.load() + time; }

 private:
  mutable std::atomic<unsigned> asked_ = 0;
  std::atomic<std::chrono::microseconds> set_by_{};
  bool stands_ = false;
  instant stood_at_{};
  std::atomic<std::chrono::microseconds> passed_{std::chrono::microseconds(1)};
  std::string boot_id_ = "boot";
};

/// The database a test works on: in memory, or on a disk that loses what was not synced when told to; in the same process, or
/// behind a server and a connection over loopback.
class storage {
 public:
  enum class kind : std::uint8_t { memory, disk, memory_over_http, disk_over_http };
  explicit storage(kind what, testing::simulated_disk_options disk = {}) : what_(what), disk_options_(disk) {}

  /// Says what went wrong, if anything. Once opened, memory stays.
  std::optional<std::string> open();
  /// The last handle goes: what is queued is settled first.
  void close() {
    remote_.reset();
    serving_.reset();
    opened_.reset();
  }
  bool on_disk() const { return what_ == kind::disk || what_ == kind::disk_over_http; }
  bool over_http() const { return what_ == kind::memory_over_http || what_ == kind::disk_over_http; }
  /// Every later call of the database's file system fails. Close it then, and open it again.
  void crash() { disk_->crash(); }
  void crash_torn(std::uint64_t seed) { disk_->crash_with_torn_tail(seed); }

  /// Tables have the throughput that was provisioned, by a clock that only pass() moves. Before the first open().
  void enforce_throughput() {
    throughput_ = throughput_rule::enforced;
    time_.stand_still();
  }
  void pass(std::chrono::microseconds time) { time_.pass(time); }
  /// What vector indexes may take in memory. Before the first open().
  void bound_vectors(std::size_t bytes) { vector_bytes_ = bytes; }
  void set_clock(std::chrono::microseconds by) { time_.set(by); }
  /// What the database takes for the time.
  instant now() const { return time_.now(); }
  /// What is opened next is opened in another boot of the machine. Closes the database.
  void restart_machine() {
    close();
    time_.restart_machine();
  }

  endpoint& db() { return *shared_db(); }
  std::shared_ptr<endpoint> shared_db() { return remote_ ? remote_ : opened_->endpoint(); }
  testing::simulated_disk& disk() { return *disk_; }
  const std::string path() const { return folder_ / "db"; }

 private:
  std::optional<std::string> open_database();

  kind what_;
  restless_clock time_;
  throughput_rule throughput_ = throughput_rule::unlimited;
  std::optional<std::size_t> vector_bytes_;
  testing::simulated_disk_options disk_options_;
  testing_support::scratch_folder folder_;
  std::optional<testing::simulated_disk> disk_;
  std::optional<database> opened_;
  std::optional<server> serving_;
  std::shared_ptr<endpoint> remote_;
};

inline std::optional<std::string> storage::open() {
  if (auto failed = open_database()) return failed;
  if (!over_http() || remote_) return std::nullopt;
  server_options options;
  options.listen.threads = 2;
  auto serving = server::start(opened_->endpoint(), options);
  if (!serving) return "serving: " + serving.error().describe();
  serving_.emplace(*std::move(serving));
  remote_ = std::make_shared<testing_support::http_endpoint>(serving_->port());
  return std::nullopt;
}

inline std::optional<std::string> storage::open_database() {
  database_options options;
  options.time = &time_;
  options.throughput = throughput_;
  if (vector_bytes_) options.vector_memory_bytes = *vector_bytes_;
  if (!on_disk()) {
    if (opened_) return std::nullopt;
    auto opened = database::in_memory(options);
    if (!opened) return opened.error().describe();
    opened_ = *opened;
    return std::nullopt;
  }
  close();
  disk_.emplace(disk_options_);
  options.files = disk_->files();
  options.cache_bytes = 1u << 20;
  auto opened = database::open(path(), options);
  if (!opened) return "opening: " + opened.error().describe();
  opened_ = *opened;
  return std::nullopt;
}

}  // namespace dynamo::model
