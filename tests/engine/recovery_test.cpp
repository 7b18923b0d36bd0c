#include <engine/storage/recovery.hpp>

#include "engine/store_fixture.hpp"

#include <ostream>

namespace dynamo::engine {
namespace {

namespace fs = std::filesystem;
using action = recovery_plan::action;
using ending = wal_summary::ending;

wal_summary clean(std::uint64_t first, std::uint64_t last) { return {first, last, 1000, ending::clean, 0}; }
wal_summary cut(std::uint64_t first, std::uint64_t last) { return {first, last, 1000, ending::cut, 0}; }
wal_summary damaged(std::uint64_t first, std::uint64_t last, std::uint64_t beyond) {
  return {first, last, 1000, ending::damaged, beyond};
}
const wal_summary nothing{};

struct decision {
  const char* name;
  recovery_facts facts;
  action what;
  const char* words = "";
};

void PrintTo(const decision& shown, std::ostream* out) { *out << shown.name; }

class PlanRecovery : public ::testing::TestWithParam<decision> {};

TEST_P(PlanRecovery, Decides) {
  const recovery_plan plan = plan_recovery(GetParam().facts);
  EXPECT_EQ(plan.what, GetParam().what) << plan.finding;
  EXPECT_NE(plan.finding.find(GetParam().words), std::string::npos) << plan.finding;
}

const sync_mark each{1, 500, 7, true};       // write 500 is synced, in log 7; every write is
const sync_mark some{1, 500, 7, false};      // not every write is
const sync_mark in_tables{1, 500, 0, true};  // nothing was synced since the last open
const sync_mark with_manifest{1, 500, 7, true, {6, 100}};
using facts = recovery_facts;

INSTANTIATE_TEST_SUITE_P(
    Table, PlanRecovery,
    ::testing::Values(
        decision{"AllThere", facts{{{7, clean(1, 500)}}, each}, action::open},
        decision{"MoreThanMarked", facts{{{7, clean(1, 600)}}, each}, action::open},
        decision{"OverTwoLogs", facts{{{5, clean(1, 300)}, {7, clean(301, 500)}}, each}, action::open},
        decision{"NothingSinceTheOpen", facts{{{7, nothing}}, in_tables, 0, 500}, action::open},
        decision{"NoLogSinceTheOpen", facts{{}, in_tables, 0, 500}, action::open},
        decision{"TornTail", facts{{{7, cut(1, 500)}}, each}, action::open, "was interrupted"},
        decision{"TornFirstWrite", facts{{{7, cut(0, 0)}}, in_tables, 0, 500}, action::open, "was interrupted"},
        decision{"EndsEarly", facts{{{7, clean(1, 499)}}, each, 7}, action::refuse, "only those up to 499"},
        decision{"EndsEarlyInARecord", facts{{{7, cut(1, 499)}}, each, 7}, action::refuse, "log 000007 ends early"},
        decision{"EmptyAndSynced", facts{{{7, nothing}}, each, 7}, action::refuse, "none can be read"},
        decision{"LogIsMissing", facts{{}, each, 7}, action::refuse, "log 000007"},
        decision{"LogIsMissingBeforeAnother", facts{{{9, clean(501, 510)}}, each, 7, 500}, action::refuse, "missing"},
        decision{"LogIsInTables", facts{{{9, clean(501, 510)}}, each, 9, 500}, action::open},
        decision{"OldLogIsInTables", facts{{{7, clean(1, 400)}, {9, nothing}}, each, 9, 500}, action::open},
        decision{"GapBetweenLogs", facts{{{5, clean(1, 100)}, {7, clean(301, 500)}}, each, 5}, action::refuse,
                 "only those up to 100"},
        decision{"GapBelowLiveLogs", facts{{{5, clean(1, 100)}, {7, clean(301, 500)}}, each, 7, 300}, action::open},
        decision{"DamageInSynced", facts{{{7, damaged(1, 250, 500)}}, each, 7}, action::refuse, "damaged at byte 1000"},
        decision{"DamageInSyncedTail", facts{{{7, damaged(1, 499, 0)}}, each, 7}, action::refuse,
                 "only those up to 499"},
        decision{"DamageAfterSynced", facts{{{7, damaged(1, 500, 0)}}, each, 7}, action::repair,
                 "nothing that was synced"},
        decision{"MarkLagsBehindDamage", facts{{{7, damaged(1, 600, 700)}}, each, 7}, action::refuse,
                 "up to number 700"},
        decision{"UnsyncedMayHaveHoles", facts{{{7, damaged(1, 600, 700)}}, some, 7}, action::repair, "is dropped"},
        decision{"UnsyncedMayEndEarlyInAnOldLog", facts{{{7, cut(1, 550)}, {9, clean(600, 700)}}, some, 7},
                 action::repair},
        decision{"TablesEndBeforeTheLogs", facts{{{7, clean(401, 500)}}, each, 7, 399}, action::refuse,
                 "tables end with write 399, but log 000007, which should go on from there, begins with write 401"},
        decision{"TablesMeetTheLogs", facts{{{5, nothing}, {7, clean(401, 500)}}, each, 7, 400}, action::open},
        decision{"TablesLackWhatWasInThem", facts{{{7, nothing}}, in_tables, 7, 499}, action::refuse,
                 "up to number 500 were synced to the disk, but its tables end with write 499"},
        decision{"TablesLackWhatAnOldLogHeld", facts{{{9, nothing}}, each, 9, 400}, action::refuse,
                 "its tables end with write 400"},
        decision{"ManifestIsShorterThanItWas", facts{{{7, clean(1, 500)}}, with_manifest, 7, 0, manifest_end{6, 99}},
                 action::refuse, "MANIFEST-000006, can be read up to byte 99, but 100 were there"},
        decision{"ManifestIsAnOldOne", facts{{{7, clean(1, 500)}}, with_manifest, 7, 0, manifest_end{5, 300}},
                 action::refuse, "but 100 were there in MANIFEST-000006"},
        decision{"ManifestHasGrown", facts{{{7, clean(1, 500)}}, with_manifest, 7, 0, manifest_end{6, 101}},
                 action::open},
        decision{"ManifestIsALaterOne", facts{{{7, clean(1, 500)}}, with_manifest, 7, 0, manifest_end{8, 10}},
                 action::open},
        decision{"NoMark", facts{{{7, clean(1, 500)}}, {}}, action::open},
        decision{"NoMarkTornTail", facts{{{7, damaged(1, 500, 0)}}, {}, 7}, action::repair},
        decision{"NoMarkDamage", facts{{{7, damaged(1, 500, 600)}}, {}, 7}, action::refuse, "SYNCED"},
        decision{"DamageInAnOldLog", facts{{{5, damaged(1, 100, 200)}, {7, clean(101, 500)}}, each}, action::open}),
    [](const auto& test) { return test.param.name; });

/// A database with 500 synced rows whose process died: RocksDB was not closed, so the log is as the machine left it.
class RecoveryTest : public ::testing::Test {
 protected:
  static constexpr int row_count = 500;

  explicit RecoveryTest(durability level = durability::power_loss) {
    options_.durability = level;
    options_.files = disk_.files();
  }

  /// A copy of the directory while it is open is what a crash leaves.
  void make_crashed(int first_run = 0) {
    if (first_run != 0) fill(*must_open(directory_ / "live", options_), 0, first_run);
    const auto opened = must_open(directory_ / "live", options_);
    fill(*opened, first_run, row_count);
    fs::copy(directory_ / "live", path());
  }
  std::string path() const { return directory_ / "db"; }
  fs::path log() const { return files_with(path(), ".log").back(); }
  fs::path mark() const { return path() + "/" + sync_mark::file_name; }

  /// Twice, and nothing is changed by it.
  void expect_refused(std::string_view words) {
    const rows before = contents_of(path());
    for (int attempt = 0; attempt < 2; ++attempt) {
      const auto opened = open_store(path(), options_);
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().code(), errc::corruption);
      EXPECT_NE(opened.error().message().find(words), std::string::npos) << opened.error().message();
      EXPECT_NE(opened.error().message().find("Nothing was changed"), std::string::npos) << opened.error().message();
      EXPECT_EQ(contents_of(path()), before);
    }
  }
  void expect_rows(int n) { expect_goes_on(path(), n); }
  /// A repair is good when what follows is: open, write, close, open; and after one more crash.
  void expect_goes_on(const std::string& directory, int n) {
    EXPECT_EQ(must_read_all(*must_open(directory, options_)), rows_up_to(n));
    const std::string crashed = directory + " crashed";
    {
      const auto opened = must_open(directory, options_);
      ASSERT_TRUE(opened);
      EXPECT_EQ(must_read_all(*opened), rows_up_to(n));
      fill(*opened, n, n + 3);
      fs::copy(directory, crashed);
    }
    for (const std::string& next : {crashed, directory, directory}) {
      const auto opened = must_open(next, options_);
      ASSERT_TRUE(opened) << next;
      EXPECT_EQ(must_read_all(*opened), rows_up_to(n + 3)) << next;
    }
    fs::remove_all(crashed);
  }

  scratch_directory directory_;
  testing::simulated_disk disk_{{.drop_unsynced = false}};  // spares the time of real syncs
  database_options options_;
  logged said_;
};

class ProcessCrashRecoveryTest : public RecoveryTest {
 protected:
  ProcessCrashRecoveryTest() : RecoveryTest(durability::process_crash) {}
};

void flip(const fs::path& file, std::size_t at, std::size_t n = 8) {
  std::string bytes = read_file(file);
  ASSERT_LT(at + n, bytes.size());
  for (std::size_t i = at; i < at + n; ++i) bytes[i] = static_cast<char>(~bytes[i]);
  write_file(file, bytes);
}

void shorten(const fs::path& file, std::uintmax_t by) { fs::resize_file(file, fs::file_size(file) - by); }

TEST_F(RecoveryTest, OpensWhatACrashLeft) {
  make_crashed();
  expect_rows(row_count);
  EXPECT_EQ(said_.text, "");
}

TEST_F(RecoveryTest, RefusesFlippedBytesInTheMiddleOfTheLog) {
  make_crashed();
  flip(log(), fs::file_size(log()) / 2);
  expect_refused("is damaged at byte");
}

TEST_F(RecoveryTest, RefusesFlippedBytesInTheLastSyncedWrite) {
  make_crashed();
  flip(log(), fs::file_size(log()) - 10);
  expect_refused("only those up to 499 can be read");
}

TEST_F(RecoveryTest, RefusesALogThatEndsBelowTheSyncedMark) {
  for (const std::uintmax_t by : {std::uintmax_t{1}, std::uintmax_t{2000}}) {
    fs::remove_all(path());
    fs::remove_all(directory_ / "live");
    make_crashed();
    shorten(log(), by);
    expect_refused("writes up to number 500 were synced");
  }
}

TEST_F(RecoveryTest, RefusesAnEmptiedLog) {
  make_crashed();
  write_file(log(), "");
  expect_refused("none can be read");
}

TEST_F(RecoveryTest, RefusesAMissingLog) {
  make_crashed(200);
  fs::remove(log());
  expect_refused("is missing");
}

TEST_F(RecoveryTest, RefusesMissingAndDamagedFilesOfRocksDb) {
  make_crashed(200);
  const rows before = contents_of(path());
  for (const std::string_view suffix : {".sst", "CURRENT"}) {
    const fs::path gone = files_with(path(), suffix).front();
    fs::remove(gone);
    expect_refused("");
    write_file(gone, before.at(gone.filename()));
  }
  for (const auto& [name, bytes] : before) {
    if (!name.starts_with("MANIFEST-")) continue;
    flip(path() + "/" + name, 40);
    expect_refused("");
    write_file(path() + "/" + name, bytes);
  }
  expect_rows(row_count);
}

TEST_F(RecoveryTest, RepairsAnInterruptedWriteAndSaysSo) {
  make_crashed();
  const std::string whole = read_file(log());
  const std::string another = whole.substr(0, 38);  // all but the end of the first record
  for (std::size_t n = 1; n < another.size(); ++n) {
    const std::string copy = directory_ / ("torn" + std::to_string(n));
    fs::copy(path(), copy);
    write_file(files_with(copy, ".log").back(), whole + another.substr(0, n));
    said_.text.clear();
    expect_goes_on(copy, row_count);
    EXPECT_NE(said_.text.find("was not closed properly"), std::string::npos) << n << said_.text;
  }
}

/// The size of the last record reached the disk, and of its pages only the first ones.
TEST_F(RecoveryTest, RepairsARecordOfItsFullLengthWhoseLaterPagesAreZero) {
  make_crashed();
  const std::string whole = read_file(log());
  {
    const auto opened = must_open(directory_ / "live", options_);
    ASSERT_TRUE(put(*opened, key_of(row_count), std::string(100'000, 'x')));
  }
  const std::string with_large = read_file(files_with(directory_ / "live", ".log").back());
  const std::string large = with_large.substr(with_large.size() - 100'000 - 50);
  for (const std::size_t page : {std::size_t{0}, std::size_t{4096}, std::size_t{32768}, std::size_t{65536}}) {
    const std::string copy = directory_ / ("zeroed" + std::to_string(page));
    fs::copy(path(), copy);
    std::string torn = whole + large;
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(whole.size() + page), torn.end(), '\0');
    write_file(files_with(copy, ".log").back(), torn);
    expect_goes_on(copy, row_count);
  }
}

TEST_F(RecoveryTest, RepairsGarbageAfterTheLastSyncedWrite) {
  make_crashed();
  write_file(log(), read_file(log()) + std::string(5000, '\0'));  // the size reached the disk, the bytes did not
  expect_rows(row_count);
  EXPECT_NE(said_.text.find("nothing that was synced is missing"), std::string::npos) << said_.text;
}

/// Nothing can be recovered from such a log, so RocksDB does not say where the next one goes on.
TEST_F(RecoveryTest, AClosedDatabaseWhoseEmptyLogBecameGarbageOpensAgainAfterTheNextWrite) {
  fill(*must_open(path(), options_), 0, row_count);
  must_open(path(), options_).reset();
  ASSERT_EQ(fs::file_size(log()), 0u);
  for (const std::string& garbage : {std::string("garbage"), std::string(5000, '\0'), std::string(40'000, 'x')}) {
    SCOPED_TRACE(garbage.substr(0, 7));
    const std::string copy = directory_ / "copy";
    fs::remove_all(copy);
    fs::copy(path(), copy);
    write_file(files_with(copy, ".log").back(), garbage);
    expect_goes_on(copy, row_count);
  }
}

TEST_F(RecoveryTest, OpensWithoutAMarkAndSaysSo) {
  make_crashed();
  fs::remove(mark());
  expect_rows(row_count);
  EXPECT_NE(said_.text.find("no readable file SYNCED"), std::string::npos);
}

TEST_F(RecoveryTest, OpensWithAGarbageMarkAndMendsIt) {
  make_crashed();
  write_file(mark(), "garbage");
  expect_rows(row_count);
  EXPECT_NE(said_.text.find("no readable file SYNCED"), std::string::npos);
  said_.text.clear();
  expect_rows(row_count + 3);
  EXPECT_EQ(said_.text, "");
}

TEST_F(RecoveryTest, RefusesDamageBeforeWholeRecordsEvenWithoutAMark) {
  make_crashed();
  fs::remove(mark());
  flip(log(), fs::file_size(log()) / 2);
  expect_refused("SYNCED");
}

TEST_F(RecoveryTest, RefusesDamageThatALaggingMarkDoesNotReach) {
  make_crashed();
  const std::string bytes = encode_file({1, 0, 0, true});
  write_file(mark(), bytes);  // as it was at the open: a power cut lost the later ones
  flip(log(), fs::file_size(log()) / 2);
  expect_refused("follow after the damage");
}

TEST_F(RecoveryTest, ADamagedTableIsAnErrorAndNotGarbage) {
  make_crashed(400);
  flip(files_with(path(), ".sst").front(), 100);
  const auto opened = open_store(path(), options_);
  if (!opened) {
    EXPECT_EQ(opened.error().code(), errc::corruption);
    return;
  }
  const auto all = read_all(**opened);
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().code(), errc::corruption);
  struct ignore final : value_visitor {
    void operator()(std::string_view) override { ADD_FAILURE() << "garbage was handed out"; }
  } visit;
  const auto found = (*opened)->get(key_of(0), visit);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), errc::corruption);
}

TEST_F(ProcessCrashRecoveryTest, KeepsEverythingWhenOnlyTheProcessDies) {
  make_crashed();
  expect_rows(row_count);
}

TEST_F(ProcessCrashRecoveryTest, APowerCutMayTakeTheUnsyncedTailAndLeaveHoles) {
  make_crashed();
  flip(log(), fs::file_size(log()) / 2);
  EXPECT_LT(must_read_all(*must_open(path(), options_)).size(), static_cast<std::size_t>(row_count));
  EXPECT_NE(said_.text.find("nothing that was synced is missing"), std::string::npos) << said_.text;
}

TEST_F(ProcessCrashRecoveryTest, KeepsThePromiseOfWhatWasSyncedByDemand) {
  {
    const auto opened = must_open(directory_ / "live", options_);
    fill(*opened, 0, 100);
    ASSERT_TRUE(put(*opened, key_of(100), "value 100", synced::always));
    fs::copy(directory_ / "live", path());
  }
  shorten(log(), 1);
  expect_refused("only those up to 100");
}

}  // namespace
}  // namespace dynamo::engine
