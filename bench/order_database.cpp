#include "order_database.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <random>
#include <unordered_map>

#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::bench {
namespace {

constexpr std::uint32_t starts_max = 2000;

database_options options() {
  database_options wanted;
  wanted.durability = durability::process_crash;
  wanted.cache_bytes = std::size_t{1} << 30;  // all of it: what is compared is work, not reading files
  return wanted;
}

void load(const std::string& path, std::uint32_t count, with_indexes indexes) {
  const database db = must(database::open(path, options()));
  const table<orders_schema> orders(db);
  if (indexes == with_indexes::yes) {
    must(table<indexed_orders_schema>(db).create_if_absent().run());
  } else {
    must(orders.create_if_absent().run());
  }
  std::vector<std::uint32_t> numbers(count);
  for (std::uint32_t i = 0; i < count; ++i) numbers[i] = i;
  std::shuffle(numbers.begin(), numbers.end(), std::mt19937(1));
  for (const std::uint32_t number : numbers) {
    const order made = make_order(number);
    must(orders.put(made).run());
  }
}

void copy_rows(const bare_rocksdb& from, const bare_rocksdb& to) {
  const std::unique_ptr<rocksdb::Iterator> at(from->NewIterator(rocksdb::ReadOptions()));
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    if (const auto put = to->Put(bare_write(durability::process_crash), at->key(), at->value()); !put.ok()) {
      give_up(put.ToString());
    }
  }
}

/// Calls `row` with the number of each order, its key and its row; then with those of the first index, and so on.
template <class Row>
void for_each_order(const bare_rocksdb& in, Row row) {
  const std::unique_ptr<rocksdb::Iterator> at(in->NewIterator(rocksdb::ReadOptions()));
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    const std::string_view key(at->key().data(), at->key().size()), value(at->value().data(), at->value().size());
    if (key.find("ORDER#") == std::string_view::npos) continue;  // a key of the format's own
    std::uint32_t number = 0;
    std::from_chars(key.data() + key.size() - 7, key.data() + key.size(), number);
    row(number, key, value);
  }
}

// Rows that came in order would only be moved, with the numbers of their writes, and take more room than those that were merged.
void compact(const bare_rocksdb& db) {
  rocksdb::CompactRangeOptions all;
  all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  if (const auto done = db->CompactRange(all, nullptr, nullptr); !done.ok()) {
    give_up(done.ToString());
  }
}

}  // namespace

scratch_folder::scratch_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "dynamo_bench_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) give_up("no folder can be made at " + pattern);
  path_ = pattern;
}

scratch_folder::~scratch_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void in_a_process(const std::function<void()>& what) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    what();
    _exit(0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) give_up("the process of its own failed");
}

void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

order_database::order_database(std::uint32_t orders, std::uint32_t samples, with_indexes indexes) {
  // Elsewhere, so that what is measured has a heap of its own making.
  in_a_process([&] {
    load(folder_ / "ours", orders, indexes);
    const bare_rocksdb ours = bare_rocksdb::on_disk(folder_ / "ours", options());
    const bare_rocksdb copy = bare_rocksdb::on_disk(folder_ / "bare", options());
    compact(ours);
    copy_rows(ours, copy);
    compact(copy);
  });
  std::mt19937 draw(2);
  std::vector<std::uint32_t> numbers(orders), first;
  for (std::uint32_t i = 0; i < orders; ++i) numbers[i] = i;
  std::shuffle(numbers.begin(), numbers.end(), draw);
  numbers.resize(samples);
  for (std::uint32_t i = 0; i < std::min(samples, starts_max); ++i) {
    first.push_back(numbers[i] / 1000 * 1000 + numbers[i] % 900);
  }
  std::unordered_map<std::uint32_t, sample> found;
  for (const std::uint32_t number : numbers) found[number];
  for (const std::uint32_t number : first) found[number];

  bare_.emplace(bare_rocksdb::on_disk(folder_ / "bare", options()));
  for_each_order(*bare_, [&](std::uint32_t number, std::string_view key, std::string_view row) {
    const auto at = found.find(number);
    if (at == found.end()) return;
    sample& one = at->second;
    if (one.key.empty()) {
      one = {make_order(number), std::string(key), std::string(row), std::string(row.substr(row.find('{'))), {}, {}};
    } else {
      (one.key_by_time.empty() ? one.key_by_time : one.key_by_customer) = key;
    }
  });
  for (const std::uint32_t number : numbers) samples_.push_back(found[number]);
  for (const std::uint32_t number : first) starts_.push_back(found[number]);
  ours_.emplace(must(database::open(folder_ / "ours", options())));
  // All is counted, and with that cached.
  const auto check = [&](result<std::uint64_t> count) {
    if (must(std::move(count)) != orders) give_up("some orders are missing");
  };
  check(this->orders().scan().count().run());
  if (indexes == with_indexes::no) return;
  const table<indexed_orders_schema> indexed(*ours_);
  check(indexed.scan(by_time{}).count().run());
  check(indexed.scan(by_customer{}).count().run());
}

void order_database::begin_stream() const {
  call(operation_name::update_table,
       R"({"TableName":"orders","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})");
}

std::string keyed_text(const order& of) {
  return R"({"TableName":"orders","Key":{"customer":{"S":")" + of.customer + R"("},"id":{"S":")" + of.id + R"("}})";
}

std::string item_text(std::string_view item) { return R"({"TableName":"orders","Item":)" + std::string(item); }

}  // namespace dynamo::bench
