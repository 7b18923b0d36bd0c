// Several threads change the same few tables and write to them.
#include "table_operations.hpp"

#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;

TEST(table_operations, of_several_threads_leave_a_sound_catalog) {
  const auto opened = core_in_memory();
  ASSERT_TRUE(opened);
  engine::engine_core& core = *opened;
  core_endpoint db(core);
  std::mutex mutex;
  std::set<std::string> used;
  std::atomic<int> created = 0, deleted = 0, updated = 0, refused = 0;
  {
    std::array<std::jthread, 4> threads;
    for (unsigned t = 0; t < threads.size(); ++t) {
      threads[t] = std::jthread([&, t] {
        std::mt19937_64 random(t);
        for (int i = 0; i < 300; ++i) {
          const std::string table = "table" + std::to_string(random() % 3);
          const auto count = [&](const answer& came, std::atomic<int>& of) {
            ++(came.ok ? of : refused);
            const bool usual = came.ok || came.code == errc::resource_in_use || came.code == errc::resource_not_found ||
                               came.code == errc::validation;  // a stream is on already, or off
            EXPECT_TRUE(usual) << came.to_string();
            return came.ok;
          };
          std::atomic<int> others = 0;
          switch (random() % 8) {
            case 0: count(testing_support::call(db, delete_table, name_body(table)), deleted); break;
            case 1:
            case 2:
            case 3:
              count(testing_support::call(db, update_table, stream_body(table, random() % 2 == 0)), updated);
              break;
            case 4: {
              const answer came = testing_support::call(db, create_table, create_body(table, random() % 2 == 0));
              if (!count(came, created)) break;
              const std::scoped_lock held(mutex);
              const std::string id = text_member(member(came.body, "TableDescription").value_or(""), "TableId");
              EXPECT_TRUE(used.insert(id).second) << id << " was given twice";
              break;
            }
            case 5: count(testing_support::call(db, describe_table, name_body(table)), others); break;
            default: count(testing_support::call(db, put_item, put_body(table, std::to_string(random() % 5))), others);
          }
        }
      });
    }
  }
  EXPECT_GT(created, 0);
  EXPECT_GT(deleted, 0);
  EXPECT_GT(updated, 0);
  EXPECT_GT(refused, 0);
  expect_sound(core, "all done");
  // Each record lies in the shard of its number.
  for (const engine::stream_descriptor& stream : core.tables.streams_after(0, 10'000)) {
    const auto begin = engine::change_key(core.rows->prefix(), stream.id, 0, {});
    const auto end = engine::change_key(core.rows->prefix(), stream.id + 1, 0, {});
    const auto first = engine::change_key(core.rows->prefix(), stream.id, 0, stream.first);
    const auto at = core.rows->range(begin, end, engine::direction::forward);
    EXPECT_TRUE(!at->valid() || at->key() >= first) << stream.table_name << ' ' << stream.label;
  }
}

}  // namespace
