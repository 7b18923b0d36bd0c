#include "durability.hpp"

#include "movies/write_plan.hpp"
#include "support/process.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <thread>

namespace demo {
namespace {

using namespace std::chrono_literals;

constexpr auto timeout = 60s;  // without any word from a child

/// When the loader dies: so many acknowledgements and so much time after its start.
struct kill_moment {
  std::uint64_t acknowledgements;
  std::chrono::microseconds then;
};

/// Mostly in the midst of writing; now and then early, while the loader still recovers the database.
kill_moment draw_moment(std::mt19937_64& random, bool may_be_early) {
  const bool early = may_be_early && random() % 4 == 0;
  const std::uint64_t after = early ? 0 : 1 + random() % 600;
  return {after, std::chrono::microseconds(random() % (early ? 60'000 : 4'000))};
}

/// Counts acknowledgements as they come out of the pipe.
class acknowledgement_counter {
 public:
  explicit acknowledgement_counter(std::vector<std::uint64_t>& counts) : counts_(counts) {}

  /// False if a writer's acknowledgements do not follow each other.
  bool take(std::string& bytes) {
    std::size_t at = 0;
    for (; bytes.size() - at >= sizeof(acknowledgement); at += sizeof(acknowledgement), ++taken_) {
      acknowledgement one{};
      std::memcpy(&one, bytes.data() + at, sizeof one);
      if (one.writer >= counts_.size() || one.ordinal != counts_[one.writer]) return false;
      ++counts_[one.writer];
    }
    bytes.erase(0, at);
    return true;
  }
  std::uint64_t taken() const { return taken_; }

 private:
  std::vector<std::uint64_t>& counts_;
  std::uint64_t taken_ = 0;
};

/// Runs the loader until it is killed. Returns what went wrong, or the number of writes acknowledged in this round.
dynamo::result<std::uint64_t> load_and_kill(durability_task& task, kill_moment when) {
  const auto odd = [](std::string why) { return dynamo::fail(dynamo::errc::unavailable, std::move(why)); };
  auto loader = child_process::start(program_folder() + "/dynamo_demo_loader", task.to_arguments());
  if (!loader) return std::unexpected(loader.error());
  acknowledgement_counter counter(task.acknowledged);
  std::string bytes;
  while (counter.taken() < when.acknowledgements) {
    if (!loader->read_some(bytes, timeout)) {
      loader->send_signal(SIGKILL);
      return odd(fmt::format("the loader stopped before it was killed: it {}", loader->wait().to_string()));
    }
    if (!counter.take(bytes)) return odd("the loader's acknowledgements do not follow each other");
  }
  std::this_thread::sleep_for(when.then);
  loader->send_signal(SIGKILL);
  while (loader->read_some(bytes, timeout)) {  // what was in the pipe was acknowledged
    if (!counter.take(bytes)) return odd("the loader's acknowledgements do not follow each other");
  }
  const child_process::ending end = loader->wait();
  if (end.signal != SIGKILL) return odd(fmt::format("the loader was to be killed, but {}", end.to_string()));
  return counter.taken();
}

/// What the verifier said.
class verdict {
 public:
  static dynamo::result<verdict> ask(const durability_task& task) {
    auto verifier = child_process::start(program_folder() + "/dynamo_demo_verifier", task.to_arguments());
    if (!verifier) return std::unexpected(verifier.error());
    verdict said;
    const std::string text = verifier->read_all(timeout);
    said.end_ = verifier->wait();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size()), space = text.find(' ', at);
      if (space < end) said.add(text.substr(at, space - at), text.substr(space + 1, end - space - 1));
      at = end + 1;
    }
    return said;
  }

  bool all_there() const { return end_.ok(); }
  /// Losses were found, or the database itself refused to open because synced data is missing.
  bool losses_found() const { return end_.signal == 0 && (end_.code == 1 || refused()); }
  bool refused() const { return end_.signal == 0 && end_.code == 3; }
  std::uint64_t number(const char* name) const {
    const auto at = numbers_.find(name);
    return at == numbers_.end() ? 0 : at->second;
  }
  const std::vector<std::string>& examples() const { return examples_; }

  std::string to_string() const {
    if (refused()) return "the database refuses to open: " + message_;
    if (end_.signal != 0 || end_.code > 1) return fmt::format("the verifier {}: {}", end_.to_string(), message_);
    const std::string lost = fmt::format("{} items and {} change records lost, {} torn", grouped(number("items_lost")),
                                         grouped(number("records_lost")), grouped(number("torn")));
    const std::uint64_t more = number("unacknowledged");
    return more == 0 ? lost : fmt::format("{} ({} more had got to the disk)", lost, more);
  }

 private:
  void add(const std::string& name, std::string rest) {
    if (name == "message") {
      message_ = std::move(rest);
    } else if (name == "example") {
      examples_.push_back(std::move(rest));
    } else {
      std::from_chars(rest.data(), rest.data() + rest.size(), numbers_[name]);
    }
  }

  child_process::ending end_;
  std::map<std::string, std::uint64_t, std::less<>> numbers_;
  std::vector<std::string> examples_;
  std::string message_;
};

std::uint64_t sum(const std::vector<std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

/// One life and death of the loader, told in a line.
bool one_round(screen& out, durability_task& task, unsigned round, kill_moment when) {
  const auto acknowledged = load_and_kill(task, when);
  if (!acknowledged) return out.check(false, fmt::format("round {}: {}", round, acknowledged.error().message()));
  const auto found = verdict::ask(task);
  if (!found) return out.check(false, fmt::format("round {}: {}", round, found.error().message()));
  const bool expected = task.disk == disk_kind::lying ? found->losses_found() : found->all_there();
  const std::string moment =
      fmt::format("{:.1f} ms after {}", std::chrono::duration<double, std::milli>(when.then).count(),
                  when.acknowledgements == 0 ? "its start" : "acknowledgement " + grouped(when.acknowledgements));
  out.check(expected, fmt::format("round {}: killed {}; of {} acknowledged writes {}", round, moment,
                                  grouped(sum(task.acknowledged)), found->to_string()));
  if (!expected || task.disk == disk_kind::lying) {
    for (const std::string& example : found->examples()) out.answer(example);
  }
  return expected;
}

}  // namespace

step_report prove_durability(screen& out, const durability_plan& plan, disk_kind disk) {
  const auto begin = std::chrono::steady_clock::now();
  durability_task task;
  task.directory = plan.folder + "/" + std::string(to_string(disk));
  task.disk = disk;
  task.input = plan.input;
  task.acknowledged.assign(plan.writers, 0);
  std::filesystem::create_directories(task.directory);

  std::mt19937_64 random(plan.seed + static_cast<std::uint64_t>(disk));
  const unsigned rounds = disk == disk_kind::lying ? 1 : plan.rounds;
  unsigned held = 0;
  for (unsigned round = 1; round <= rounds; ++round) {
    if (!one_round(out, task, round, draw_moment(random, round > 1))) break;
    ++held;
  }

  step_report report(disk == disk_kind::real       ? "process killed"
                     : disk == disk_kind::dropping ? "power cut"
                                                   : "power cut, sync taken out");
  const std::uint64_t writes = sum(task.acknowledged);
  report.held = held == rounds;
  if (disk == disk_kind::lying) {
    report.finding = report.held ? fmt::format("caught: {} acknowledged writes, and the loss was seen", grouped(writes))
                                 : "not caught: this proof proves nothing";
  } else {
    report.finding = report.held ? fmt::format("{} times, {} acknowledged writes, none lost", rounds, grouped(writes))
                                 : fmt::format("failed in round {} of {}: see above", held + 1, rounds);
  }
  report.took = std::chrono::steady_clock::now() - begin;
  return report;
}

}  // namespace demo
