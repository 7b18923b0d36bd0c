#include <support/account.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// The tables of `./dev test --aws` in an account, for tests/peers/aws:
///
///   account_tables begin PREFIX   makes the run's marker
///   account_tables list           a line for each run that left tables: its prefix, `marked` or `unmarked`, how many tables
///   account_tables end PREFIX [TABLE...]
///                                 deletes the run's tables, the named ones too if they have its prefix and are there, and its marker last
///
/// A marker is a table PREFIX + "run" with a partition key that no other table has. It is the first that a run makes and the last that it
/// deletes, so that every table of a run that was killed has its marker beside it. Without the marker `end` deletes nothing.
namespace {

using dynamo::errc;
using dynamo::operation_name;
using namespace dynamo::testing_support;

constexpr std::string_view marker = "run";
constexpr std::string_view key_of_marker = "made_by_dev_test_aws";
constexpr std::size_t digits_of_run = 12;
constexpr int pages_max = 10'000;
constexpr int looks_max = 300;
constexpr std::chrono::milliseconds pause{1'000};

std::string naming(const std::string& table) { return R"({"TableName":")" + table + "\"}"; }

bool is_prefix_of_run(std::string_view text) {
  const std::size_t size = prefix_of_all_runs.size() + digits_of_run + 1;
  return text.size() == size && text.starts_with(prefix_of_all_runs) && text.ends_with('_') &&
         text.substr(prefix_of_all_runs.size(), digits_of_run).find_first_not_of("0123456789abcdef") ==
             std::string_view::npos;
}

/// All tables that have the form of a run's, by the run's prefix.
std::map<std::string, std::set<std::string>> listed(dynamo::endpoint& of) {
  std::map<std::string, std::set<std::string>> found;
  std::string after;
  for (int page = 0; page < pages_max; ++page) {
    const answer came =
        call(of, operation_name::list_tables, after.empty() ? "{}" : R"({"ExclusiveStartTableName":)" + after + "}");
    if (!came.ok) throw std::runtime_error("ListTables: " + came.to_string());
    for (const std::string& quoted : elements(member(came.body, "TableNames").value_or("[]"))) {
      const std::string name = quoted.substr(1, quoted.size() - 2);
      const std::string prefix = name.substr(0, prefix_of_all_runs.size() + digits_of_run + 1);
      if (is_prefix_of_run(prefix)) found[prefix].insert(name);
    }
    after = member(came.body, "LastEvaluatedTableName").value_or("");
    if (after.empty()) return found;
  }
  throw std::runtime_error("The account has more tables than can be listed");
}

answer describe(dynamo::endpoint& of, const std::string& table) {
  return call(of, operation_name::describe_table, naming(table));
}

bool is_marked(dynamo::endpoint& of, const std::string& prefix) {
  const answer came = describe(of, prefix + std::string(marker));
  if (!came.ok && came.code == errc::resource_not_found) return false;
  if (!came.ok) throw std::runtime_error("DescribeTable: " + came.to_string());
  const auto schema = elements(member(member(came.body, "Table").value_or("{}"), "KeySchema").value_or("[]"));
  return schema.size() == 1 && text_member(schema.front(), "AttributeName") == key_of_marker;
}

void begin(dynamo::endpoint& of, const std::string& prefix) {
  const std::string name = prefix + std::string(marker);
  const std::string key(key_of_marker);
  const answer made = call(
      of, operation_name::create_table,
      R"({"TableName":")" + name + R"(","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":")" + key +
          R"(","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":")" + key + R"(","AttributeType":"S"}]})");
  if (!made.ok) throw std::runtime_error("CreateTable: " + made.to_string());
  for (int look = 0; look < looks_max; ++look) {
    const answer now = describe(of, name);
    if (now.ok && text_member(member(now.body, "Table").value_or("{}"), "TableStatus") == "ACTIVE") return;
    std::this_thread::sleep_for(pause);
  }
  throw std::runtime_error(name + " does not become ACTIVE");
}

/// Asks for the deletion of all, again and again for those that are still being created, until none is there.
void remove(dynamo::endpoint& of, std::set<std::string> tables) {
  for (int look = 0; look < looks_max; ++look) {
    for (auto at = tables.begin(); at != tables.end();) {
      const answer done = call(of, operation_name::delete_table, naming(*at));
      if (!done.ok && done.code != errc::resource_not_found && done.code != errc::resource_in_use) {
        throw std::runtime_error("DeleteTable of " + *at + ": " + done.to_string());
      }
      at = !done.ok && done.code == errc::resource_not_found ? tables.erase(at) : std::next(at);
    }
    if (tables.empty()) return;
    if (look > 0) std::this_thread::sleep_for(pause);
  }
  throw std::runtime_error(*tables.begin() + " cannot be deleted");
}

void end(dynamo::endpoint& of, const std::string& prefix, const std::vector<std::string>& named) {
  if (!is_marked(of, prefix)) {
    throw std::runtime_error("There is no table " + prefix + std::string(marker) +
                             " with the key of a run's marker, so the tables named " + prefix +
                             "* are left alone: they may be somebody else's");
  }
  const std::string last = prefix + std::string(marker);
  std::set<std::string> tables = listed(of)[prefix];
  for (const std::string& name : named) {
    if (name.starts_with(prefix)) tables.insert(name);
  }
  tables.erase(last);
  remove(of, std::move(tables));
  remove(of, {last});
}

int run(const std::vector<std::string>& words) {
  const bool list = words.size() == 1 && words[0] == "list";
  const bool of_run = words.size() >= 2 && (words[0] == "begin" || words[0] == "end") && is_prefix_of_run(words[1]);
  if (!list && !of_run) {
    throw std::runtime_error("Usage: account_tables list | begin PREFIX | end PREFIX [TABLE...]");
  }
  const auto of = account();
  if (list) {
    for (const auto& [prefix, names] : listed(*of)) {
      std::printf("%s %s %zu\n", prefix.c_str(), is_marked(*of, prefix) ? "marked" : "unmarked", names.size());
    }
  } else if (words[0] == "begin") {
    begin(*of, words[1]);
  } else {
    end(*of, words[1], {words.begin() + 2, words.end()});
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run({words + 1, words + count});
  } catch (const std::exception& why) {
    std::fprintf(stderr, "%s\n", why.what());
    return 1;
  }
}
