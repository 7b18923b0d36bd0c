/// What it costs to fill an index of a table that has items, and what is left of the rate of puts meanwhile.
#include "order_database.hpp"
#include "ratio.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include <sys/resource.h>

namespace dynamo::bench {
namespace {

using wall = std::chrono::steady_clock;

double seconds_since(wall::time_point begin) { return std::chrono::duration<double>(wall::now() - begin).count(); }

double cpu_of_process() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

class bench {
 public:
  explicit bench(std::uint32_t items) : items_(items) {
    database_options wanted;
    wanted.durability = durability::process_crash;
    wanted.cache_bytes = std::size_t{1} << 29;
    ours_.emplace(must(database::open(folder_ / "ours", wanted)));
    call(
        operation_name::create_table,
        R"({"TableName":"orders","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},
           {"AttributeName":"id","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"customer","AttributeType":"S"},
           {"AttributeName":"id","AttributeType":"S"}]})");
    for (std::uint32_t i = 0; i < items; ++i) put(i);
  }

  void fill(const char* projection) {
    const double before = cpu_of_process();
    const auto begin = wall::now();
    add(projection);
    while (is_filling()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const double cpu = cpu_of_process() - before;
    std::printf("| backfill, projection %s, alone | %.2f us of CPU an item | %.0f items a second of CPU | %.1f s |\n",
                projection, cpu * 1e6 / items_, items_ / cpu, seconds_since(begin));
    remove();
  }

  void puts_beside() {
    const double alone = puts_a_second([n = 0]() mutable { return ++n <= 60'000; });
    add("ALL");
    const auto begin = wall::now();
    const double beside = puts_a_second([this, n = 0]() mutable { return ++n % 256 != 0 || is_filling(); });
    std::printf("| puts beside a backfill | %.0f of %.0f a second | %.0f %% | %.1f s |\n", beside, alone,
                100 * beside / alone, seconds_since(begin));
    // What a put costs once the index is there: of that the backfill takes its share.
    const double indexed = puts_a_second([n = 0]() mutable { return ++n <= 60'000; });
    std::printf("| puts with that index | %.0f a second | beside the backfill %.0f %% of that | |\n", indexed,
                100 * beside / indexed);
    remove();
  }

 private:
  void call(operation_name operation, std::string_view body) const {
    must(ours_->endpoint()->call(request(operation, json::buffer(body))));
  }
  // Each changes the item: what changes nothing is not written where a table has an index.
  void put(std::uint32_t i) {
    json::buffer text;
    encoder out(text);
    order item = make_order(i);
    item.quantity = ++puts_;
    detail::write_record(out, detail::record_of<order>, &item);
    call(operation_name::put_item, R"({"TableName":"orders","Item":)" + std::string(text.view()) + "}");
  }
  template <class Goes>
  double puts_a_second(Goes goes) {
    const auto begin = wall::now();
    std::uint32_t count = 0;
    for (; goes(); ++count) put(count * 7919 % items_);
    return count / seconds_since(begin);
  }
  void add(const std::string& projection) const {
    call(operation_name::update_table,
         R"({"TableName":"orders","AttributeDefinitions":[{"AttributeName":"email","AttributeType":"S"}],
           "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_email","KeySchema":[{"AttributeName":"email","KeyType":"HASH"}],
           "Projection":{"ProjectionType":")" +
             projection + R"("}}}]})");
  }
  void remove() const {
    call(operation_name::update_table,
         R"({"TableName":"orders","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_email"}}]})");
  }
  /// Reads of an index that is being filled are refused.
  bool is_filling() const {
    return !ours_->endpoint()->call(
        request(operation_name::scan, json::buffer(R"({"TableName":"orders","IndexName":"by_email","Limit":1})")));
  }

  const std::uint32_t items_;
  std::int64_t puts_ = 0;
  scratch_folder folder_;
  std::optional<database> ours_;
};

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  const dynamo::bench::ratios table(argc, argv);
  std::printf("\n| an index is added to a table with items | | | |\n|---|---|---|---|\n");
  dynamo::bench::bench all(table.quick() ? 100'000 : 1'000'000);
  all.fill("ALL");
  all.fill("KEYS_ONLY");
  all.puts_beside();
}
