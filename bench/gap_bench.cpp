/// What deleted ranges cost those who read over them, and when a dropped table gives its disk space back.
#include "order_database.hpp"
#include "ratio.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

namespace dynamo::bench {
namespace {

constexpr std::uint32_t per_batch = 25;
constexpr std::uint32_t takes_compared = 200;
using milliseconds = std::chrono::duration<double, std::milli>;

struct amounts {
  std::uint32_t deleted = 1'000'000, queued = 125'000, tables = 10'000, dropped_megabytes = 200;
  std::chrono::seconds until_space = std::chrono::minutes(1);
};

struct place {
  const char* name;
  database db;
};

void row(std::string_view what, const char* where, double value, const char* unit) {
  std::printf("| %.*s, %s | %.3f %s |\n", static_cast<int>(what.size()), what.data(), where, value, unit);
  std::fflush(stdout);
}

std::string call(const database& db, operation_name operation, std::string_view body) {
  return std::string(must(db.endpoint()->call(request(operation, json::buffer(body)))).body.view());
}

template <class What>
double timed(What what) {
  const auto begin = std::chrono::steady_clock::now();
  what();
  return milliseconds(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

void create(const database& db, const std::string& name) {
  call(
      db, operation_name::create_table,
      R"({"TableName":")" + name +
          R"(","AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"s","AttributeType":"S"}],)"
          R"("KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}],)"
          R"("BillingMode":"PAY_PER_REQUEST"})");
}
void drop(const database& db, const std::string& name) {
  call(db, operation_name::delete_table, R"({"TableName":")" + name + R"("})");
}

std::string key(std::uint32_t number) {
  const std::string digits = std::to_string(number);
  return R"({"p":{"S":"one"},"s":{"S":")" + std::string(10 - digits.size(), '0') + digits + R"("}})";
}

enum class change : bool { put, erase };

/// Items of one partition with numbers from `first` on, in batches as large as may be.
void write(const database& db, const std::string& table, std::uint32_t first, std::uint32_t end, change what,
           const std::string& rest = {}) {
  for (std::uint32_t number = first; number < end;) {
    std::string body = R"({"RequestItems":{")" + table + R"(":[)";
    for (std::uint32_t i = 0; i < per_batch && number < end; ++i, ++number) {
      if (i > 0) body += ',';
      std::string text = key(number);
      if (what == change::put) {
        text.pop_back();
        body += R"({"PutRequest":{"Item":)" + text + rest + "}}}";
      } else {
        body += R"({"DeleteRequest":{"Key":)" + text + "}}";
      }
    }
    call(db, operation_name::batch_write_item, body + "]}}");
  }
}

std::string first_of(const database& db, const std::string& table, std::uint32_t limit) {
  return call(db, operation_name::query,
              R"({"TableName":")" + table + R"(","KeyConditionExpression":"p = :p","Limit":)" + std::to_string(limit) +
                  R"(,"ExpressionAttributeValues":{":p":{"S":"one"}}})");
}

void expect(bool met, const char* what) {
  if (!met) give_up(what);
}

void emptied_partition(const place& at, const amounts& wanted) {
  create(at.db, "emptied");
  write(at.db, "emptied", 0, wanted.deleted + 1, change::put, R"(,"text":{"S":"a hundred or so bytes of item"})");
  write(at.db, "emptied", 0, wanted.deleted, change::erase);
  const auto query = [&] {
    expect(first_of(at.db, "emptied", 1).find(R"("Count":1,)") != std::string::npos, "the last item is missing");
  };
  row("Query Limit=1 over what was deleted: the first", at.name, timed(query), "ms");
  std::vector<double> further;
  for (int i = 0; i < 5; ++i) further.push_back(timed(query));
  row("the next ones", at.name, median(further), "ms");
}

void work_queue(const place& at, const amounts& wanted) {
  create(at.db, "queue");
  write(at.db, "queue", 0, wanted.queued, change::put, R"(,"text":{"S":"a hundred or so bytes of item"})");
  std::vector<double> takes;
  for (std::uint32_t number = 0; number < wanted.queued; number += per_batch) {
    takes.push_back(timed([&] {
      const std::string page = first_of(at.db, "queue", per_batch);
      expect(page.find(R"("Count":25,)") != std::string::npos, "the queue lost an item");
      write(at.db, "queue", number, number + per_batch, change::erase);
    }));
  }
  const double first = median({takes.begin(), takes.begin() + takes_compared});
  const double last = median({takes.end() - takes_compared, takes.end()});
  row("a take of 25 from a queue, its first 200 takes", at.name, first, "ms");
  row("its last 200 takes", at.name, last, "ms");
  row("the last against the first", at.name, last / first, "times");
}

void dropped_tables(const place& at, const amounts& wanted) {
  create(at.db, "other");
  write(at.db, "other", 0, 1, change::put);
  const auto get = [&] { call(at.db, operation_name::get_item, R"({"TableName":"other","Key":)" + key(0) + "}"); };
  for (std::uint32_t i = 0; i < wanted.tables; ++i) {
    create(at.db, "dropped");
    write(at.db, "dropped", 0, 1, change::put);
    drop(at.db, "dropped");
  }
  std::vector<double> gets, queries;
  for (std::uint32_t i = 0; i < 20; ++i) {
    create(at.db, "dropped");
    drop(at.db, "dropped");
    gets.push_back(timed(get));
    create(at.db, "dropped");
    drop(at.db, "dropped");
    queries.push_back(timed([&] { first_of(at.db, "other", 1); }));
  }
  row("GetItem of another table right after a drop, many tables were dropped before", at.name, median(gets), "ms");
  row("Query of another table right after a drop", at.name, median(queries), "ms");
}

void space_of_a_dropped_table(const place& at, const std::string& folder, const amounts& wanted) {
  const auto megabytes = [&] {
    double total = 0;
    std::error_code gone;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      const auto size = file.file_size(gone);
      if (!gone) total += static_cast<double>(size) / 1e6;
    }
    return total;
  };
  create(at.db, "large");
  std::string noise(1000, ' ');  // does not compress
  std::uint64_t state = 1;
  for (std::uint32_t number = 0; number < wanted.dropped_megabytes * 1000; ++number) {
    for (char& each : noise) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      each = static_cast<char>('a' + (state >> 58) % 26);
    }
    write(at.db, "large", number, number + 1, change::put, R"(,"text":{"S":")" + noise + R"("})");
  }
  row("files before a table was dropped", at.name, megabytes(), "MB");
  drop(at.db, "large");
  const auto begin = std::chrono::steady_clock::now();
  while (megabytes() > wanted.dropped_megabytes / 4.0 && std::chrono::steady_clock::now() - begin < wanted.until_space)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  row("its space was given back, or not, after", at.name,
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), "s");
  row("files then", at.name, megabytes(), "MB");
}

void measure(const ratios& table) {
  amounts wanted;
  if (table.quick()) wanted = {.deleted = 50'000, .queued = 25'000, .tables = 500, .dropped_megabytes = 20};
  database_options options;
  options.durability = durability::process_crash;
  std::printf("\n| deleted ranges, wall time | |\n|---|---|\n");
  for (const bool on_disk : {true, false}) {
    const scratch_folder folder;
    const auto fresh = [&](const char* name) {
      return on_disk ? place{"on disk", must(database::open(folder / name, options))}
                     : place{"in memory", must(database::in_memory())};
    };
    if (table.wanted("emptied partition")) {
      emptied_partition(fresh("emptied"), wanted);
      if (on_disk) {
        const place again = fresh("emptied");
        row("after it was opened again", again.name, timed([&] { first_of(again.db, "emptied", 1); }), "ms");
      }
    }
    if (table.wanted("work queue")) work_queue(fresh("queue"), wanted);
    if (table.wanted("dropped tables")) dropped_tables(fresh("tables"), wanted);
    if (on_disk && table.wanted("space")) space_of_a_dropped_table(fresh("space"), folder / "space", wanted);
  }
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  const dynamo::bench::ratios table(argc, argv);
  dynamo::bench::measure(table);
}
