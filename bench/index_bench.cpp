/// What index rows and batches cost, entered where the wire protocol enters them. The bare side writes rows of the same bytes.
#include "bare_orders.hpp"
#include "order_database.hpp"
#include "ratio.hpp"

#include <rocksdb/write_batch.h>

#include <array>

namespace dynamo::bench {
namespace {

constexpr unsigned points_per_round = 100;
constexpr unsigned queries_per_round = 10;
/// In the order in which tables get them; each with whole items.
constexpr std::array<std::pair<const char*, const char*>, 5> indexes{
    {{"email", "S"}, {"status", "S"}, {"name", "S"}, {"quantity", "N"}, {"created_at", "N"}}};

std::string create_text(const std::string& table, std::size_t count) {
  std::string definitions, list;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string attribute = indexes[i].first;
    definitions += R"(,{"AttributeName":")" + attribute + R"(","AttributeType":")" + indexes[i].second + "\"}";
    list += std::string(i == 0 ? "" : ",") + R"({"IndexName":"by_)" + attribute +
            R"(","KeySchema":[{"AttributeName":")" + attribute +
            R"(","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}})";
  }
  if (!list.empty()) list = R"(,"GlobalSecondaryIndexes":[)" + list + "]";
  return R"({"TableName":")" + table +
         R"(","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},)"
         R"({"AttributeName":"id","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"customer","AttributeType":"S"},)"
         R"({"AttributeName":"id","AttributeType":"S"})" +
         definitions + "]" + list + "}";
}

std::string item_of(const order& of) {
  json::buffer text;
  encoder out(text);
  detail::write_record(out, detail::record_of<order>, &of);
  return std::string(text.view());
}

class bench {
 public:
  explicit bench(ratios& table) : table_(table), bare_(bare_rocksdb::on_disk(folder_ / "bare", options())) {
    ours_.emplace(must(database::open(folder_ / "ours", options())));
    const std::uint32_t count = table.quick() ? 2'000 : 20'000;
    for (std::uint32_t i = 0; i < count; ++i) items_.push_back(make_order(i));
  }

  void put_with(std::size_t index_count);
  void batch_of_25();

 private:
  static database_options options() {
    database_options wanted;
    wanted.durability = durability::process_crash;
    wanted.cache_bytes = std::size_t{1} << 29;
    return wanted;
  }
  void call(operation_name operation, std::string_view body) const {
    must(ours_->endpoint()->call(request(operation, json::buffer(body))));
  }
  /// The order as it is next: its name changes, and with it every row that holds it.
  const order& changed(std::uint64_t number) {
    order& item = items_[number % items_.size()];
    item.name.front() = item.name.front() == 'G' ? 'B' : 'G';
    return item;
  }
  std::string fill(std::size_t index_count) {
    const std::string name = "orders_" + std::to_string(index_count);
    call(operation_name::create_table, create_text(name, index_count));
    for (const order& item : items_) {
      const std::string text = item_of(item);
      call(operation_name::put_item, R"({"TableName":")" + name + R"(","Item":)" + text + "}");
      write_bare(item, text, index_count);
    }
    return name;
  }
  /// The item's row and its index rows in one batch, as the engine writes them.
  void write_bare(const order& item, const std::string& text, std::size_t index_count) {
    rocksdb::WriteBatch batch;
    const std::string key = item.customer + item.id, row = "-----" + text;
    batch.Put("r" + std::to_string(index_count) + key, row);
    for (std::size_t i = 0; i < index_count; ++i) batch.Put(indexes[i].first + item.email + key, row);
    if (!bare_->Write(write_, &batch).ok()) give_up("the bare write failed");
  }

  ratios& table_;
  scratch_folder folder_;
  bare_rocksdb bare_;
  std::optional<database> ours_;
  std::vector<order> items_;
  rocksdb::WriteOptions write_ = bare_write(durability::process_crash);
};

void bench::put_with(std::size_t index_count) {
  const std::string row = "put with " + std::to_string(index_count) + (index_count == 1 ? " index row" : " index rows");
  if (!table_.wanted(row)) return;
  const std::string name = fill(index_count);
  // The old item is read for its index rows; the bare side writes the same rows and reads nothing.
  table_.compare(
      row, promise::ratio(2.0), points_per_round,
      [&](std::uint64_t i) {
        const order& item = items_[i % items_.size()];
        write_bare(item, item_of(item), index_count);
      },
      [&](std::uint64_t i) {
        call(operation_name::put_item, R"({"TableName":")" + name + R"(","Item":)" + item_of(changed(i)) + "}");
      });
}

void bench::batch_of_25() {
  constexpr const char* row = "batch write of 25 (bare: our 25 puts)";
  if (!table_.wanted(row)) return;
  constexpr std::size_t size = 25;
  call(operation_name::create_table, create_text("batched", 0));
  std::uint64_t at = 0;
  table_.compare(
      row, promise::ratio(1.0), 8,
      [&](std::uint64_t) {
        for (std::size_t i = 0; i < size; ++i) {
          call(operation_name::put_item, R"({"TableName":"batched","Item":)" + item_of(changed(at++)) + "}");
        }
      },
      [&](std::uint64_t) {
        std::string body = R"({"RequestItems":{"batched":[)";
        for (std::size_t i = 0; i < size; ++i) {
          body += std::string(i == 0 ? "" : ",") + R"({"PutRequest":{"Item":)" + item_of(changed(at++)) + "}}";
        }
        call(operation_name::batch_write_item, body + "]}}");
      });
}

/// Over an index of whole items, and over one that holds nothing but keys, where each item is fetched from the table.
void queries(ratios& table) {
  constexpr const char* whole = "query of 100 over an index -> response JSON";
  constexpr const char* fetched = "query of 100 over a local index of keys, items fetched (bare: 100 gets)";
  if (!table.wanted(whole) && !table.wanted(fetched)) return;
  const order_database db(table.quick() ? 40'000 : 400'000, 2'000, with_indexes::yes);
  bare_orders bare(db);
  const auto queries = [&](const std::string& more) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < db.starts(); ++i) {
      const order& first = db.start_at(i).item;
      texts.push_back(R"({"TableName":"orders",)" + more +
                      R"(,"KeyConditionExpression":"customer = :0 AND created_at >= :1",)"
                      R"("ExpressionAttributeValues":{":0":{"S":")" +
                      first.customer + R"("},":1":{"N":")" + std::to_string(first.created_at) + R"("}},"Limit":100})");
    }
    return [&db, texts](std::uint64_t i) { db.call(operation_name::query, texts[i % texts.size()]); };
  };
  table.compare(
      whole, promise::ratio(1.3), queries_per_round,
      [&](std::uint64_t i) { bare.query(db.start_at(i).key_by_customer); }, queries(R"("IndexName":"by_customer")"));
  table.compare(
      fetched, promise::none(), queries_per_round,
      [&](std::uint64_t i) { bare.query_and_fetch(db.start_at(i).key_by_time, db.start_at(i).key); },
      queries(R"("IndexName":"by_time","Select":"ALL_ATTRIBUTES")"));
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  dynamo::bench::ratios table(argc, argv);
  table.heading("indexes and batches, wire protocol");
  dynamo::bench::in_a_process([&] { dynamo::bench::queries(table); });  // the others get a heap without its traces
  dynamo::bench::bench all(table);
  for (const std::size_t count : {1u, 2u, 5u}) all.put_with(count);
  all.batch_of_25();
}
