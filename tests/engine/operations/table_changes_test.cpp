// Operations on tables beside each other, on a disk that makes their commits wait, fail, or end with the power.
#include <engine/operations/table_changes.hpp>

#include "../../support/seeds.hpp"
#include "table_operations.hpp"

#include <atomic>
#include <random>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;
using testing_support::for_each_seed;
using simulated_disk = dynamo::testing::simulated_disk;
using disk_fault = dynamo::testing::disk_fault;

class table_operations : public on_simulated_disk<stream_fixture> {
 protected:
  void must(operation_name op, const std::string& body) {
    const answer came = call(op, body);
    ASSERT_TRUE(came.ok) << came.to_string();
  }
  std::string described(const std::string& table) {
    const answer came = call(describe_table, name_body(table));
    return came.ok ? member(came.body, "Table").value_or("") : came.message;
  }
  std::string status_of(const std::string& table) {
    const std::string shown = described(table);
    return shown.starts_with("{") ? text_member(shown, "TableStatus") : shown;
  }
  std::string index_status_of(const std::string& table) {
    return text_member(elements(member(described(table), "GlobalSecondaryIndexes").value_or("[]")).at(0),
                       "IndexStatus");
  }
  /// Executes an operation whose commit waits for the disk; the caller releases the syncs, and then has its answer.
  std::thread hold(operation_name op, const std::string& body, answer& came) {
    disk_->hold_syncs();
    std::thread executing([this, op, body, &came] { came = call(op, body); });
    disk_->wait_for_held_sync();
    return executing;
  }
  /// The same for one that waits in the queue after another.
  std::thread queue(operation_name op, const std::string& table, const std::string& body, answer& came) {
    const std::string before = status_of(table);
    std::thread executing([this, op, body, &came] { came = call(op, body); });
    while (status_of(table) == before) std::this_thread::yield();
    return executing;
  }
  void release(std::thread& executing) {
    disk_->release_syncs();
    executing.join();
  }
  void expect_in_use(operation_name op, const std::string& body, const std::string& words) {
    EXPECT_EQ(told(op, body), "resource_in_use: " + words);
  }

  const std::string in_use_ = "Attempt to change a resource which is still in use: Table is being ";
};

TEST_F(table_operations, meet_a_table_that_is_being_created) {
  answer created;
  std::thread creating = hold(create_table, create_body("orders", true), created);
  EXPECT_EQ(status_of("orders"), "CREATING");
  EXPECT_EQ(index_status_of("orders"), "CREATING");
  expect_in_use(create_table, create_body("orders"), "Table already exists: orders");
  expect_in_use(update_table, stream_body("orders", false), in_use_ + "created: orders");
  expect_in_use(delete_table, name_body("orders"), in_use_ + "created: orders");
  EXPECT_EQ(told(put_item, put_body("orders", "a")), "resource_not_found: Requested resource not found");
  EXPECT_EQ(call(list_tables, "{}").body, R"({"TableNames":["orders"]})");
  release(creating);
  EXPECT_EQ(text_member(member(created.body, "TableDescription").value_or(""), "TableStatus"), "CREATING");
  EXPECT_EQ(status_of("orders"), "ACTIVE");
  must(put_item, put_body("orders", "a"));
  expect_sound(*core_, "created");
}

TEST_F(table_operations, meet_a_table_that_is_being_updated) {
  must(create_table, create_body("orders"));
  answer updated, put;
  std::thread updating = hold(update_table, stream_body("orders", true), updated);
  EXPECT_EQ(status_of("orders"), "UPDATING");
  EXPECT_EQ(index_status_of("orders"), "ACTIVE");
  expect_in_use(create_table, create_body("orders"), "Table already exists: orders");
  expect_in_use(update_table, stream_body("orders", true), in_use_ + "updated: orders");
  expect_in_use(delete_table, name_body("orders"), in_use_ + "updated: orders");
  std::thread putting([&] { put = call(put_item, put_body("orders", "a")); });  // items are written meanwhile
  release(updating);
  putting.join();
  EXPECT_TRUE(put.ok) << put.to_string();
  const std::string described_last = member(updated.body, "TableDescription").value_or("");
  EXPECT_EQ(text_member(described_last, "TableStatus"), "UPDATING");
  EXPECT_EQ(status_of("orders"), "ACTIVE");
  EXPECT_EQ(keys_from(iterator(text_member(described_last, "LatestStreamArn"))), std::vector<std::string>({"a"}));
  expect_sound(*core_, "updated");
}

TEST_F(table_operations, meet_a_table_that_is_being_deleted) {
  must(create_table, create_body("orders"));
  must(put_item, put_body("orders", "a"));
  answer deleted;
  std::thread deleting = hold(delete_table, name_body("orders"), deleted);
  EXPECT_EQ(status_of("orders"), "DELETING");
  EXPECT_EQ(index_status_of("orders"), "DELETING");
  expect_in_use(create_table, create_body("orders"), "Table already exists: orders");
  expect_in_use(update_table, stream_body("orders", true), in_use_ + "deleted: orders");
  expect_in_use(delete_table, name_body("orders"), in_use_ + "deleted: orders");
  EXPECT_EQ(told(put_item, put_body("orders", "b")), "resource_not_found: Requested resource not found");
  release(deleting);
  EXPECT_EQ(text_member(member(deleted.body, "TableDescription").value_or(""), "TableStatus"), "DELETING");
  EXPECT_EQ(status_of("orders"), "Requested resource not found: Table: orders not found");
  expect_sound(*core_, "deleted");
}

TEST_F(table_operations, show_ttl_in_change_until_the_change_is_committed) {
  const auto ttl_body = [](bool on) {
    return std::string(R"({"TableName":"orders","TimeToLiveSpecification":{"AttributeName":"expires","Enabled":)") +
           (on ? "true}}" : "false}}");
  };
  const auto description = [&] { return told(describe_time_to_live, name_body("orders")); };
  const auto with_attribute = [](const std::string& status) {
    return R"({"TimeToLiveDescription":{"AttributeName":"expires","TimeToLiveStatus":")" + status + R"("}})";
  };
  must(create_table, create_body("orders"));
  answer changed;
  std::thread changing = hold(update_time_to_live, ttl_body(true), changed);
  EXPECT_EQ(description(), with_attribute("ENABLING"));
  release(changing);
  ASSERT_TRUE(changed.ok) << changed.to_string();

  const std::string enabled = description();
  changing = hold(update_table, stream_body("orders", true), changed);
  EXPECT_EQ(description(), enabled) << "another change of the table";
  release(changing);
  ASSERT_TRUE(changed.ok) << changed.to_string();

  changing = hold(update_time_to_live, ttl_body(false), changed);
  EXPECT_EQ(description(), with_attribute("DISABLING"));
  release(changing);
  ASSERT_TRUE(changed.ok) << changed.to_string();
  EXPECT_EQ(description(), R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
}

TEST_F(table_operations, on_different_tables_do_not_wait_for_each_other) {
  must(create_table, create_body("old"));
  must(create_table, create_body("streamed"));
  answer created, updated, deleted;
  std::thread creating = hold(create_table, create_body("new"), created);
  std::thread updating = queue(update_table, "streamed", stream_body("streamed", true), updated);
  std::thread deleting = queue(delete_table, "old", name_body("old"), deleted);
  EXPECT_EQ(status_of("new"), "CREATING");
  EXPECT_EQ(status_of("streamed"), "UPDATING");
  EXPECT_EQ(status_of("old"), "DELETING");
  release(creating);
  updating.join();
  deleting.join();
  for (const answer& came : {created, updated, deleted}) EXPECT_TRUE(came.ok) << came.to_string();
  expect_sound(*core_, "all done");
}

TEST_F(table_operations, a_refused_update_leaves_the_table_to_others) {
  must(create_table, create_body("orders"));
  EXPECT_EQ(told(update_table, stream_body("orders", false)),
            "validation: Table has no stream to disable: TableName: orders");
  EXPECT_EQ(status_of("orders"), "ACTIVE");
  must(update_table, stream_body("orders", true));
}

TEST_F(table_operations, a_shard_has_no_end_before_everything_ahead_of_it_is_committed) {
  must(create_table, create_body("orders", true));
  const std::string arn = text_member(described("orders"), "LatestStreamArn");
  const auto stream_status = [&] {
    return text_member(member(describe(arn), "StreamDescription").value_or(""), "StreamStatus");
  };
  answer put, updated;
  std::thread putting = hold(put_item, put_body("orders", "a"), put);
  std::thread updating = queue(update_table, "orders", stream_body("orders", false), updated);
  EXPECT_EQ(stream_status(), "ENABLED");
  release(putting);
  updating.join();
  ASSERT_TRUE(updated.ok) << updated.to_string();
  EXPECT_EQ(stream_status(), "DISABLED");
  EXPECT_EQ(keys_from(iterator(arn)), std::vector<std::string>({"a"}));
}

TEST_F(table_operations, committed_in_another_order_than_their_ids_let_no_id_be_used_again) {
  engine::table_descriptor table;
  table.key.partition = {{"pk", attribute_type::S}};
  table.name = "first";
  auto first = core_->tables.create(table);
  table.name = "second";
  auto second = core_->tables.create(table);
  ASSERT_TRUE(first && second);
  ASSERT_LT(first->next.id, second->next.id);
  ASSERT_TRUE(engine::commit(*core_, *second));
  ASSERT_TRUE(engine::commit(*core_, *first));
  expect_sound(*core_, "both created");
  reopen();
  expect_sound(*core_, "opened again");
  EXPECT_EQ(core_->tables.next_id(), 3u);
}

TEST_F(table_operations, that_fail_leave_the_old_version_whichever_operation_of_the_disk_fails) {
  int failures = 0;
  for (const auto how : {disk_fault::kind::io_error, disk_fault::kind::no_space}) {
    for (std::uint64_t passing = 0; passing < 8; ++passing) {
      begin_anew();
      must(create_table, create_body("old"));
      must(put_item, put_body("old", "a"));
      must(create_table, create_body("streamed", true));
      const std::string old = described("old"), streamed = described("streamed");
      disk_fault fault(disk_fault::operation::any_write, how);
      fault.passing = passing;
      disk_->fail(fault);
      const bool created = call(create_table, create_body("new", true)).ok;
      const bool updated = call(update_table, stream_body("streamed", false)).ok;
      const bool enabled = call(update_table, stream_body("old", true)).ok;
      const bool deleted = call(delete_table, name_body("old")).ok;
      failures += created && updated && enabled && deleted ? 0 : 1;
      const std::string when = "after " + std::to_string(passing) + " operations";
      EXPECT_EQ(status_of("new"), created ? "ACTIVE" : "Requested resource not found: Table: new not found") << when;
      EXPECT_TRUE(updated || described("streamed") == streamed) << when;
      EXPECT_TRUE(enabled || deleted || described("old") == old) << when;
      EXPECT_TRUE(deleted || call(get_item, R"({"TableName":"old","Key":{"pk":{"S":"a"}}})").ok) << when;
      expect_sound(*core_, when);
      reopen();
      expect_sound(*core_, "opened again " + when);
      must(create_table, create_body("later", true));
      expect_sound(*core_, "created another one " + when);
    }
  }
  EXPECT_GT(failures, 0);
}

TEST_F(table_operations, of_several_threads_survive_power_cuts) {
  for_each_seed(10, [&](std::mt19937_64& random) {
    begin_anew();
    std::set<std::string> used;  // ids of tables whose creation was acknowledged
    for (int run = 0; run < 4; ++run) {
      std::mutex mutex;
      std::atomic<int> acknowledged = 0;
      const int enough = static_cast<int>(random() % 12);
      std::vector<std::thread> threads;
      for (unsigned t = 0; t < 3; ++t) {
        threads.emplace_back([&, t, seed = random()] {
          std::mt19937_64 mine(seed);
          const auto goes_on = [](const answer& came) {
            return came.ok || came.code == errc::resource_in_use || came.code == errc::resource_not_found ||
                   came.code == errc::validation;
          };
          while (true) {
            const std::string table = "table" + std::to_string(mine() % 3 + t % 2);
            answer came;
            switch (mine() % 4) {
              case 0: came = call(delete_table, name_body(table)); break;
              case 1: came = call(update_table, stream_body(table, mine() % 2 == 0)); break;
              case 2: came = call(put_item, put_body(table, std::to_string(mine() % 5))); break;
              default:
                came = call(create_table, create_body(table, mine() % 2 == 0));
                if (came.ok) {
                  const std::string id = text_member(member(came.body, "TableDescription").value_or(""), "TableId");
                  const std::scoped_lock held(mutex);
                  EXPECT_TRUE(used.insert(id).second) << id << " was given twice";
                }
            }
            if (came.ok) ++acknowledged;
            if (!goes_on(came)) return;  // the power is gone
          }
        });
      }
      while (acknowledged < enough) std::this_thread::yield();
      disk_->crash_with_torn_tail(random());
      for (std::thread& thread : threads) thread.join();
      reopen();
      expect_sound(*core_, "opened again");
    }
  });
}

}  // namespace
