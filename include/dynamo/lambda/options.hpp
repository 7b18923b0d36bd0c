#pragma once

#include <cstdint>

namespace dynamo::lambda {

/// What a handler of one change at a time is still given when it has failed with one of a batch. What it is not given counts as failed.
enum class after_failure : std::uint8_t {
  skip_key,  ///< the changes of other keys: those of one key stay in their order
  stop,      ///< nothing: least is handed over twice, because everything after the first failure comes again
  go_on,     ///< all of them: a later change of a key may then be handled before an earlier one
};

/// What becomes of a change with an image that does not fit its type.
enum class wrong_image : std::uint8_t {
  fails,  ///< it counts as failed. A handler of one change is not given it; one of batches is, as it is given all
  is_handed_over,  ///< the handler decides: see image::problem()
};

class options {
 public:
  after_failure on_failure = after_failure::skip_key;  ///< for handlers of one change at a time
  wrong_image on_wrong_image = wrong_image::fails;
  bool log_batches =
      true;  ///< a line at level INFO for each event: how many changes, how many failed, how long it took

  options() = default;
};

}  // namespace dynamo::lambda
