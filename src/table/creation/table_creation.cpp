#include <table/creation/table_creation.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::detail {

void table_creation::created(const result<reply>& answer) {
  if (!answer && answer.error().code() != errc::resource_in_use) return give_up(answer.error());
  step_ = step::describe;
}

void table_creation::described(const result<reply>& answer, time_point now) {
  if (!answer) {
    if (answer.error().code() != errc::resource_not_found) return give_up(answer.error());
    status_.clear();
    return wait_from(now);
  }
  result<table_shape> found = read_shape(*answer);
  if (!found) return give_up(found.error());
  if (found->keys != keys_ && found->status != "DELETING") {
    return give_up(error(errc::invalid_argument, "table " + table_ + " exists with other keys: " +
                                                     to_text(found->keys) + "; the schema has " + to_text(keys_)));
  }
  status_ = std::move(found->status);
  if (status_ == "ACTIVE") {
    step_ = step::done;
    return;
  }
  wait_from(now);
}

void table_creation::wait_from(time_point now) {
  const auto following = wait_.count() == 0 ? first_wait : std::min(wait_ * 2, longest_wait);
  if (now + following > deadline_) return give_up(error(errc::timed_out, "table " + table_ + last_seen()));
  wait_ = following;
  step_ = step::wait;
}

void table_creation::waited(bool time_passed) {
  if (!time_passed) return give_up(error(errc::cancelled, "cancelled while waiting for table " + table_));
  step_ = status_.empty() ? step::create : step::describe;
}

void table_creation::cannot_wait() {
  give_up(error(errc::throttled, "the timer has no room to wait for table " + table_ + ": it" + last_seen()));
}

std::string table_creation::last_seen() const {
  return status_.empty() ? " was deleted, or is not known yet" : " is still " + status_;
}

void table_creation::give_up(error why) {
  problem_ = std::move(why);
  step_ = step::gave_up;
}

}  // namespace dynamo::detail
