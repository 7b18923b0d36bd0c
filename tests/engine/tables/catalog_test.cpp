// The catalog in memory: what it finds and lists, ids, and changes of tables from their claim to their outcome.
#include <engine/tables/catalog.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

using enum table_status;
using names = std::vector<std::string>;

table_descriptor table_of(std::string name, std::uint32_t id = 0) {
  table_descriptor table;
  table.id = id;
  table.name = std::move(name);
  table.key.partition = {{"pk", attribute_type::S}};
  return table;
}

stream_descriptor stream_of(std::uint32_t id, std::string table_name, std::string label) {
  stream_descriptor stream;
  stream.id = id;
  stream.table_name = std::move(table_name);
  stream.label = std::move(label);
  return stream;
}

result<void> anything_goes(const table_descriptor&) { return {}; }

class table_changes : public ::testing::Test {
 protected:
  std::string status_of(const std::string& name) const {
    const auto known = tables_.look_up(name);
    return known ? std::string(to_string(known->status)) : "no table";
  }
  table_change must_claim(result<table_change> claimed) {
    EXPECT_TRUE(claimed) << claimed.error().describe();
    return *std::move(claimed);
  }
  table_change create(const std::string& name) { return must_claim(tables_.create(table_of(name))); }
  table_change update(const std::string& name) { return must_claim(tables_.update(name, anything_goes)); }
  table_change remove(const std::string& name) { return must_claim(tables_.remove(name, anything_goes)); }
  void make(const std::string& name) {
    table_change change = create(name);
    change.take_place();
    change.settle(commit_outcome::committed);
  }
  void open_stream(table_change& change, const std::string& label) {
    change.open_stream(stream_of(*tables_.take_ids(1), change.next.name, label));
  }

  catalog tables_;
};

TEST(catalog, lists_names_in_pages) {
  catalog tables;
  for (const char* name : {"c", "a", "d", "b"}) tables.put(table_of(name));
  const auto listed = [&](std::string_view after, std::size_t limit) {
    auto page = tables.names(after, limit);
    if (page.more) page.names.emplace_back("...");
    return page.names;
  };
  EXPECT_EQ(listed("", 4), names({"a", "b", "c", "d"}));
  EXPECT_EQ(listed("", 3), names({"a", "b", "c", "..."}));
  EXPECT_EQ(listed("b", 1), names({"c", "..."}));
  EXPECT_EQ(listed("bb", 9), names({"c", "d"}));
  EXPECT_EQ(listed("d", 9), names());
  EXPECT_EQ(catalog().names("", 9).names, names());
}

TEST(catalog, finds_tables_that_were_put) {
  catalog tables;
  tables.put(table_of("orders", 7));
  ASSERT_TRUE(tables.find("orders"));
  EXPECT_EQ(tables.find("orders")->descriptor.id, 7u);
  EXPECT_EQ(tables.look_up("orders")->status, active);
  EXPECT_FALSE(tables.find("order"));
  EXPECT_FALSE(tables.look_up("order"));
}

TEST(catalog, finds_streams_by_id_and_by_name) {
  catalog tables;
  tables.put(stream_of(3, "orders", "2026-01-02"));
  tables.put(stream_of(5, "orders", "2026-01-03"));
  tables.put(stream_of(4, "users", "2026-01-04"));
  EXPECT_EQ(tables.find_stream(5)->label, "2026-01-03");
  EXPECT_EQ(tables.find_stream("orders", "2026-01-02")->id, 3u);
  EXPECT_FALSE(tables.find_stream("users", "2026-01-02"));
  EXPECT_FALSE(tables.find_stream(6));
  EXPECT_EQ(tables.latest_label("orders"), "2026-01-03");
  EXPECT_EQ(tables.latest_label("nothing"), "");
  const auto ids = [](const std::vector<stream_descriptor>& streams) {
    std::vector<std::uint32_t> found;
    for (const stream_descriptor& stream : streams) found.push_back(stream.id);
    return found;
  };
  EXPECT_EQ(ids(tables.streams_of("orders")), std::vector<std::uint32_t>({3, 5}));
  EXPECT_EQ(ids(tables.streams_of(std::nullopt)), std::vector<std::uint32_t>({3, 5, 4}));
  EXPECT_EQ(ids(tables.streams_after(3, 1)), std::vector<std::uint32_t>({4}));
  tables.erase_stream(5);
  EXPECT_FALSE(tables.find_stream(5));
  EXPECT_EQ(tables.latest_label("orders"), "2026-01-02");
}

TEST(catalog, ids_never_go_back_and_never_wrap) {
  catalog tables;
  EXPECT_EQ(*tables.take_ids(3), 1u);
  EXPECT_EQ(*tables.take_ids(1), 4u);
  constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
  tables.set_next_id(last - 2);
  EXPECT_FALSE(tables.take_ids(3));
  EXPECT_EQ(*tables.take_ids(2), last - 2);
  EXPECT_EQ(tables.next_id(), last);
  const auto refused = tables.create(table_of("orders"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), errc::limit_exceeded);
  EXPECT_FALSE(tables.look_up("orders"));
}

TEST_F(table_changes, a_table_is_created) {
  table_descriptor indexed = table_of("orders");
  indexed.indexes.resize(2);
  table_change change = must_claim(tables_.create(indexed));
  EXPECT_EQ(change.next.id, 1u);
  EXPECT_EQ(change.next.indexes[0].id, 2u);
  EXPECT_EQ(change.next.indexes[1].id, 3u);
  EXPECT_EQ(tables_.next_id(), 4u);
  EXPECT_EQ(status_of("orders"), "CREATING");
  EXPECT_EQ(tables_.names("", 9).names, names({"orders"}));
  open_stream(change, "label");
  EXPECT_FALSE(tables_.find_stream("orders", "label"));
  change.take_place();
  EXPECT_FALSE(tables_.find("orders")) << "items are written to committed tables alone";
  EXPECT_EQ(tables_.look_up("orders")->entry->descriptor.latest_stream_label, "label");
  EXPECT_TRUE(tables_.find_stream("orders", "label"));
  change.settle(commit_outcome::committed);
  EXPECT_EQ(status_of("orders"), "ACTIVE");
  ASSERT_TRUE(tables_.find("orders"));
  EXPECT_EQ(tables_.find("orders")->version, 1u);
  EXPECT_FALSE(tables_.find("orders")->stale());
}

TEST_F(table_changes, the_next_version_is_written_to_from_its_place_in_the_queue_on) {
  make("orders");
  const auto first = tables_.find("orders");
  table_change change = update("orders");
  open_stream(change, "label");
  EXPECT_EQ(status_of("orders"), "UPDATING");
  EXPECT_EQ(tables_.find("orders"), first);
  EXPECT_FALSE(first->stale());
  change.take_place();
  const auto second = tables_.find("orders");
  EXPECT_NE(second, first);
  EXPECT_TRUE(first->stale());
  EXPECT_FALSE(second->stale());
  EXPECT_EQ(second->version, 2u);
  EXPECT_EQ(tables_.look_up("orders")->entry, second);
  EXPECT_TRUE(tables_.find_stream("orders", "label"))
      << "its first records may be committed before the change is settled";
  change.settle(commit_outcome::committed);
  EXPECT_EQ(tables_.look_up("orders")->entry, second);
  EXPECT_EQ(status_of("orders"), "ACTIVE");
  update("orders").take_place();
  EXPECT_TRUE(second->stale());
  EXPECT_TRUE(first->stale());
}

TEST_F(table_changes, a_shard_ends_when_the_change_is_committed) {
  make("orders");
  table_change opening = update("orders");
  open_stream(opening, "label");
  opening.take_place();
  opening.settle(commit_outcome::committed);
  table_change closing = update("orders");
  closing.close_stream(instant());
  closing.take_place();
  EXPECT_FALSE(tables_.find("orders")->descriptor.stream);
  EXPECT_TRUE(tables_.find_stream("orders", "label")->enabled);
  closing.settle(commit_outcome::committed);
  EXPECT_FALSE(tables_.find_stream("orders", "label")->enabled);
  EXPECT_EQ(tables_.find("orders")->descriptor.latest_stream_label, "label");
}

TEST_F(table_changes, a_table_is_deleted) {
  make("orders");
  const auto last = tables_.find("orders");
  table_change change = remove("orders");
  EXPECT_EQ(status_of("orders"), "DELETING");
  EXPECT_EQ(tables_.find("orders"), last);
  change.take_place();
  EXPECT_TRUE(last->stale());
  EXPECT_FALSE(tables_.find("orders"));
  EXPECT_EQ(tables_.look_up("orders")->entry, last);
  change.settle(commit_outcome::committed);
  EXPECT_EQ(status_of("orders"), "no table");
}

TEST_F(table_changes, that_fail_leave_the_old_version) {
  make("orders");
  const auto old = tables_.find("orders");
  table_change enabling = update("orders");
  open_stream(enabling, "label");
  enabling.take_place();
  enabling.settle(commit_outcome::failed);
  EXPECT_EQ(tables_.find("orders"), old);
  EXPECT_FALSE(old->stale());
  EXPECT_EQ(status_of("orders"), "ACTIVE");
  EXPECT_FALSE(tables_.find_stream("orders", "label"));

  table_change deleting_it = remove("orders");
  deleting_it.take_place();
  deleting_it.settle(commit_outcome::failed);
  EXPECT_EQ(tables_.find("orders"), old);
  EXPECT_FALSE(old->stale());
  EXPECT_EQ(status_of("orders"), "ACTIVE");

  table_change creating_it = create("users");
  creating_it.take_place();
  creating_it.settle(commit_outcome::failed);
  EXPECT_EQ(status_of("users"), "no table");
  EXPECT_EQ(create("users").next.id, 4u) << "ids are not taken twice";
}

TEST_F(table_changes, dropped_before_they_have_a_place_are_taken_back) {
  {
    const table_change dropped = create("orders");
  }
  EXPECT_EQ(status_of("orders"), "no table");
  make("orders");
  const auto entry = tables_.find("orders");
  {
    const table_change dropped = update("orders");
  }
  EXPECT_EQ(status_of("orders"), "ACTIVE");
  {
    const table_change dropped = remove("orders");
  }
  EXPECT_EQ(status_of("orders"), "ACTIVE");
  EXPECT_EQ(tables_.find("orders"), entry);
  EXPECT_FALSE(entry->stale());
}

TEST_F(table_changes, dropped_afterwards_leave_the_table_claimed) {
  make("orders");
  {
    table_change dropped = update("orders");
    dropped.take_place();
  }
  EXPECT_EQ(status_of("orders"), "UPDATING");
}

TEST_F(table_changes, refused_by_a_rule_claim_nothing) {
  make("orders");
  const auto refuse = [](const table_descriptor& table) -> result<void> { return fail(errc::validation, table.name); };
  for (const auto& refused : {tables_.update("orders", refuse).error(), tables_.remove("orders", refuse).error()}) {
    EXPECT_EQ(refused.code(), errc::validation);
    EXPECT_EQ(refused.message(), "orders");
    EXPECT_EQ(status_of("orders"), "ACTIVE");
  }
}

TEST_F(table_changes, of_one_table_exclude_each_other_and_nothing_else) {
  make("orders");
  make("users");
  const table_change first = update("orders");
  EXPECT_EQ(tables_.update("orders", anything_goes).error().code(), errc::resource_in_use);
  EXPECT_EQ(tables_.remove("orders", anything_goes).error().code(), errc::resource_in_use);
  EXPECT_EQ(tables_.create(table_of("orders")).error().code(), errc::resource_in_use);
  const table_change second = remove("users"), third = create("items");
  EXPECT_EQ(status_of("orders"), "UPDATING");
  EXPECT_EQ(status_of("users"), "DELETING");
  EXPECT_EQ(status_of("items"), "CREATING");
}

}  // namespace
}  // namespace dynamo::engine
