#include "order_database.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <unordered_map>

namespace dynamo::bench {
namespace {

constexpr std::uint32_t starts_max = 2000;

database_options options() {
  database_options wanted;
  wanted.durability = durability::process_crash;
  wanted.cache_bytes = std::size_t{1} << 30;  // all of it: what is compared is work, not reading files
  return wanted;
}

void load(const std::string& path, std::uint32_t count) {
  const database db = must(database::open(path, options()));
  const table<orders_schema> orders(db);
  must(orders.create_if_absent().run());
  std::vector<std::uint32_t> numbers(count);
  for (std::uint32_t i = 0; i < count; ++i) numbers[i] = i;
  std::shuffle(numbers.begin(), numbers.end(), std::mt19937(1));
  for (const std::uint32_t number : numbers) {
    const order made = make_order(number);
    must(orders.put(made).run());
  }
}

/// Calls `row` with the number of each order and its row.
template <class Row>
void copy_rows(const bare_rocksdb& from, const bare_rocksdb& to, Row row) {
  const std::unique_ptr<rocksdb::Iterator> at(from->NewIterator(rocksdb::ReadOptions()));
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    const std::string key = at->key().ToString(), value = at->value().ToString();
    if (const rocksdb::Status put = to->Put(bare_write(durability::process_crash), key, value); !put.ok()) {
      give_up(put.ToString());
    }
    const std::size_t id = key.find("ORDER#");  // a key of the format's own has none
    if (id != std::string::npos) row(static_cast<std::uint32_t>(std::stoul(key.substr(key.size() - 7))), key, value);
  }
}

void compact(const bare_rocksdb& db) {
  if (const auto done = db->CompactRange(rocksdb::CompactRangeOptions(), nullptr, nullptr); !done.ok()) {
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

void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

order_database::order_database(std::uint32_t orders, std::uint32_t samples) {
  load(folder_ / "ours", orders);
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
  {
    const bare_rocksdb ours = bare_rocksdb::on_disk(folder_ / "ours", options());
    compact(ours);
    copy_rows(ours, *bare_, [&](std::uint32_t number, const std::string& key, const std::string& row) {
      const auto at = found.find(number);
      if (at != found.end()) at->second = {make_order(number), key, row, row.substr(row.find('{'))};
    });
  }
  compact(*bare_);
  for (const std::uint32_t number : numbers) samples_.push_back(found[number]);
  for (const std::uint32_t number : first) starts_.push_back(found[number]);
  ours_.emplace(must(database::open(folder_ / "ours", options())));
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
