/// Opening databases, on disk and in memory: the first of a process and further ones. What a first one costs is measured in
/// processes of their own.
#include "order_database.hpp"
#include "ratio.hpp"

#include <cstring>

namespace dynamo::bench {
namespace {

constexpr std::string_view a_table =
    R"({"TableName":"orders","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
    R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})";

void open_bare_in_memory() { (void)bare_rocksdb::in_memory(); }
void open_in_memory() { (void)must(database::in_memory()); }

// The time of making the process is in it: see the row that does nothing.
void first_ones(ratios& table) {
  table.alone(
      "a process that does nothing", promise::none(), 1, [](std::uint64_t) { in_a_process([] {}); }, meter::wall);
  table.compare(
      "first database in memory of a process", promise::none(), 1,
      [](std::uint64_t) { in_a_process(open_bare_in_memory); }, [](std::uint64_t) { in_a_process(open_in_memory); },
      meter::wall);
}

void further_ones(ratios& table) {
  open_in_memory();
  table.compare(
      "further database in memory, opened and closed", promise::microseconds(200), 20,
      [](std::uint64_t) { open_bare_in_memory(); }, [](std::uint64_t) { open_in_memory(); }, meter::wall);
  table.compare(
      "the same with a table, an item put and read", promise::none(), 20, [](std::uint64_t) { open_bare_in_memory(); },
      [](std::uint64_t) {
        const database db = must(database::in_memory());
        const auto call = [&](operation_name operation, std::string_view body) {
          (void)must(db.endpoint()->call(request(operation, json::buffer(body))));
        };
        call(operation_name::create_table, a_table);
        call(operation_name::put_item, R"({"TableName":"orders","Item":{"id":{"S":"1"}}})");
        call(operation_name::get_item, R"({"TableName":"orders","Key":{"id":{"S":"1"}}})");
      },
      meter::wall);
}

void on_disk(ratios& table) {
  const scratch_folder folder;
  (void)bare_rocksdb::on_disk(folder / "bare");
  (void)must(database::open(folder / "ours"));
  table.compare(
      "database on disk, opened and closed", promise::none(), 1,
      [&](std::uint64_t) { (void)bare_rocksdb::on_disk(folder / "bare"); },
      [&](std::uint64_t) { (void)must(database::open(folder / "ours")); }, meter::wall);
  table.compare(
      "new database on disk, opened and closed", promise::none(), 1,
      [&](std::uint64_t i) { (void)bare_rocksdb::on_disk(folder / ("bare" + std::to_string(i))); },
      [&](std::uint64_t i) { (void)must(database::open(folder / ("ours" + std::to_string(i)))); }, meter::wall);
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  using namespace dynamo::bench;
  ratios table(argc, argv);
  table.heading("opening databases, wall time");
  first_ones(table);  // before anything in this process has opened one
  further_ones(table);
  on_disk(table);
}
