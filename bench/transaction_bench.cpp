/// What a transaction costs, entered where the wire protocol enters it. The bare side puts the same items by BatchWriteItem.
#include "order_database.hpp"
#include "ratio.hpp"

#include <dynamo/database.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::bench {
namespace {

constexpr std::size_t batch_max = 25;

std::string put_of(const order& item) {
  json::buffer text;
  encoder out(text);
  detail::write_record(out, detail::record_of<order>, &item);
  return std::string(text.view());
}

class bench {
 public:
  explicit bench(ratios& table) : table_(table) {
    database_options wanted;
    wanted.durability = durability::process_crash;
    wanted.cache_bytes = std::size_t{1} << 29;
    ours_.emplace(must(database::open(folder_ / "ours", wanted)));
    must(dynamo::table<orders_schema>(*ours_).create_if_absent().run());
    const std::uint32_t count = table.quick() ? 2'000 : 20'000;
    for (std::uint32_t i = 0; i < count; ++i) {
      const order made = make_order(i);
      items_.push_back(put_of(made));
      keys_.push_back(R"({"customer":{"S":")" + made.customer + R"("},"id":{"S":")" + made.id + "\"}}");
    }
  }

  void transaction_of(std::size_t size) {
    const std::string row = "transaction of " + std::to_string(size) + " puts (bare: the same puts as a batch)";
    if (!table_.wanted(row)) return;
    const auto rounds = static_cast<unsigned>(std::max<std::size_t>(1, 200 / size));
    table_.compare(
        row, promise::ratio(1.6), rounds, [&](std::uint64_t i) { put_as_batches(i * size, size); },
        [&](std::uint64_t i) { put_as_transaction(i * size, size); });
  }
  void transacted_get_of(std::size_t size) {
    const std::string row = "TransactGetItems of " + std::to_string(size) + " (bare: BatchGetItem)";
    if (!table_.wanted(row)) return;
    const auto rounds = static_cast<unsigned>(std::max<std::size_t>(1, 200 / size));
    table_.compare(
        row, promise::none(), rounds, [&](std::uint64_t i) { get_as_batch(i * size, size); },
        [&](std::uint64_t i) { get_as_transaction(i * size, size); });
  }

 private:
  const std::string& item(std::uint64_t number) const { return items_[number % items_.size()]; }
  const std::string& key(std::uint64_t number) const { return keys_[number % keys_.size()]; }
  void call(operation_name operation, std::string_view body) const {
    must(ours_->endpoint()->call(request(operation, json::buffer(body))));
  }

  void put_as_batches(std::uint64_t first, std::size_t size) const {
    for (std::size_t done = 0; done < size; done += batch_max) {
      std::string body = R"({"RequestItems":{"orders":[)";
      for (std::size_t i = done; i < std::min(size, done + batch_max); ++i) {
        body += (i == done ? "" : ",") + (R"({"PutRequest":{"Item":)" + item(first + i)) + "}}";
      }
      call(operation_name::batch_write_item, body + "]}}");
    }
  }
  void put_as_transaction(std::uint64_t first, std::size_t size) const {
    std::string body = R"({"TransactItems":[)";
    for (std::size_t i = 0; i < size; ++i) {
      body += (i == 0 ? "" : ",") + (R"({"Put":{"TableName":"orders","Item":)" + item(first + i)) + "}}";
    }
    call(operation_name::transact_write_items, body + "]}");
  }
  void get_as_batch(std::uint64_t first, std::size_t size) const {
    std::string body = R"({"RequestItems":{"orders":{"Keys":[)";
    for (std::size_t i = 0; i < size; ++i) body += (i == 0 ? "" : ",") + key(first + i);
    call(operation_name::batch_get_item, body + "]}}}");
  }
  void get_as_transaction(std::uint64_t first, std::size_t size) const {
    std::string body = R"({"TransactItems":[)";
    for (std::size_t i = 0; i < size; ++i) {
      body += (i == 0 ? "" : ",") + (R"({"Get":{"TableName":"orders","Key":)" + key(first + i)) + "}}";
    }
    call(operation_name::transact_get_items, body + "]}");
  }

  ratios& table_;
  scratch_folder folder_;
  std::optional<database> ours_;
  std::vector<std::string> items_;  // canonical
  std::vector<std::string> keys_;
};

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  dynamo::bench::ratios table(argc, argv);
  table.heading("Transactions, and the same items as batches");
  dynamo::bench::bench run(table);
  for (const std::size_t size : {2u, 10u, 100u}) run.transaction_of(size);
  for (const std::size_t size : {2u, 10u, 100u}) run.transacted_get_of(size);
}
