#include <table/creation/table_creation.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::detail {

void table_creation::created(const result<reply>& answer) {
  if (!answer && answer.error().code() != errc::resource_in_use) return give_up(answer.error());
  step_ = step::describe;
}

void table_creation::described(const result<reply>& answer, time_point now) {
  if (!answer) return give_up(answer.error());
  result<table_shape> found = read_shape(*answer);
  if (!found) return give_up(found.error());
  if (found->keys != keys_) {
    return give_up(error(errc::invalid_argument, "table " + table_ + " exists with other keys: " +
                                                     to_text(found->keys) + "; the schema has " + to_text(keys_)));
  }
  status_ = std::move(found->status);
  if (status_ == "ACTIVE") {
    step_ = step::done;
    return;
  }
  const auto following = wait_.count() == 0 ? first_wait : std::min(wait_ * 2, longest_wait);
  if (now + following > deadline_) return give_up(error(errc::timed_out, "table " + table_ + " is still " + status_));
  wait_ = following;
  step_ = step::wait;
}

void table_creation::waited(bool time_passed) {
  if (!time_passed) return give_up(error(errc::cancelled, "cancelled while waiting for table " + table_));
  step_ = step::describe;
}

void table_creation::cannot_wait() {
  give_up(error(errc::throttled, "the timer has no room to wait for table " + table_ + ", which is " + status_));
}

void table_creation::give_up(error why) {
  problem_ = std::move(why);
  step_ = step::gave_up;
}

}  // namespace dynamo::detail
