#include "recovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace dynamo::engine {
namespace {

using action = recovery_plan::action;
using logs_view = std::span<const recovery_facts::log>;

/// How far the logs lead without a gap, and what stops the walk.
struct walk {
  std::uint64_t reach = 0;          // number of the last write that can be reached, 0: no write at all
  std::uint64_t beyond = 0;         // number of a write that cannot, 0: none
  bool broken = false;              // damaged, beyond being cut
  std::uint64_t torn_bytes_in = 0;  // the last log, if it is cut
  std::string where;
};

std::uint64_t last_write_in(logs_view logs) {
  std::uint64_t last = 0;
  for (const auto& [number, found] : logs) last = std::max({last, found.last, found.last_beyond});
  return last;
}

walk walk_logs(logs_view logs) {
  walk done;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const auto& [number, found] = logs[i];
    if (found.first != 0 && done.reach != 0 && found.first != done.reach + 1) {
      done.broken = true;
      done.beyond = last_write_in(logs.subspan(i));
      done.where = fmt::format("log {:06} begins with write {}, but the one before it ends with {}", number,
                               found.first, done.reach);
      return done;
    }
    if (found.last != 0) done.reach = found.last;
    done.broken = found.end == wal_summary::ending::damaged;
    done.torn_bytes_in = found.end == wal_summary::ending::cut ? number : 0;
    if (done.broken) {
      done.where = fmt::format("log {:06} is damaged at byte {}", number, found.bytes);
      const bool continues = i + 1 < logs.size() && logs[i + 1].found.first == done.reach + 1;
      if (continues) continue;  // repaired before, and the old log was not removed any more
      done.beyond = std::max(found.last_beyond, last_write_in(logs.subspan(i + 1)));
      return done;
    }
  }
  return done;
}

/// The sentence on synced writes that are missing; empty if all of them are there.
std::string missing_promise(const sync_mark& mark, logs_view logs, const walk& walked) {
  if (mark.log == 0) return {};  // it is in the tables, which RocksDB checks
  if (std::ranges::find(logs, mark.log, &recovery_facts::log::number) == logs.end()) {
    return fmt::format("log {:06}, which holds writes up to number {} that were synced to the disk, is missing",
                       mark.log, mark.number);
  }
  if (mark.number <= walked.reach) return {};
  return fmt::format(
      "writes up to number {} were synced to the disk, but {}{}", mark.number,
      walked.reach == 0 ? "none can be read" : fmt::format("only those up to {} can be read", walked.reach),
      walked.where.empty() ? fmt::format(": log {:06} ends early", mark.log) : ": " + walked.where);
}

/// The sentence on tables that the manifest does not know any more; empty if there is no sign of such.
std::string missing_tables(const recovery_facts& facts, logs_view logs, const walk& walked) {
  if (facts.mark && facts.manifest && *facts.manifest < facts.mark->manifest) {
    return fmt::format(
        "the list of its tables, MANIFEST-{:06}, can be read up to byte {}, but {} were there in MANIFEST-{:06}",
        facts.manifest->number, facts.manifest->bytes, facts.mark->manifest.bytes, facts.mark->manifest.number);
  }
  const auto begun = std::ranges::find_if(logs, [](const auto& log) { return log.found.first != 0; });
  if (begun != logs.end() && begun->found.first > facts.last_in_tables + 1) {
    return fmt::format(
        "its tables end with write {}, but log {:06}, which should go on from there, begins with write {}",
        facts.last_in_tables, begun->number, begun->found.first);
  }
  const bool mark_is_in_tables = facts.mark && (facts.mark->log == 0 || facts.mark->log < facts.oldest_live_log);
  if (mark_is_in_tables && std::max(facts.last_in_tables, walked.reach) < facts.mark->number) {
    return fmt::format("writes up to number {} were synced to the disk, but its tables end with write {}",
                       facts.mark->number, facts.last_in_tables);
  }
  return {};
}

}  // namespace

recovery_plan plan_recovery(const recovery_facts& facts) {
  const auto first_live =
      std::ranges::find_if(facts.logs, [&](const auto& log) { return log.number >= facts.oldest_live_log; });
  const logs_view logs(first_live, facts.logs.end());
  const walk walked = walk_logs(logs);

  if (std::string missing = missing_tables(facts, logs, walked); !missing.empty()) {
    return {action::refuse, std::move(missing)};
  }
  if (facts.mark && facts.mark->log >= facts.oldest_live_log) {
    if (std::string missing = missing_promise(*facts.mark, logs, walked); !missing.empty()) {
      return {action::refuse, std::move(missing)};
    }
  }
  if (walked.broken) {
    if (walked.beyond != 0 && !facts.mark) {
      return {action::refuse,
              fmt::format("{}, writes up to number {} follow after the damage, and the file {} that tells "
                          "what was synced is missing or damaged",
                          walked.where, walked.beyond, sync_mark::file_name)};
    }
    if (walked.beyond != 0 && facts.mark->every_write) {
      return {action::refuse,
              fmt::format("{}, and writes up to number {}, which were made after the missing ones were synced, "
                          "follow after the damage",
                          walked.where, walked.beyond)};
    }
    return {action::repair,
            fmt::format("{}: nothing that was synced is missing, what follows is dropped", walked.where)};
  }
  if (walked.torn_bytes_in != 0) {
    return {action::open,
            fmt::format("the last write in log {:06} was interrupted and is dropped", walked.torn_bytes_in)};
  }
  return {};
}

}  // namespace dynamo::engine
