#include "verify_crash.hpp"

#include "../support/index_rows.hpp"

#include <dynamo/database.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string_view>
#include <thread>

namespace dynamo::crash {
namespace {

using namespace testing_support;
using model::change;
using model::images;
using problem = std::optional<std::string>;

std::string partition_in(const std::string& keys) { return text_member(member(keys, "pk").value_or("{}"), "S"); }

// Long fillings say nothing to a reader.
std::string brief(const std::string& text) { return text.size() < 200 ? text : text.substr(0, 200) + "..."; }

class verifier {
 public:
  verifier(endpoint& db, std::uint64_t seed, const std::vector<report>& rounds)
      : db_(db), seed_(seed), rounds_(rounds) {}

  problem run(std::vector<change>& log) {
    const answer table = call(db_, operation_name::describe_table, R"({"TableName":"crash"})");
    if (!table.ok) {
      const bool acknowledged = std::ranges::any_of(rounds_, [](const report& r) { return r.counted > 0; });
      return acknowledged ? std::optional("the table is missing: " + table.to_string()) : std::nullopt;
    }
    std::vector<change> records;
    model::log_reader reader(db_, text_member(member(table.body, "Table").value_or("{}"), "LatestStreamArn"));
    if (auto failed = reader.read(records)) return failed;
    if (auto failed = only_grown(log, records)) return failed;
    images state;
    if (auto failed = model::fold(records, state)) return brief(*failed);
    if (auto failed = compare_with_table(state)) return failed;
    if (auto failed = compare_with_index(state)) return failed;
    if (auto failed = compare_with_vector_index(vector_index, state)) return failed;
    if (auto failed = compare_with_added_index(state)) return failed;
    for (int round = 0; round < static_cast<int>(rounds_.size()); ++round) {
      for (int thread = 0; thread < threads; ++thread) {
        if (auto failed = check_thread(round, thread, records)) return failed;
      }
    }
    if (auto failed = check_counter(records)) return failed;
    log = std::move(records);
    return std::nullopt;
  }

 private:
  // A reader of the log must find what it read before the crash: a number never comes back with other content.
  static problem only_grown(const std::vector<change>& before, const std::vector<change>& now) {
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (i < now.size() && now[i].to_string() == before[i].to_string()) continue;
      return "the log had " + brief(before[i].to_string()) + "\n  and has " +
             (i < now.size() ? brief(now[i].to_string()) : "nothing");
    }
    return std::nullopt;
  }

  // The counter has no attribute `by`, so it is not in the index.
  problem compare_with_index(const images& folded) {
    std::vector<std::string> expected;
    for (const auto& [key, image] : folded) {
      if (const auto by = member(image, "by")) expected.push_back(R"({"by":)" + *by + "," + key.substr(1));
    }
    std::string trouble;
    auto found = scan_all(db_, "crash", R"(,"IndexName":"by_operation")", trouble);
    if (!trouble.empty()) return trouble;
    std::ranges::sort(expected);
    std::ranges::sort(found);
    const auto [row, other] = std::ranges::mismatch(expected, found);
    if (row == expected.end() && other == found.end()) return std::nullopt;
    return "the index has " + (other == found.end() ? "nothing" : *other) + "\n  where the items imply " +
           (row == expected.end() ? "nothing" : *row);
  }

  // A search by each operation's number finds no more than 100 items: all of the index.
  problem compare_with_vector_index(std::string_view index, const images& folded) {
    int last = 0;
    for (const report& round : rounds_) last = std::max(last, *std::ranges::max_element(round.operations));
    std::set<std::string> numbers;
    for (int i = 0; i <= last + 1; ++i) numbers.insert(R"({"N":")" + std::to_string(i) + "\"}");
    std::vector<std::string> expected, found;
    for (const auto& [key, image] : folded) {
      const auto by = member(image, "by"), v = member(image, "v");
      if (!by || !v) continue;
      numbers.insert(*by);
      expected.push_back(R"({"by":)" + *by + "," + key.substr(1, key.size() - 2) + R"(,"v":)" + *v + "}");
    }
    for (const std::string& number : numbers) {
      const answer came = call(db_, operation_name::search_vectors,
                               R"({"TableName":"crash","IndexName":")" + std::string(index) +
                                   R"(","SearchVector":[{"N":"1"},{"N":"2"},{"N":"3"}],"TopK":100,)"
                                   R"("SearchConditionExpression":"#by = :by","ExpressionAttributeNames":{"#by":"by"},)"
                                   R"("ExpressionAttributeValues":{":by":)" +
                                   number + R"(},"ProjectionExpression":"#by, pk, sk, v"})");
      if (!came.ok) return "SearchVectors: " + came.to_string();
      for (const std::string& one : elements(member(came.body, "SearchResults").value_or("[]"))) {
        found.push_back(member(one, "Item").value_or(""));
      }
    }
    std::ranges::sort(expected);
    std::ranges::sort(found);
    const auto [row, other] = std::ranges::mismatch(expected, found);
    if (row == expected.end() && other == found.end()) return std::nullopt;
    return "vector index " + std::string(index) + " has " + (other == found.end() ? "nothing" : *other) +
           "\n  where the items imply " + (row == expected.end() ? "nothing" : *row);
  }

  // One that was being filled goes on to be filled.
  problem compare_with_added_index(const images& folded) {
    constexpr int asked_max = 20'000;
    auto known = report::index::untouched;
    for (const report& round : rounds_) {
      if (round.added != report::index::untouched) known = round.added;
    }
    for (int asked = 0; asked < asked_max; ++asked) {
      const std::string table =
          member(call(db_, operation_name::describe_table, R"({"TableName":"crash"})").body, "Table").value_or("{}");
      std::string status;
      for (const std::string& one : elements(member(table, "VectorIndexes").value_or("[]"))) {
        if (text_member(one, "IndexName") == added_index) status = text_member(one, "IndexStatus");
      }
      if (status.empty() && known == report::index::there) return "the index that was added is not there";
      if (!status.empty() && known == report::index::gone) return "the index that was removed is there";
      if (status.empty()) return std::nullopt;
      if (status == "ACTIVE") return compare_with_vector_index(added_index, folded);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return "the index that was added is not filled";
  }

  problem compare_with_table(const images& folded) {
    std::string trouble;
    const auto items = scan_all(db_, "crash", "", trouble);
    if (!trouble.empty()) return trouble;
    images found;
    for (const std::string& item : items) {
      found[R"({"pk":)" + member(item, "pk").value_or("") + R"(,"sk":)" + member(item, "sk").value_or("") + "}"] = item;
    }
    for (const auto& [key, image] : folded) {
      const auto at = found.find(key);
      if (at == found.end()) return "the table lacks " + brief(image);
      if (at->second != image) return "the table has " + brief(at->second) + "\n  the log " + brief(image);
      found.erase(at);
    }
    return found.empty() ? std::nullopt : std::optional("the log lacks " + brief(found.begin()->second));
  }

  // A thread's operations in its order: all that were acknowledged, perhaps the one after, and nothing else.
  problem check_thread(int round, int thread, const std::vector<change>& records) {
    const std::string partition = partition_of(round, thread);
    const int acknowledged = rounds_[static_cast<std::size_t>(round)].operations[static_cast<std::size_t>(thread)];
    int done = 0;
    for (const change& record : records) {
      if (partition_in(record.keys) != partition) continue;
      const step expected = step_at(seed_, {round, thread, done++});
      if (record.new_image == expected.item &&
          member(record.keys, "sk") == R"({"N":")" + std::to_string(expected.place) + R"("})") {
        continue;
      }
      return partition + ": operation " + std::to_string(done - 1) + " is recorded as " + brief(record.to_string());
    }
    if (done == acknowledged || done == acknowledged + 1) return std::nullopt;
    return partition + ": " + std::to_string(acknowledged) + " operations were acknowledged, " + std::to_string(done) +
           " are there";
  }

  problem check_counter(const std::vector<change>& records) {
    const auto found =
        std::ranges::count_if(records, [](const change& r) { return partition_in(r.keys) == counter_partition; });
    int least = 0;
    for (const report& round : rounds_) least += round.counted;
    const int most = least + threads * static_cast<int>(rounds_.size());
    if (found >= least && found <= most) return std::nullopt;
    return "the counter was raised " + std::to_string(least) + " times, acknowledged; " + std::to_string(found) +
           " are there";
  }

  endpoint& db_;
  const std::uint64_t seed_;
  const std::vector<report>& rounds_;
};

}  // namespace

report read_report(const std::vector<std::string>& lines) {
  report told;
  for (const std::string& line : lines) {
    if (line.starts_with('+')) ++told.operations[static_cast<std::size_t>(std::stoi(line.substr(1)))];
    if (line == "#") ++told.counted;
    if (line == "?") told.added = report::index::asked;
    if (line == "&") told.added = report::index::there;
    if (line == "-") told.added = report::index::gone;
    if (line.starts_with('!')) told.complaint = line.substr(1);
  }
  return told;
}

std::optional<std::string> verify(endpoint& db, std::uint64_t seed, const std::vector<report>& rounds,
                                  std::vector<change>& log) {
  return verifier(db, seed, rounds).run(log);
}

std::optional<std::string> verify(const std::string& directory, std::uint64_t seed, const std::vector<report>& rounds,
                                  std::vector<change>& log) {
  auto opened = database::open(directory);
  if (!opened) return "opening: " + opened.error().describe();
  return verify(*opened->endpoint(), seed, rounds, log);
}

}  // namespace dynamo::crash
