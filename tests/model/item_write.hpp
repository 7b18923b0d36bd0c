#pragma once

#include "things.hpp"
#include "vector_indexes.hpp"

#include <dynamo/protocol/operation_name.hpp>

#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>

namespace dynamo::model {

/// How a request says what it wants. Where legacy parameters cannot say it, it is said by expressions.
enum class language : std::uint8_t { expressions, legacy_parameters };
inline constexpr int languages = 2;

/// One write of one item, drawn from small lists of conditions and changes.
struct item_write {
  enum class kind : std::uint8_t { put, update, erase };
  static constexpr int conditions = 17;
  static constexpr int changes = 11;
  static constexpr int values = 8;
  static constexpr int return_choices = 5;

  kind what = kind::put;
  place at;
  int condition = 0;  ///< 0: none
  int change = 0;     ///< of an update; of a put, which attributes it has
  int value = 0;
  int returns = 0;
  int spoken = 0;                  ///< a `language`
  int vector = 0;                  ///< what it does to attribute v (vectors.hpp)
  std::string stamp;               ///< becomes attribute w, if there is one
  vector_index_set judged_by = 0;  ///< the vector indexes that its table has when it is executed
};

item_write random_write(std::mt19937_64&, int tables, int places_used);

inline bool speaks(const item_write& w, language wanted) { return w.spoken == static_cast<int>(wanted); }

operation_name name_of(const item_write&);
std::string body_of(const item_write&);
/// The same as an action of a transaction, which has expressions, and returns nothing when it is done.
std::string action_body_of(const item_write&);

/// What a write comes to, by a second reading of DynamoDB's rules. Pure.
struct outcome {
  enum class kind : std::uint8_t { done, condition_failed, refused };
  kind what = kind::done;
  std::optional<thing> now;  ///< the item afterwards
  std::string reply;         ///< the response's body when done
};
outcome outcome_of(const item_write&, const std::optional<thing>& before);

/// True if the condition holds for an item, or for the absence of one.
bool holds(const item_write&, const std::optional<thing>&);

}  // namespace dynamo::model
