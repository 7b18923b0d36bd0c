#include "change_log.hpp"
#include "sequence_runner.hpp"

#include <algorithm>
#include <chrono>

namespace dynamo::model {

using namespace testing_support;

sequence_runner::problem sequence_runner::check_log() {
  for (const reference::stream& stream : expected_.streams()) {
    std::vector<change> records;
    if (auto failed = read_log(stream.arn, records)) return failed;
    images state;
    // A stream may begin in the middle of a table's life.
    if (auto failed = fold(records, state, true)) return failed;
    for (std::size_t i = 0; i < std::max(records.size(), stream.records.size()); ++i) {
      if (i >= records.size()) return "the log lacks " + stream.records[i].to_string();
      change found = records[i];
      found.number.clear();
      if (i >= stream.records.size()) return "the log has in excess " + found.to_string();
      if (auto failed = differ("a change record", stream.records[i].to_string(), found.to_string())) return failed;
    }
  }
  return std::nullopt;
}

// Over HTTP as an application does, otherwise by plain requests: each way is a witness for the other.
sequence_runner::problem sequence_runner::read_log(const std::string& arn, std::vector<change>& records) {
  if (storage_.over_http()) return read_changes_of(storage_.shared_db(), arn, records, 7);
  return log_reader(storage_.db(), arn).read(records, 7);
}

sequence_runner::problem sequence_runner::reopen(const operation& o) {
  if (!storage_.on_disk()) return std::nullopt;
  if (o.what == operation::kind::reopen) storage_.restart_machine();
  if (o.what == operation::kind::crash) storage_.crash();
  if (o.what == operation::kind::crash_torn) storage_.crash_torn(static_cast<std::uint64_t>(o.extra));
  storage_.close();
  if (judge_) judge_->begin_anew();
  return storage_.open();
}

// Records and streams are no older by that: none goes, even if the process is killed before it notes that.
sequence_runner::problem sequence_runner::set_clock(int where) {
  // What a table has gathered when a process begins goes by the wall clock.
  if (judge_) return std::nullopt;
  constexpr int ten_years = 10 * 365 * 24;
  storage_.set_clock(std::chrono::hours(where * 3 % (2 * ten_years + 1) - ten_years));
  return std::nullopt;
}

}  // namespace dynamo::model
