#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <engine/commit/key_locks.hpp>
#include <engine/commit/prepared_change.hpp>
#include <engine/parameters/transact_write_parameters.hpp>
#include <engine/rows/stored_token.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace dynamo::engine {

/// What a transaction asks for, in 128 bits: equal for requests that differ in nothing but the order of members, white space, and what they want
/// to be told.
std::array<char, 16> digest_of(const transact_write_parameters&);

/// The ClientRequestToken of a transaction: it is looked up and stored under the lock of its own key, in the transaction's change, so that no
/// transaction is executed twice. Not thread-safe.
class request_token {
 public:
  /// The parameters have a token.
  request_token(engine_core&, const transact_write_parameters&);

  std::size_t stripe() const noexcept { return stripe_; }

  enum class seen : std::uint8_t {
    never,  ///< or so long ago that it is forgotten
    same,   ///< with the same content: it is not to be executed again
    other   ///< with another content
  };
  /// Under the lock. Errors: corruption, storage.
  result<seen> look_up(const key_locks::guard&);
  /// Whether the transaction that was seen is not committed yet.
  bool rests_on_pending() const noexcept { return pending_; }
  /// Lays down that the transaction was executed.
  void lay_down(prepared_change&) const;

 private:
  engine_core& core_;
  const std::string key_;
  const std::size_t stripe_;
  const std::array<char, 16> digest_;
  bool pending_ = false;
};

}  // namespace dynamo::engine
