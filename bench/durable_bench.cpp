/// Puts that are acknowledged once they are on the disk, by one and by sixteen writers, against RocksDB's own synced puts.
/// Wall time: what is waited for is the disk, and the other writers.
#include "order_database.hpp"
#include "ratio.hpp"

#include <atomic>
#include <barrier>
#include <thread>

namespace dynamo::bench {
namespace {

/// Threads that do a round together when they are told.
class team {
 public:
  using work = std::function<void(unsigned member, std::uint64_t number)>;

  team(unsigned members, unsigned each, work what)
      : each_(each), what_(std::move(what)), start_(members + 1), end_(members + 1) {
    for (unsigned member = 0; member < members; ++member) threads_.emplace_back([this, member] { serve(member); });
  }
  team(const team&) = delete;
  team& operator=(const team&) = delete;
  ~team() {
    stopped_ = true;
    start_.arrive_and_wait();
    for (std::thread& one : threads_) one.join();
  }
  void round(std::uint64_t number) {
    number_ = number;
    start_.arrive_and_wait();
    end_.arrive_and_wait();
  }

 private:
  void serve(unsigned member) {
    while (true) {
      start_.arrive_and_wait();
      if (stopped_) return;
      for (unsigned i = 0; i < each_; ++i) what_(member, number_ * each_ + i);
      end_.arrive_and_wait();
    }
  }

  const unsigned each_;
  const work what_;
  std::barrier<> start_, end_;
  std::uint64_t number_ = 0;
  std::atomic<bool> stopped_ = false;
  std::vector<std::thread> threads_;
};

constexpr std::uint32_t orders_per_writer = 1000;
/// At least 90 % of RocksDB's throughput.
constexpr double time_max = 1 / 0.9;

void compare(ratios& table, unsigned writers, const char* name) {
  if (!table.wanted(name)) return;
  const scratch_folder folder;
  const bare_rocksdb bare = bare_rocksdb::on_disk(folder / "bare");
  const database ours = must(database::open(folder / "ours"));
  dynamo::table<orders_schema> orders(ours);
  must(orders.create_if_absent().run());

  struct member {
    std::vector<order> items;
    std::vector<std::string> keys, rows;
  };
  std::vector<member> members(writers);
  for (unsigned m = 0; m < writers; ++m) {
    for (std::uint32_t i = 0; i < orders_per_writer; ++i) {
      members[m].items.push_back(make_order(m * orders_per_writer + i));
      const order& made = members[m].items.back();
      members[m].keys.push_back("t0001--hash--" + made.customer + made.id);
      json::buffer text;
      encoder out(text);
      detail::write_record(out, detail::record_of<order>, &made);
      members[m].rows.push_back("-----" + std::string(text.view()));
    }
  }
  constexpr unsigned each = 4;
  const rocksdb::WriteOptions synced = bare_write(durability::power_loss);
  team bare_team(writers, each, [&](unsigned m, std::uint64_t number) {
    const std::size_t at = number % orders_per_writer;
    if (!bare->Put(synced, members[m].keys[at], members[m].rows[at]).ok()) give_up("the bare put failed");
  });
  team our_team(writers, each, [&](unsigned m, std::uint64_t number) {
    order& item = members[m].items[number % orders_per_writer];
    ++item.created_at;
    must(orders.put(item).run());
  });
  table.compare(
      name, promise::ratio(time_max, "1.0"), 2, [&](std::uint64_t i) { bare_team.round(i); },
      [&](std::uint64_t i) { our_team.round(i); }, meter::wall);
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  dynamo::bench::ratios table(argc, argv);
  table.heading("durable puts, wall time of 4 by each writer");
  dynamo::bench::compare(table, 1, "durable put, 1 writer");
  dynamo::bench::compare(table, 16, "durable put, 16 writers");
}
