#pragma once

#include "../support/wire.hpp"
#include "history.hpp"

#include <dynamo/protocol/operation_name.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace dynamo::isolation {

/// What is asked of one item.
struct action {
  enum class kind : std::uint8_t { get, put, update, erase, append, check };
  enum class returned : std::uint8_t { nothing, old_item, new_item };
  kind what = kind::get;
  std::string item;
  std::int64_t value = 0;                                  ///< that is put, set or appended
  std::optional<std::vector<std::int64_t>> expected = {};  ///< a condition: what the item holds; empty: there is none
  returned returns = returned::nothing;
};

/// A request, and what it asks.
struct attempt {
  operation_name name = operation_name::get_item;
  std::string body;
  std::vector<action> actions;
  bool repeats = false;  ///< sent again, it is not applied again
};

/// Of one action: GetItem, PutItem, UpdateItem or DeleteItem.
attempt single(action);
/// Of actions of different items: TransactWriteItems, with a token if it is not empty; TransactGetItems if all of them are `get`.
attempt transaction(std::vector<action>, const std::string& token = "");
/// Of `get`s: BatchGetItem.
attempt batch_read(std::vector<action>);

/// Items live in two tables, by their slot.
std::vector<std::string> create_table_texts();

enum class meaning : std::uint8_t {
  told,  ///< the outcome is known
  lost,  ///< whether a write was applied is not known
  wrong  ///< an answer that nobody expects
};
/// Enters in the operation what the answer says that it did, and its outcome.
meaning take_answer(operation&, const attempt&, const testing_support::answer&);

/// Which operations clients send: a few hot items at a time, registers and lists, each replaced by a new one after some writes, so that
/// what is told of each stays short. Thread-safe.
class workload {
 public:
  static constexpr std::size_t slots_max = 8;
  struct settings {
    std::size_t slots = 4;  ///< registers, and as many lists
    int writes_of_an_item = 40;
    bool transactions = false;
    bool batches = true;  ///< BatchGetItem as one read: stronger than AWS
  };
  /// What one client knows: what an item held when it last saw it.
  using memory = std::map<std::string, std::vector<std::int64_t>>;

  explicit workload(settings how) : how_(how) {}
  attempt next(std::mt19937_64&, const memory&);
  static void remember(memory&, const operation&);

 private:
  using chance = std::mt19937_64;
  std::string draw_item(chance&, bool list, bool writes);
  std::vector<std::string> draw_items(chance&, bool writes);
  action draw_write(chance&, std::string item, const memory&, bool in_transaction);

  const settings how_;
  std::atomic<std::int64_t> last_value_ = 0;
  std::array<std::array<std::atomic<int>, slots_max>, 2> writes_{};  // of registers, of lists
};

}  // namespace dynamo::isolation
