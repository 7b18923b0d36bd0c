#include "rocksdb_store.hpp"

#include "rocksdb_options.hpp"

#include <rocksdb/convenience.h>
#include <rocksdb/iterator.h>

#include <cassert>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::size_t kept_value_bytes = 1u << 20;

/// Erased keys that an iterator steps over before it looks for a known gap, and before what they lie in may become one: some 30 us. Each
/// key has few versions that are stepped over one by one, so this is more than those of one.
constexpr std::uint64_t skipped_at_once = 128;
/// So many times, before a cursor stops between rows: half a millisecond.
constexpr unsigned skips_max = 16;

/// A snapshot, and what known gaps count as its time.
struct moment_of_snapshot {
  const rocksdb::Snapshot* snapshot;
  std::uint64_t moment;
  std::uint64_t in_sight;
};

rocksdb::ReadOptions read_options(const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  // Nobody reads an erased range. Looking for such costs every reader, and RocksDB 7.8 loses sight of errors while it does: rows of a table
  // after a damaged one went missing from a walk that ended well (engine.*.RandomDamage).
  options.ignore_range_deletions = true;
  options.snapshot = snapshot;
  return options;
}

/// Walks over keys that are there; over those that were erased, RocksDB steps in pieces, between which known gaps are leapt over.
class rocksdb_cursor final : public range_cursor {
 public:
  rocksdb_cursor(std::shared_ptr<opened_rocksdb> in, const moment_of_snapshot* fixed, std::string_view from,
                 std::string_view to, direction way, stops where)
      : in_(std::move(in)),
        fixed_(fixed != nullptr),
        from_(from),
        to_(to),
        from_slice_(from_),
        to_slice_(to_),
        way_(way),
        stops_between_rows_(where == stops::between_rows_too) {
    make_iterator(fixed);
    if (from_ >= to_) return;  // RocksDB asserts that bounds are in order; it stands nowhere until it is told where to
    seek_first();
    if (!iterator_->Valid()) go_on();
  }

  bool valid() const noexcept override { return iterator_->Valid(); }
  bool between_rows() const noexcept override { return stopped_; }
  std::string_view key() const noexcept override { return stopped_ ? stopped_at_ : as_view(iterator_->key()); }
  std::string_view value() const noexcept override { return as_view(iterator_->value()); }
  void next() override {
    assert(valid() || stopped_);
    if (std::exchange(stopped_, false)) return go_on();
    stepped_ = true;
    if (way_ == direction::forward) {
      iterator_->Next();
    } else {
      iterator_->Prev();
    }
    if (!iterator_->Valid()) go_on();
  }
  result<void> status() const override {
    if (stopped_) return {};
    const rocksdb::Status status = iterator_->status();
    if (!status.ok()) return fail(as_error(status, "reading a range"));
    return {};
  }

 private:
  void make_iterator(const moment_of_snapshot* fixed) {
    rocksdb::ReadOptions options = read_options(fixed == nullptr ? nullptr : fixed->snapshot);
    options.iterate_lower_bound = &from_slice_;
    options.iterate_upper_bound = &to_slice_;
    options.max_skippable_internal_keys = skipped_at_once;
    moment_ = fixed == nullptr ? in_->gaps.moment() : fixed->moment;  // before RocksDB takes its own
    iterator_.reset(in_->db->NewIterator(options));
    in_sight_ = fixed == nullptr ? in_->gaps.latest_in_sight() : fixed->in_sight;  // after it
  }

  void seek_first() {
    const bool forward = way_ == direction::forward;
    auto gap = in_->gaps.empty() ? std::nullopt : in_->gaps.find(forward ? from_ : to_, way_);
    if (gap && gap->moment > moment_ && !fixed_) {  // found meanwhile
      make_iterator(nullptr);
      gap = in_->gaps.find(forward ? from_ : to_, way_);
    }
    if (gap && gap->moment <= moment_) return seek(gap->to);
    if (forward) {
      iterator_->SeekToFirst();
    } else {
      iterator_->SeekToLast();
    }
  }

  void seek(const std::string& to) {
    if (way_ == direction::forward) {
      iterator_->Seek(to);
    } else {
      iterator_->SeekForPrev(to);
    }
  }

  // Where RocksDB stopped because it had skipped many keys. Keys before this one are all erased, it may be not.
  std::string stop() const {
    std::string key;
    (void)iterator_->GetProperty("rocksdb.iterator.internal-key", &key);
    return key;
  }

  // Comes to the next row or to the end of the range, and makes what it found erased on its way a known gap.
  void go_on() {
    while (!iterator_->Valid() && iterator_->status().IsIncomplete()) {
      std::string at = stop();
      if (stops_between_rows_ && ++skips_ > skips_max) {
        skips_ = 0;
        stopped_ = true;
        stopped_at_ = std::move(at);
        return;
      }
      if (at == stop_before_)
        break;  // a key has few versions that are stepped over before RocksDB seeks: does not happen
      stop_before_ = at;
      if (!watcher_ && !watched_in_vain_) {
        watcher_ = watch(at);
        if (watcher_ && watcher_->since() != moment_) {
          // What was written meanwhile is not in sight of this walk, nor was the watcher told of it.
          if (!stepped_ && !fixed_) {
            make_iterator(nullptr);
            stop_before_.clear();
            seek_first();
            continue;
          }
          watcher_.reset();
          watched_in_vain_ = true;
        }
      }
      leap_or_seek(std::move(at));
    }
    stop_before_.clear();
    if (auto watcher = std::exchange(watcher_, std::nullopt)) tell(*watcher);
  }

  void tell(known_gaps::watcher& watcher) const {
    if (!iterator_->status().ok()) return;
    if (way_ == direction::forward) {
      watcher.found_none_up_to(iterator_->Valid() ? as_view(iterator_->key()) : std::string_view(to_), in_sight_);
    } else {
      watcher.found_none_up_to(iterator_->Valid() ? key_after(as_view(iterator_->key())) : from_, in_sight_);
    }
  }

  std::optional<known_gaps::watcher> watch(const std::string& at) const {
    if (way_ == direction::forward) return known_gaps::watcher::start(in_->gaps, stepped_ ? at : from_, to_, way_);
    return known_gaps::watcher::start(in_->gaps, from_, stepped_ ? key_after(at) : to_, way_);
  }

  void leap_or_seek(std::string at) {
    if (!in_->gaps.empty()) {
      const auto gap = in_->gaps.find(way_ == direction::forward ? at : key_after(at), way_);
      if (gap && gap->moment <= moment_) at = gap->to;
    }
    seek(at);
  }

  const std::shared_ptr<opened_rocksdb> in_;
  const bool fixed_;             // to a snapshot
  const std::string from_, to_;  // RocksDB reads the bounds for as long as it iterates
  const rocksdb::Slice from_slice_, to_slice_;
  const direction way_;
  const bool stops_between_rows_;
  std::uint64_t moment_ = 0;
  std::uint64_t in_sight_ = 0;
  bool stepped_ = false;  // away from its first row
  bool stopped_ = false;  // between rows
  std::string stopped_at_;
  unsigned skips_ = 0;  // since it stopped there
  bool watched_in_vain_ = false;
  std::optional<known_gaps::watcher> watcher_;  // while it steps over erased keys
  std::string stop_before_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

result<bool> get_value(rocksdb::DB& db, const rocksdb::ReadOptions& options, std::string_view key,
                       value_visitor& visit) {
  // A value found in the memtable is copied; the string that takes the copy is kept. A nested call finds it taken.
  thread_local std::string spare;
  std::string copy = std::move(spare);
  copy.clear();
  rocksdb::PinnableSlice value(&copy);
  const rocksdb::Status status = db.Get(options, db.DefaultColumnFamily(), as_slice(key), &value);
  if (status.ok()) visit(as_view(value));
  value.Reset();
  if (copy.capacity() <= kept_value_bytes) spare = std::move(copy);
  if (status.ok()) return true;
  if (status.IsNotFound()) return false;
  return fail(as_error(status, "reading a key"));
}

/// A snapshot of RocksDB's, released with this object.
class held_snapshot {
 public:
  explicit held_snapshot(std::shared_ptr<opened_rocksdb> of)
      : of_(std::move(of)),
        moment_(of_->gaps.moment()),
        snapshot_(of_->db->GetSnapshot()),
        in_sight_(of_->gaps.latest_in_sight()) {}
  held_snapshot(const held_snapshot&) = delete;
  held_snapshot& operator=(const held_snapshot&) = delete;
  ~held_snapshot() { of_->db->ReleaseSnapshot(snapshot_); }
  const std::shared_ptr<opened_rocksdb>& of() const noexcept { return of_; }
  const rocksdb::Snapshot* get() const noexcept { return snapshot_; }
  moment_of_snapshot with_moment() const noexcept { return {snapshot_, moment_, in_sight_}; }

 private:
  const std::shared_ptr<opened_rocksdb> of_;
  const std::uint64_t moment_;  // read before RocksDB takes the snapshot
  const rocksdb::Snapshot* const snapshot_;
  const std::uint64_t in_sight_;  // read after it
};

// A cursor's iterator pins what it reads by itself; it does not need the snapshot after it is made.
class snapshot_reader final : public store_reader {
 public:
  explicit snapshot_reader(std::shared_ptr<opened_rocksdb> of) : held_(std::move(of)) {}
  result<bool> get(std::string_view key, value_visitor& visit) const override {
    return get_value(*held_.of()->db, read_options(held_.get()), key, visit);
  }
  std::unique_ptr<range_cursor> range(std::string_view from, std::string_view to, direction way,
                                      stops where) const override {
    const moment_of_snapshot moment = held_.with_moment();
    return std::make_unique<rocksdb_cursor>(held_.of(), &moment, from, to, way, where);
  }

 private:
  const held_snapshot held_;
};

std::vector<rocksdb::Range> as_ranges(const std::vector<key_interval>& all) {
  std::vector<rocksdb::Range> made;
  made.reserve(all.size());
  for (const key_interval& each : all) made.emplace_back(as_slice(each.from), as_slice(each.to));
  return made;
}

}  // namespace

error as_error(const rocksdb::Status& status, std::string_view doing) {
  std::string message = "The database failed while " + std::string(doing) + ": " + status.ToString();
  if (status.IsCorruption()) {
    message += ". Stored data is damaged: check the disk and restore a backup.";
    return {errc::corruption, std::move(message)};
  }
  const std::string_view advice = advice_for_unwritable_disk(status);
  message.append(advice.empty() ? "." : ". ").append(advice);
  return {errc::storage, std::move(message)};
}

std::string_view advice_for_unwritable_disk(const rocksdb::Status& status) {
  if (status.IsNoSpace()) return "Free some space on the disk.";
  if (!status.IsIOError()) return {};
  // RocksDB has no status of its own for the others, only the text of errno.
  const std::string told = status.ToString();
  const auto is = [&](int number) { return told.ends_with(std::generic_category().message(number)); };
  if (is(EDQUOT)) return "Remove files that count towards the quota, or have it raised.";
  if (is(EROFS)) return "Mount the file system for writing.";
  return {};
}

error writes_refused(const std::string& path, const error& failure) {
  return {errc::read_only,
          "The database " + path + " accepts no writes until it is opened again: " + failure.message()};
}

std::uint64_t bytes_in_directory(const std::string& path) {
  std::uint64_t total = 0;
  std::error_code ignored;
  for (std::filesystem::directory_iterator file(path, ignored), end; !ignored && file != end; file.increment(ignored)) {
    std::error_code gone;  // RocksDB may remove a file meanwhile
    const std::uintmax_t size = file->file_size(gone);
    if (!gone) total += size;
  }
  return total;
}

result<bool> rocksdb_store::get(std::string_view key, value_visitor& visit) const {
  static const rocksdb::ReadOptions options = read_options(nullptr);
  return get_value(*opened_->db, options, key, visit);
}

std::unique_ptr<range_cursor> rocksdb_store::range(std::string_view from, std::string_view to, direction way,
                                                   stops where) const {
  return std::make_unique<rocksdb_cursor>(opened_, nullptr, from, to, way, where);
}

std::unique_ptr<const store_reader> rocksdb_store::snapshot() const {
  return std::make_unique<snapshot_reader>(opened_);
}

std::uint64_t rocksdb_store::size_of_range(std::string_view from, std::string_view to) const {
  if (from >= to) return 0;
  const rocksdb::Range range(as_slice(from), as_slice(to));
  rocksdb::SizeApproximationOptions options;
  options.include_memtables = true;
  options.include_files = true;
  std::uint64_t size = 0;
  const rocksdb::Status status = db().GetApproximateSizes(options, db().DefaultColumnFamily(), &range, 1, &size);
  return status.ok() ? size : 0;
}

void rocksdb_store::give_back(const std::vector<key_interval>& erased, std::atomic<bool>& stop) {
  // First the erasures go to the disk for good: a power cut that took one back must not find its rows gone.
  if (!db().Flush(rocksdb::FlushOptions()).ok()) return;
  const std::vector<rocksdb::Range> ranges = as_ranges(erased);
  std::vector<rocksdb::RangePtr> whole;
  for (const rocksdb::Range& each : ranges) whole.emplace_back(&each.start, &each.limit);
  (void)rocksdb::DeleteFilesInRanges(&db(), db().DefaultColumnFamily(), whole.data(), whole.size(), false);
  compact(erased, stop);  // what is left lies in files with other keys
}

// A compaction that fails is told to the listener.
void rocksdb_store::compact(const std::vector<key_interval>& worn, std::atomic<bool>& stop) {
  rocksdb::CompactRangeOptions how;
  how.exclusive_manual_compaction = false;
  how.canceled = &stop;
  for (const rocksdb::Range& each : as_ranges(worn)) {
    if (stop || !db().CompactRange(how, &each.start, &each.limit).ok()) return;
  }
}

rocksdb::Status rocksdb_store::apply(const std::vector<const write_batch*>& batches,
                                     const rocksdb::WriteOptions& options) {
  batch_.Clear();
  for (const write_batch* batch : batches) {
    for (const write_batch::operation& op : batch->operations()) {
      const rocksdb::Slice key = as_slice(batch->text(op.key));
      const rocksdb::Slice value = as_slice(batch->text(op.value));
      rocksdb::Status added;
      switch (op.what) {
        case write_batch::kind::put: added = batch_.Put(key, value); break;
        case write_batch::kind::erase: added = batch_.Delete(key); break;
        case write_batch::kind::erase_range:
          assert(!is_written_in_order(batch->text(op.key), prefix_.size()));
          if (key.compare(value) < 0) added = batch_.DeleteRange(key, value);
          break;
      }
      if (!added.ok()) return added;  // a key or value of 4 GB: nothing was written
    }
  }
  if (batch_.Count() == 0) return rocksdb::Status::OK();
  const known_gaps::writing written(opened_->gaps, batches);
  return db().Write(options, &batch_);
}

}  // namespace dynamo::engine
