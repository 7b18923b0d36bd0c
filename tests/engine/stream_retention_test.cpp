// Records are kept for 24 hours, streams for 24 hours after their end; all on the database's clock.
#include "../support/seeds.hpp"
#include "stream_fixture.hpp"

#include <dynamo/testing/file_systems.hpp>
#include <engine/storage/rocksdb_options.hpp>

#include <rocksdb/db.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;
using testing_support::for_each_seed;

using strings = std::vector<std::string>;

class stream_retention : public stream_fixture {
 protected:
  void SetUp() override { reopen(); }
  void TearDown() override { db_.reset(); }  // it reads the clock

  std::string told_of(const std::string& type, const std::string& number, const std::string& arn) {
    return iterator_answer(arn, type, number).to_string();
  }
  void begin_anew_at(instant when) {
    db_.reset();
    std::filesystem::remove_all(path());
    time_.jump(when - time_.now());
    reopen();
  }
  void open_with(database_options how) {
    db_.reset();
    auto opened = engine::open(path(), how);
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
  }
  /// Opens the database after a restart of the machine. From then on its time is next_boot_.
  void restart_machine(instant at) {
    next_boot_.emplace(dynamo::testing::virtual_clock::blocking::passes_the_time, at);
    database_options how = options();
    how.time = &*next_boot_;
    how.maintenance_timer = &*next_boot_;
    open_with(how);
  }
  /// Opens the database so that kill() ends its process.
  void open_to_be_killed() {
    disk_.emplace(dynamo::testing::simulated_disk_options{.drop_unsynced = false});
    database_options how = options();
    how.files = disk_->files();
    open_with(how);
  }
  void kill() {
    disk_->crash();
    db_.reset();
  }
  /// What the database knows of ages, as if an earlier version had written it. Closes the database.
  void forget_clock() {
    db_.reset();
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(engine::disk_options(options()), path(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> rows(opened);
    ASSERT_TRUE(rows->Delete({}, "mclock").ok());
  }
  /// Cuts what the database knows of ages. Closes the database.
  void shorten_clock_to(std::size_t size) {
    db_.reset();
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(engine::disk_options(options()), path(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> rows(opened);
    std::string noted;
    ASSERT_TRUE(rows->Get({}, "mclock", &noted).ok());
    ASSERT_GT(noted.size(), size);
    ASSERT_TRUE(rows->Put({}, "mclock", noted.substr(0, size)).ok());
  }
  /// How many keys of a kind the store holds. Closes the database.
  std::size_t stored(char space) {
    db_.reset();
    rocksdb::DB* opened = nullptr;  // not our store, which does not look at what was erased
    EXPECT_TRUE(rocksdb::DB::OpenForReadOnly(engine::disk_options(options()), path(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> rows(opened);
    const std::unique_ptr<rocksdb::Iterator> at(rows->NewIterator({}));
    std::size_t count = 0;
    for (at->Seek(std::string(1, space)); at->Valid() && at->key()[0] == space; at->Next()) ++count;
    return count;
  }
  std::string not_found(const std::string& arn) {
    return "resource_not_found: Requested resource not found: Stream: " + arn + " not found";
  }
  std::optional<dynamo::testing::virtual_clock> next_boot_;
  std::optional<dynamo::testing::simulated_disk> disk_;
  const std::string trimmed_ = "trimmed_data_access: The data you are trying to access has been trimmed.";
};

TEST_F(stream_retention, a_record_is_readable_for_24_hours) {
  const std::string arn = make_table();
  put("a", "1");
  time_.advance(1s);
  put("b", "1");
  time_.advance(24h - 1s);
  EXPECT_EQ(keys_from(iterator(arn)), (strings{"a", "b"}));
  time_.advance(1us);
  EXPECT_EQ(keys_from(iterator(arn)), strings{"b"});
  time_.advance(1s);
  EXPECT_EQ(keys_from(iterator(arn)), strings{});
  put("c", "1");
  EXPECT_EQ(keys_from(iterator(arn)), strings{"c"});
}

TEST_F(stream_retention, who_asks_for_what_was_trimmed_is_told_so) {
  const std::string arn = make_table();
  put("a", "1");
  put("b", "1");
  time_.advance(1h);
  put("c", "1");
  const auto records = page(iterator(arn)).records;
  ASSERT_EQ(records.size(), 3u);
  time_.advance(23h - 5min);
  const std::string at_a = iterator(arn);
  const std::string after_a = page(iterator(arn), R"(,"Limit":1)").next;
  const std::string after_b = page(iterator(arn), R"(,"Limit":2)").next;
  time_.advance(10min);  // a and b are gone; the iterators are not too old yet
  EXPECT_EQ(page(at_a).came.to_string(), trimmed_);
  EXPECT_EQ(page(after_a).came.to_string(), trimmed_);
  EXPECT_EQ(keys_from(after_b), strings{"c"});  // missed nothing
  for (const char* type : {"AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"}) {
    EXPECT_EQ(told_of(type, records[0].number, arn), trimmed_) << type;
    EXPECT_EQ(told_of(type, records[1].number, arn), trimmed_) << type;
  }
  EXPECT_EQ(keys_from(iterator(arn, "AT_SEQUENCE_NUMBER", records[2].number)), strings{"c"});
  EXPECT_EQ(keys_from(iterator(arn, "LATEST")), strings{});
}

TEST_F(stream_retention, the_oldest_record_is_found_among_any_number_of_them) {
  for_each_seed(20, [&](std::mt19937_64& random) {
    db_.reset();
    open_in_memory();
    const std::string arn = make_table();
    std::vector<std::pair<instant, std::string>> written;
    const auto live = [&] {
      strings keys;
      for (const auto& [when, key] : written) {
        if (when >= time_.now() - 24h) keys.push_back(key);
      }
      return keys;
    };
    for (int i = 0; i < 300; ++i) {
      if (random() % 3 == 0) time_.advance(std::chrono::minutes(random() % 60));
      const std::string key = std::to_string(i);
      put(key, "1");
      written.emplace_back(time_.now(), key);
      if (random() % 20 == 0) {
        ASSERT_EQ(keys_from(iterator(arn)), live());
      }
    }
    for (int i = 0; i < 8; ++i) {
      time_.advance(4h);
      ASSERT_EQ(keys_from(iterator(arn)), live());
    }
  });
}

TEST_F(stream_retention, what_was_trimmed_is_erased_an_hour_later_though_nobody_asks) {
  const std::string arn = make_table();
  for (int i = 0; i < 10; ++i) put(std::to_string(i), "1");
  time_.advance(2h);
  put("young", "1");
  time_.advance(23h);
  EXPECT_EQ(stored('c'), 11u);
  reopen();
  time_.advance(1min);
  EXPECT_EQ(stored('c'), 1u);
  EXPECT_EQ(stored('w'), 1u);
  reopen();
  EXPECT_EQ(keys_from(iterator(arn)), strings{"young"});
}

constexpr auto ten_years = std::chrono::hours(24 * 3'650);

// One millisecond after the other was tried until the clock was there again: 3 * 10^11 of them.
TEST_F(stream_retention, a_table_made_anew_after_the_clock_went_back_was_never_done) {
  const std::string first = make_table();
  ASSERT_TRUE(call(operation_name::delete_table, R"({"TableName":"things"})").ok);
  time_.jump(-ten_years);
  const std::string second = make_table();
  EXPECT_LT(first, second);
  disable_stream();
  set_stream(R"({"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})");
  const std::string streams = told(operation_name::list_streams, R"({"TableName":"things"})");
  for (const char* label : {"2026-03-01T08:00:00.000", "2026-03-01T08:00:00.001", "2026-03-01T08:00:00.002"}) {
    EXPECT_NE(streams.find(label), std::string::npos) << streams;
  }
}

TEST_F(stream_retention, records_dated_in_the_future_kept_the_log_from_being_trimmed) {
  const std::string arn = make_table();
  put("before", "1");
  time_.jump(ten_years);
  for (int i = 0; i < 5; ++i) put("future " + std::to_string(i), "1");
  time_.jump(-ten_years);
  for (int i = 0; i < 5; ++i) put("after " + std::to_string(i), "1");
  EXPECT_EQ(keys_from(iterator(arn)).size(), 11u);
  time_.advance(24h);
  put("young", "1");
  EXPECT_EQ(keys_from(iterator(arn)).size(), 12u);
  time_.advance(1s);
  EXPECT_EQ(keys_from(iterator(arn)), strings{"young"});  // who is dated in the future is as old as what follows
  time_.advance(2h);
  put("young", "2");
  EXPECT_EQ(keys_from(iterator(arn)), (strings{"young", "young"}));
  reopen();
  EXPECT_EQ(stored('c'), 2u);
}

TEST_F(stream_retention, a_stream_closed_in_the_future_stayed_for_years) {
  const std::string arn = make_table();
  put("a", "1");
  time_.jump(ten_years);
  disable_stream();
  time_.jump(-ten_years);
  reopen();
  EXPECT_TRUE(page(iterator(arn)).came.ok);
  time_.advance(24h + 1s);
  reopen();
  EXPECT_EQ(told(operation_name::list_streams, "{}"), R"({"Streams":[]})");
  for (const char space : {'c', 's'}) EXPECT_EQ(stored(space), 0u) << space;
}

TEST_F(stream_retention, times_before_1970_were_nonsense) {
  begin_anew_at(instant(-1'500'000us));
  const std::string arn = make_table();
  put("a", "1");
  const std::string table = told(operation_name::describe_table, R"({"TableName":"things"})");
  EXPECT_NE(table.find(R"("CreationDateTime":-1.500)"), std::string::npos) << table;
  EXPECT_NE(describe(arn).find(R"("CreationRequestDateTime":-1.500)"), std::string::npos) << describe(arn);
  EXPECT_NE(arn.find("1969-12-31T23:59:58.500"), std::string::npos) << arn;
  EXPECT_NE(page(iterator(arn)).records.at(0).text.find(R"("ApproximateCreationDateTime":-2,)"), std::string::npos);
  reopen();
  EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
}

TEST_F(stream_retention, a_shard_made_before_1970_had_a_minus_sign_in_its_id) {
  time_.jump(instant(-1'500'000us) - time_.now());
  const std::string arn = make_table();
  EXPECT_NE(describe(arn).find(R"("ShardId":"shardId-00000000000000000000-)"), std::string::npos) << describe(arn);
  put("a", "1");
  EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
}

TEST_F(stream_retention, an_iterator_lived_for_ten_years_after_the_clock_went_back_and_not_at_all_after_it_went_ahead) {
  const std::string arn = make_table();
  put("a", "1");
  const std::string expired = "expired_iterator: The provided iterator exceeds the maximum age allowed.";
  for (const auto set_by : {-ten_years, 2 * ten_years, -ten_years}) {
    const std::string at = iterator(arn);
    time_.jump(set_by);
    time_.advance(15min);
    EXPECT_TRUE(page(at).came.ok);
    time_.advance(1us);
    EXPECT_EQ(page(at).came.to_string(), expired);
  }
}

TEST_F(stream_retention, a_clock_set_ahead_by_more_than_a_day_trimmed_what_nobody_had_read) {
  const std::string arn = make_table();
  put("a", "1");
  time_.jump(ten_years);
  EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
  put("b", "1");
  const auto records = page(iterator(arn)).records;
  ASSERT_EQ(records.size(), 2u);
  const auto dated = [](instant when) {
    return R"("ApproximateCreationDateTime":)" + std::to_string(when.time_since_epoch() / 1s) + ",";
  };
  EXPECT_NE(records[0].text.find(dated(beginning)), std::string::npos) << records[0].text;
  EXPECT_NE(records[1].text.find(dated(beginning + ten_years)), std::string::npos) << records[1].text;
  reopen();  // the next process knows by how much the clock was set
  time_.advance(24h);
  EXPECT_EQ(keys_from(iterator(arn)), (strings{"a", "b"}));
  time_.advance(1us);
  EXPECT_EQ(keys_from(iterator(arn)), strings{});
  time_.advance(1h);
  reopen();
  EXPECT_EQ(stored('c'), 0u);
}

TEST_F(stream_retention, a_clock_set_ahead_ended_streams_that_were_turned_off) {
  const std::string arn = make_table();
  put("a", "1");
  disable_stream();
  time_.jump(ten_years);
  EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
  reopen();
  time_.advance(24h);
  EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
  time_.advance(1us);
  EXPECT_EQ(told(operation_name::list_streams, "{}"), R"({"Streams":[]})");
}

TEST_F(stream_retention, a_quiet_stream_kept_records_dated_in_the_future_for_ever) {
  const std::string arn = make_table();
  time_.jump(ten_years);
  put("future", "1");
  time_.jump(-ten_years);
  time_.advance(24h);
  EXPECT_EQ(keys_from(iterator(arn)), strings{"future"});
  time_.advance(1us);
  EXPECT_EQ(keys_from(iterator(arn)), strings{});
}

TEST_F(stream_retention, a_process_killed_before_it_noted_that_the_clock_was_set_ahead_lost_unread_records) {
  for (const auto set_by : {ten_years, -ten_years}) {
    open_to_be_killed();
    const std::string arn = make_table("t" + std::to_string(set_by.count()));
    put("a", "1", "t" + std::to_string(set_by.count()));
    time_.advance(1h);
    time_.jump(set_by);
    kill();
    reopen();
    time_.advance(23h);
    EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
    time_.advance(1us);
    EXPECT_EQ(keys_from(iterator(arn)), strings{});
  }
}

TEST_F(stream_retention, a_clock_set_while_no_process_has_the_database_open_made_records_older_or_younger) {
  for (const auto set_by : {ten_years, -ten_years}) {
    const std::string table = "t" + std::to_string(set_by.count()), arn = make_table(table);
    put("a", "1", table);
    db_.reset();
    time_.jump(set_by);
    time_.advance(23h);
    reopen();
    put("b", "1", table);
    time_.advance(1h);
    EXPECT_EQ(keys_from(iterator(arn)), (strings{"a", "b"}));
    time_.advance(1us);
    EXPECT_EQ(keys_from(iterator(arn)), strings{"b"});
  }
}

// Nobody knows how long the machine was off: its clock is believed, but not that time went back.
TEST_F(stream_retention, a_clock_set_back_while_the_machine_was_off_never_lets_ages_go_back) {
  const std::string arn = make_table();
  put("a", "1");
  restart_machine(beginning - ten_years);
  put("b", "1");
  next_boot_->advance(24h);
  EXPECT_EQ(keys_from(iterator(arn)), (strings{"a", "b"}));
  next_boot_->advance(1h + 1us);  // that often it is noted
  EXPECT_EQ(keys_from(iterator(arn)), strings{});
}

TEST_F(stream_retention, a_machine_that_was_off_for_a_day_has_old_records) {
  const std::string arn = make_table();
  put("a", "1");
  restart_machine(beginning + 24h);
  EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
  restart_machine(beginning + 24h + 1us);
  EXPECT_EQ(keys_from(iterator(arn)), strings{});
}

TEST_F(stream_retention, a_process_killed_soon_after_the_machine_started_goes_on_from_that_start) {
  const std::string arn = make_table();
  put("a", "1");
  restart_machine(beginning + 1h);
  time_.advance(2h);  // the other machine's
  open_to_be_killed();
  time_.jump(ten_years);
  kill();
  reopen();
  EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
}

TEST_F(stream_retention, after_a_restart_of_the_machine_it_is_known_what_the_clock_was_set_by_before) {
  const std::string arn = make_table();
  put("a", "1");
  time_.jump(ten_years);
  restart_machine(beginning + ten_years + 1h);
  EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
  next_boot_->advance(23h + 1us);
  EXPECT_EQ(keys_from(iterator(arn)), strings{});
}

// Databases of earlier versions noted the offset and the age alone.
TEST_F(stream_retention, a_note_without_a_boot_is_read) {
  const std::string arn = make_table();
  time_.jump(ten_years);
  put("a", "1");
  shorten_clock_to(16);
  reopen();
  EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
}

TEST_F(stream_retention, a_note_of_a_wrong_size_is_damage) {
  for (const std::size_t size : {0U, 15U, 17U, 23U, 24U}) {
    reopen();
    shorten_clock_to(size);
    const auto opened = engine::open(path(), options());
    ASSERT_FALSE(opened) << size;
    EXPECT_EQ(opened.error().code(), errc::corruption);
    EXPECT_NE(opened.error().message().find("The database's clock has the wrong size"), std::string::npos)
        << opened.error().describe();
    std::filesystem::remove_all(path());
  }
  reopen();
}

TEST_F(stream_retention, a_table_made_anew_a_day_after_the_clock_went_back_has_the_later_label) {
  const std::string first = make_table();
  time_.jump(-ten_years);
  ASSERT_TRUE(call(operation_name::delete_table, R"({"TableName":"things"})").ok);
  time_.advance(25h);
  reopen();
  EXPECT_EQ(told(operation_name::list_streams, "{}"), R"({"Streams":[]})");
  EXPECT_LT(first, make_table());
}

// Which had no age clock: its records are dated by the wall clock alone, and some lie in the future.
TEST_F(stream_retention, a_database_of_an_earlier_version_is_trimmed_as_well) {
  begin_anew_at(beginning + ten_years);
  const std::string arn = make_table();
  put("future", "1");
  forget_clock();
  time_.jump(-ten_years);
  for (int i = 0; i < 2; ++i) {
    reopen();
    EXPECT_EQ(keys_from(iterator(arn)), strings{"future"});
  }
  time_.advance(24h + 1us);  // since it was seen first
  EXPECT_EQ(keys_from(iterator(arn)), strings{});
  put("now", "1");
  EXPECT_EQ(keys_from(iterator(arn)), strings{"now"});
}

TEST_F(stream_retention, what_was_trimmed_is_erased_in_any_number_of_streams) {
  constexpr int tables = 150;  // a slice visits 64
  for (int i = 0; i < tables; ++i) {
    const std::string table = "table" + std::to_string(i);
    make_table(table);
    put("a", "1", table);
  }
  time_.advance(25h);
  for (int i = 0; i < tables; ++i) put("b", "1", "table" + std::to_string(i));
  EXPECT_EQ(stored('c'), 2u * tables);
  reopen();
  time_.advance(1min);
  EXPECT_EQ(stored('c'), 1u * tables);
}

TEST_F(stream_retention, a_database_without_streams_has_no_maintenance) {
  ASSERT_TRUE(call(operation_name::create_table, R"({"TableName":"plain","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})")
                  .ok);
  EXPECT_EQ(time_.waiting(), 0u);
  make_table();
  EXPECT_EQ(time_.waiting(), 1u);
  reopen();
  EXPECT_EQ(time_.waiting(), 1u);
  db_.reset();
  EXPECT_EQ(time_.waiting(), 0u);
}

TEST_F(stream_retention, what_was_trimmed_is_erased_at_the_next_open) {
  make_table();
  for (int i = 0; i < 10; ++i) put(std::to_string(i), "1");
  EXPECT_EQ(stored('c'), 10u);
  time_.advance(26h);
  reopen();
  EXPECT_EQ(stored('c'), 0u);
}

TEST_F(stream_retention, what_was_trimmed_stays_so_when_the_database_is_opened_again) {
  const std::string arn = make_table();
  put("a", "1");
  const std::string number = page(iterator(arn)).records.front().number;
  time_.advance(26h);
  EXPECT_EQ(keys_from(iterator(arn)), strings{});  // erases, too
  for (int i = 0; i < 2; ++i) {
    reopen();
    EXPECT_EQ(told_of("AT_SEQUENCE_NUMBER", number, arn), trimmed_);
    EXPECT_EQ(keys_from(iterator(arn)), strings{});
  }
  put("b", "1");
  EXPECT_EQ(keys_from(iterator(arn)), strings{"b"});
}

TEST_F(stream_retention, a_disabled_stream_is_readable_for_24_hours_and_then_gone) {
  const std::string arn = make_table();
  put("a", "1");
  time_.advance(10h);
  put("b", "1");
  const std::string last = page(iterator(arn)).records.back().number;
  disable_stream();
  time_.advance(24h);
  reopen();
  EXPECT_EQ(keys_from(iterator(arn)), strings{"b"});
  const std::string at_end = iterator(arn, "LATEST");
  time_.advance(1us);
  EXPECT_EQ(told(operation_name::describe_stream, R"({"StreamArn":")" + arn + "\"}"), not_found(arn));
  EXPECT_EQ(page(at_end).came.to_string(), not_found(arn));
  EXPECT_EQ(told(operation_name::list_streams, "{}"), R"({"Streams":[]})");
  time_.advance(1min);
  for (const char space : {'c', 'w', 's'}) EXPECT_EQ(stored(space), 0u) << space;
  reopen();
  EXPECT_EQ(told(operation_name::list_streams, R"({"TableName":"things"})"), R"({"Streams":[]})");
  set_stream(R"({"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})");
  EXPECT_EQ(told(operation_name::list_streams, "{}").find(arn), std::string::npos);
}

TEST_F(stream_retention, an_ending_number_stays_when_its_record_is_trimmed) {
  const std::string arn = make_table();
  put("a", "1");
  const std::string last = page(iterator(arn)).records.back().number;
  time_.advance(20h);
  disable_stream();
  time_.advance(20h);
  EXPECT_EQ(text_member(member(shard_text(arn), "SequenceNumberRange").value_or(""), "EndingSequenceNumber"), last);
  reopen();
  EXPECT_EQ(text_member(member(shard_text(arn), "SequenceNumberRange").value_or(""), "EndingSequenceNumber"), last);
  const seen_page end = page(iterator(arn));
  EXPECT_TRUE(end.records.empty());
  EXPECT_TRUE(end.next.empty());
}

TEST_F(stream_retention, a_deleted_tables_stream_is_readable_for_24_hours_and_then_gone) {
  const std::string arn = make_table();
  put("a", "1");
  ASSERT_TRUE(call(operation_name::delete_table, R"({"TableName":"things"})").ok);
  const std::string again = make_table();
  ASSERT_NE(again, arn);
  put("b", "1");
  reopen();
  EXPECT_EQ(keys_from(iterator(arn)), strings{"a"});
  EXPECT_EQ(keys_from(iterator(again)), strings{"b"});
  time_.advance(24h + 1us);
  EXPECT_EQ(told(operation_name::describe_stream, R"({"StreamArn":")" + arn + "\"}"), not_found(arn));
  EXPECT_EQ(keys_from(iterator(again)), strings{});
  time_.advance(1min);
  EXPECT_EQ(stored('s'), 1u);
}

}  // namespace
