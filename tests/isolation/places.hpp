#pragma once

#include "../model/storage.hpp"
#include "../support/served_program.hpp"
#include "recorder.hpp"

#include <optional>
#include <random>
#include <string>
#include <utility>

namespace dynamo::isolation {

/// A database of this process, also behind a server of this process; its crash is a cut of the power, with what was not synced gone, or some of it.
class in_process final : public crashable {
 public:
  explicit in_process(model::storage::kind what, std::uint64_t seed = 1) : on_(what), random_(seed) {}
  /// Before anything else.
  std::optional<std::string> open() { return on_.open(); }

  endpoint& db() override { return on_.db(); }
  void crash() override {
    if (random_() % 2 == 0) return on_.crash();
    on_.crash_torn(random_());
  }
  std::optional<std::string> reopen() override {
    on_.close();
    return on_.open();
  }

 private:
  model::storage on_;
  std::mt19937_64 random_;
};

/// `dynamo serve` in a process of its own, on a directory; its crash is a SIGKILL.
class in_a_program final : public crashable {
 public:
  explicit in_a_program(std::string program) : program_(std::move(program)) {}
  std::optional<std::string> open() {
    running_.emplace(program_, folder_ / "db");
    if (running_->is_ready()) return std::nullopt;
    return "the server says " + running_->ready();
  }

  endpoint& db() override { return running_->db(); }
  void crash() override { running_->kill(); }
  std::optional<std::string> reopen() override {
    if (!running_->was_killed()) return "the server ended by itself";
    return open();
  }

 private:
  const std::string program_;
  testing_support::scratch_folder folder_;
  std::optional<testing_support::served_program> running_;
};

}  // namespace dynamo::isolation
