#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/operation.hpp>
#include <dynamo/schema/detail/record.hpp>
#include <dynamo/schema/schema.hpp>
#include <dynamo/table/detail/request_builder.hpp>
#include <dynamo/table/key.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// Any number of items in few requests: batch_get, batch_put, batch_remove and batch_write of a table. Keys and items are
/// sent in chunks of what one request may hold, several at a time; what the service leaves unprocessed, and chunks that fail
/// for a while, are sent again; a chunk that fails for good takes nothing else with it. So the call itself succeeds, unless it
/// was stopped before anything was sent, and the result says of each input, by its index, what became of it.
namespace dynamo {

class random_source;
class timer;

/// How patiently a batch call sends its chunks. Option of the batch calls: `users.batch_put(all, batch_policy().parallel(8))`.
class batch_policy {
 public:
  batch_policy() = default;
  /// A chunk is sent again so often without anything of it being processed; every progress counts from the start. Default 2.
  batch_policy retries(unsigned count) const;
  /// Before the first repetition it waits for a random time up to `first`, which doubles up to `longest` ("full jitter").
  /// Default 100 ms, 2 s.
  batch_policy waits(std::chrono::milliseconds first, std::chrono::milliseconds longest) const;
  /// So many chunks are under way at once, 1 to 64. Default 4.
  batch_policy parallel(unsigned chunks) const;
  /// Where it waits and what it draws from, for tests; both must outlive the call. Default: system_timer(), system_random().
  batch_policy on(dynamo::timer&, random_source&) const;

  unsigned retries() const noexcept { return retries_; }
  std::chrono::milliseconds first_wait() const noexcept { return first_wait_; }
  std::chrono::milliseconds longest_wait() const noexcept { return longest_wait_; }
  unsigned parallel() const noexcept { return parallel_; }
  dynamo::timer* time() const noexcept { return timer_; }
  random_source* random() const noexcept { return random_; }

 private:
  unsigned retries_ = 2;
  unsigned parallel_ = 4;
  std::chrono::milliseconds first_wait_{100};
  std::chrono::milliseconds longest_wait_{2'000};
  dynamo::timer* timer_ = nullptr;
  random_source* random_ = nullptr;
};

/// What a batch call took.
class batch_effort {
 public:
  std::size_t requests = 0;  ///< sent altogether
  std::size_t retries = 0;   ///< how many of them repeated something
  std::chrono::microseconds elapsed{0};
  std::optional<double> capacity_units;      ///< consumed by all requests, as far as their replies said so
  std::optional<double> vector_write_bytes;  ///< what they took of vector indexes; of tables that have some

  batch_effort() = default;
};

enum class write_status : std::uint8_t {
  written,      ///< stored, or removed
  superseded,   ///< another input with the same key comes after it; only that one was sent
  unprocessed,  ///< the service left it out each time it was sent: not written, and it may be tried again
  failed,       ///< see why(); if that says outcome_unknown(), it may be written all the same
};

/// What became of one put or remove of a batch.
class write_outcome {
 public:
  explicit write_outcome(write_status status) : status_(status) {}
  explicit write_outcome(error why) : status_(write_status::failed), why_(std::move(why)) {}
  write_status status() const noexcept { return status_; }
  /// Nothing of it is left to do: written, or superseded.
  bool ok() const noexcept { return status_ == write_status::written || status_ == write_status::superseded; }
  /// Only for failed.
  const error& why() const noexcept { return *why_; }

 private:
  write_status status_;
  std::optional<error> why_;
};

/// Outcomes indexed like the inputs. Of several inputs with the same key the last one wins, and removes come after puts.
class batch_written {
 public:
  std::vector<write_outcome> puts;
  std::vector<write_outcome> removes;
  batch_effort effort;
  /// Of each collection that was written to, as the last reply had it, sorted by key; empty unless item_collection_metrics was asked for.
  std::vector<item_collection> item_collections;

  batch_written() = default;
  /// Every input is written, or superseded by one that is; otherwise the first error, errc::throttled for an unprocessed one.
  [[nodiscard]] result<void> complete() const;
};

/// Items indexed like the keys that were asked for: found, empty (there is no such item), or why it could not be read. Of a key that is
/// asked for twice there are two copies, although it was sent once.
template <class T>
class batch_found {
 public:
  std::vector<result<std::optional<T>>> items;
  batch_effort effort;

  batch_found() = default;
  /// Every key was answered; otherwise the first error.
  [[nodiscard]] result<void> complete() const {
    for (const result<std::optional<T>>& one : items) {
      if (!one) return std::unexpected(one.error());
    }
    return {};
  }
};

namespace detail {

/// A batch call under way; its members live in src/table.
class batch_call;
using shared_batch = std::shared_ptr<batch_call>;

/// Takes the inputs of a batch call, each encoded at once.
class batch_builder {
 public:
  batch_builder(operation_name, const table_binding&, const schema_description&);
  ~batch_builder();
  void put(const record_description&, const void* object);
  void remove(const encoded_key&);
  void get(const encoded_key&);
  void project(const record_description& view);
  void consistent();
  void item_collections();
  void policy(const batch_policy&);
  shared_batch finish() &&;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

std::shared_ptr<endpoint> batch_endpoint(const shared_batch&);
request batch_request(const batch_call&);
operation<batch_written> finish_writes(shared_batch);
std::size_t batch_size(const batch_call&);
batch_effort effort_of(const batch_call&);
/// Reads the item that an input asked for; false when there is none.
[[nodiscard]] result<bool> read_found(const batch_call&, std::size_t input, const record_description&, void* object);

template <class T>
operation<batch_found<T>> finish_gets(const shared_batch& call) {
  return {batch_endpoint(call), batch_request(*call),
          [](reply&&, void* state) -> result<batch_found<T>> {
            const batch_call& done = *static_cast<const batch_call*>(state);
            batch_found<T> found;
            found.effort = effort_of(done);
            found.items.reserve(batch_size(done));
            for (std::size_t i = 0; i < batch_size(done); ++i) {
              result<std::optional<T>>& item = found.items.emplace_back(std::in_place, std::in_place);
              const result<bool> present = read_found(done, i, record_of<T>, &**item);
              if (!present) {
                item = std::unexpected(present.error());
              } else if (!*present) {
                item->reset();
              }
            }
            return found;
          },
          call};
}

/// A key of a batch: what key_of is made from, or a pair (a tuple) of partition and sort key.
template <class Schema, class Key, class Take>
void with_key(const Key& key, Take take) {
  if constexpr (std::is_base_of_v<encoded_key, Key>) {
    take(key);
  } else if constexpr (requires { std::tuple_size<Key>::value; }) {
    static_assert(std::tuple_size_v<Key> == 2, "dynamo: a key is a partition key, or a pair of partition and sort key");
    take(key_of<Schema>(std::get<0>(key), std::get<1>(key)));
  } else {
    take(key_of<Schema>(key));
  }
}

}  // namespace detail
}  // namespace dynamo
