#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/database_options.hpp>
#include <dynamo/json/buffer.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// What one atomic write does, in order: operations on keys whose bytes lie in one arena.
///
/// Every key starts with the store's prefix(). Reused by its owner; not thread-safe.
class write_batch {
 public:
  /// A range that was erased must not be read again, nor written to: its keys may show for a while. No id of a table, an index or a
  /// stream is used twice, and no reader looks below a change log's watermark, so none is.
  enum class kind : std::uint8_t { put, erase, erase_range };
  struct span {
    std::size_t offset = 0;
    std::size_t size = 0;
  };
  struct operation {
    kind what;
    span key;
    span value;  ///< for erase_range: the end of the range, exclusive
  };

  /// Where callers lay down keys and values before naming them with put() and erase().
  json::buffer& arena() noexcept { return arena_; }
  std::string_view text(span s) const noexcept { return arena_.view().substr(s.offset, s.size); }
  span lay_down(std::string_view bytes) {
    const span where{arena_.size(), bytes.size()};
    arena_.append(bytes);
    return where;
  }

  void put(span key, span value) { operations_.push_back({kind::put, key, value}); }
  void erase(span key) { operations_.push_back({kind::erase, key, {}}); }
  void erase_range(span from, span to) { operations_.push_back({kind::erase_range, from, to}); }
  void put(std::string_view key, std::string_view value) { put(lay_down(key), lay_down(value)); }
  void erase(std::string_view key) { erase(lay_down(key)); }
  void erase_range(std::string_view from, std::string_view to) { erase_range(lay_down(from), lay_down(to)); }

  const std::vector<operation>& operations() const noexcept { return operations_; }
  bool empty() const noexcept { return operations_.empty(); }
  std::size_t bytes() const noexcept { return arena_.size(); }
  /// Forgets the operations from one position up to another, exclusive; what they name stays in the arena.
  void forget_operations(std::size_t from, std::size_t to) {
    operations_.erase(operations_.begin() + static_cast<std::ptrdiff_t>(from),
                      operations_.begin() + static_cast<std::ptrdiff_t>(to));
  }
  /// Forgets all operations, and of the arena everything from `size` on.
  void forget(std::size_t size) noexcept {
    arena_.truncate(size);
    operations_.clear();
  }

 private:
  json::buffer arena_;
  std::vector<operation> operations_;
};

/// Receives a value that is only valid during the call.
class value_visitor {
 public:
  virtual void operator()(std::string_view value) = 0;

 protected:
  ~value_visitor() = default;
};
/// Appends the value to a buffer, which puts padding after it.
class value_copier final : public value_visitor {
 public:
  explicit value_copier(json::buffer& to) : to_(to) {}
  void operator()(std::string_view value) override { to_.append(value); }

 private:
  json::buffer& to_;
};

/// Walks keys of one range over a snapshot taken when it was made. Keys and values are valid until the next step.
class range_cursor {
 public:
  virtual ~range_cursor() = default;
  /// It stands at a row.
  virtual bool valid() const noexcept = 0;
  /// It stands neither at a row nor at the end: it has stepped over many erased keys, and next() goes on. Only with stops::between_rows_too.
  virtual bool between_rows() const noexcept = 0;
  /// Between rows: one of the erased keys.
  virtual std::string_view key() const noexcept = 0;
  virtual std::string_view value() const noexcept = 0;
  virtual void next() = 0;
  /// errc::storage or errc::corruption if the walk ended because reading failed.
  virtual result<void> status() const = 0;
};

/// Keys from `from` up to `to`, exclusive.
struct key_interval {
  std::string from;
  std::string to;
};

enum class direction : bool { forward, backward };
/// Where a cursor may stop. A step from one row to the next takes as long as there are erased keys between them.
enum class stops : bool { at_rows, between_rows_too };
enum class synced : bool { as_opened, always };

/// Reads of ordered keys: of a store as it is, or as it was at one moment. Thread-safe.
class store_reader {
 public:
  virtual ~store_reader() = default;
  /// Calls `visit` with the value if the key exists and says whether it does.
  virtual result<bool> get(std::string_view key, value_visitor& visit) const = 0;
  /// From the first key >= from, up to `to` (exclusive); backwards: from the last key < to, down to `from` (inclusive).
  virtual std::unique_ptr<range_cursor> range(std::string_view from, std::string_view to, direction, stops) const = 0;
  std::unique_ptr<range_cursor> range(std::string_view from, std::string_view to, direction way) const {
    return range(from, to, way, stops::at_rows);
  }
};

/// Ordered keys with atomic writes and consistent reads. The only thing the engine knows of RocksDB.
///
/// Reads are thread-safe; write() has one caller at a time (the committer). After a failed write the store accepts no other.
class store : public store_reader {
 public:
  /// What every key of this store starts with: empty on disk, a name space where several databases share one memory.
  virtual std::string_view prefix() const noexcept = 0;

  /// The store as it is now, for reads that belong together. Values that are overwritten later are kept as long as it lives.
  virtual std::unique_ptr<const store_reader> snapshot() const = 0;

  /// Applies all batches as one atomic write, durable as the database was opened to be when it returns
  /// (or as durable as the store can make it, for what must never come back in an older form).
  virtual result<void> write(const std::vector<const write_batch*>& batches, synced = synced::as_opened) = 0;

  /// Why no write is accepted from the beginning, where a database could be opened for reading only.
  virtual std::optional<error> refuses_writes() const { return std::nullopt; }

  /// Bytes that the store takes on disk or in memory, about.
  virtual std::uint64_t size_in_bytes() const = 0;
  /// About how many bytes of data lie in a range; for estimates only.
  virtual std::uint64_t size_of_range(std::string_view from, std::string_view to) const = 0;

  /// Gives back the room of ranges that were erased a while ago, by erase_range(): readers of a snapshot may still look into what was erased just
  /// now. Waits for as long as it takes to rewrite what lies beside them; ends early once `stop` is set. Nothing is lost if it fails.
  virtual void give_back(const std::vector<key_interval>&, std::atomic<bool>& stop) = 0;
  /// Rewrites what is in these ranges without the keys that were erased. Otherwise as give_back().
  virtual void compact(const std::vector<key_interval>&, std::atomic<bool>& stop) = 0;
};

/// Looks at what tables hold before anything is changed: an error refuses the database. Writes that are only in a log are not shown.
using store_check = std::function<result<void>(const store&)>;

/// Opens, repairs a torn tail, refuses what is damaged (docs/formats.md, "Recovery"). On a full disk, a database that is there is opened for
/// reading only.
/// Errors: in_use (another process or handle), corruption (with what was lost and where), storage, invalid_argument, those of `check`.
result<std::unique_ptr<store>> open_store(const std::string& path, const database_options&, const store_check& = {});
/// A private, empty name space in this process's shared memory store.
result<std::unique_ptr<store>> open_memory_store(const database_options&);

}  // namespace dynamo::engine
