#include "crowd.hpp"

#include "../support/wire.hpp"
#include "vector_query.hpp"
#include "vectors.hpp"

#include <mutex>
#include <thread>

namespace dynamo::model {
namespace {

using namespace testing_support;
using problem = std::optional<std::string>;

std::string table_name(int table) { return std::string(shapes[static_cast<std::size_t>(table)].name); }

class work {
 public:
  work(storage& on, const crowd& how, aftermath& after) : on_(on), how_(how), after_(after) {}

  problem run() {
    after_.streams.resize(static_cast<std::size_t>(how_.tables));
    after_.tailed.resize(after_.streams.size());
    after_.events.resize(static_cast<std::size_t>(how_.threads));
    for (int table = 0; table < how_.tables; ++table) {
      if (auto failed = create(table)) return failed;
    }
    std::vector<std::thread> writers, others;
    if (how_.churn) {
      others.emplace_back([this] { churn(); });
    } else {
      for (int table = 0; table < how_.tables; ++table) others.emplace_back([this, table] { tail(table); });
    }
    for (int thread = 0; thread < how_.threads; ++thread) writers.emplace_back([this, thread] { write(thread); });
    for (std::thread& writer : writers) writer.join();
    finished_ = true;
    for (std::thread& other : others) other.join();
    after_.crashed = crashed_;
    if (!problem_.empty()) return problem_;
    if (!on_.on_disk()) return std::nullopt;
    on_.close();
    return on_.open();
  }

 private:
  problem create(int table) {
    const answer made = call(on_.db(), operation_name::create_table, create_table_text(table, true));
    if (!made.ok) return "CreateTable: " + made.to_string();
    const std::string description = member(made.body, "TableDescription").value_or("");
    after_.streams[static_cast<std::size_t>(table)].push_back(text_member(description, "LatestStreamArn"));
    return std::nullopt;
  }

  void write(int thread) {
    std::mt19937_64 random(how_.seed * 1000 + static_cast<std::uint64_t>(thread));
    auto& events = after_.events[static_cast<std::size_t>(thread)];
    for (int i = 0; i < how_.writes_each; ++i) {
      event e;
      e.write = random_write(random, how_.tables, how_.places_used);
      if (e.write.what == item_write::kind::erase) e.write.returns = 1;  // the old item tells which one was removed
      e.write.stamp = std::to_string(thread) + "." + std::to_string(i);
      e.write.judged_by = vector_indexes_made_with(e.write.at.table);
      if (i % 16 == 0) search(e.write.at.table, i);
      const bool is_read = random() % 8 == 0;
      const answer a = is_read ? call(on_.db(), operation_name::get_item, read_text(e.write.at))
                               : call(on_.db(), name_of(e.write), body_of(e.write));
      tell(e, a, is_read);
      const bool stop = e.what == event::told::lost;
      if (e.what == event::told::done) count();
      events.push_back(std::move(e));
      if (stop) return;
    }
  }

  // So an index is in memory, and follows the writes. What it finds while they go on is nobody's to say.
  void search(int table, int which) {
    for (const vector_index_shape* index : listed(vector_indexes_made_with(table))) {
      vector_query wanted;
      wanted.index = index;
      wanted.vector = search_vector(which);
      const answer came = call(on_.db(), operation_name::search_vectors, search_text(wanted));
      if (!came.ok && !crashed_ && !how_.churn) note("SearchVectors: " + came.to_string());
    }
  }

  static std::string read_text(const place& at) {
    return R"({"TableName":")" + table_name(at.table) + R"(","Key":)" + key_text(at) + "}";
  }

  static void tell(event& e, const answer& a, bool is_read) {
    using told = event::told;
    e.message = a.message;
    if (a.ok) {
      e.what = is_read ? told::read : told::done;
      e.image = is_read ? member(a.body, "Item").value_or("") : a.body;
    } else if (a.code == errc::conditional_check_failed) {
      e.what = told::condition_failed;
      e.image = member(a.body, "Item").value_or("");
    } else if (a.code == errc::resource_not_found) {
      e.what = told::no_table;
    } else if (a.code == errc::validation) {
      e.what = told::refused;
    }
  }

  void count() {
    if (acknowledged_.fetch_add(1) + 1 != how_.crash_after) return;
    crashed_ = true;
    if (how_.torn) {
      on_.crash_torn(how_.seed);
    } else {
      on_.crash();
    }
  }

  // Follows the log while it grows, to its end.
  void tail(int table) {
    log_reader reader(on_.db(), after_.streams[static_cast<std::size_t>(table)].front());
    while (true) {
      const bool last_round = finished_;
      auto failed = reader.read(after_.tailed[static_cast<std::size_t>(table)]);
      if (failed && !crashed_) return note(*failed);
      if (failed || last_round) return;
    }
  }

  void churn() {
    std::mt19937_64 random(how_.seed);
    while (!finished_) {
      const int table = static_cast<int>(random() % static_cast<unsigned>(how_.tables));
      const answer gone = call(on_.db(), operation_name::delete_table, R"({"TableName":")" + table_name(table) + "\"}");
      if (!gone.ok) return note("DeleteTable: " + gone.to_string());
      if (auto failed = create(table)) return note(*failed);
      for (unsigned i = 0; i < random() % 64; ++i) std::this_thread::yield();
    }
  }

  void note(const std::string& what) {
    const std::scoped_lock held(mutex_);
    if (problem_.empty()) problem_ = what;
  }

  storage& on_;
  const crowd& how_;
  aftermath& after_;
  std::atomic<bool> finished_ = false;
  std::atomic<bool> crashed_ = false;
  std::atomic<int> acknowledged_ = 0;
  std::mutex mutex_;
  std::string problem_;
};

}  // namespace

problem let_work(storage& on, const crowd& how, aftermath& after) {
  if (auto failed = on.open()) return failed;
  return work(on, how, after).run();
}

}  // namespace dynamo::model
