#pragma once

#include <dynamo/lambda/event_handler.hpp>
#include <dynamo/lambda/failures.hpp>
#include <dynamo/lambda/options.hpp>
#include <dynamo/streams/change.hpp>

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo::lambda::detail {

using unreadable_records = std::span<const dynamo::detail::unreadable_record>;

/// Handles events of a stream's changes, whatever their type is. What a handler fails with is logged, and reported by sequence number.
class changes_handler : public event_handler {
 public:
  explicit changes_handler(const options& o) noexcept : options_(o) {}
  answer handle(const json::buffer& event, const context&) final;

 private:
  // The changes of the event that is being handled, which are kept where their type is known.
  [[nodiscard]] virtual result<void> read(const json::buffer& event) = 0;
  virtual void forget() noexcept = 0;
  virtual std::size_t size() const noexcept = 0;
  virtual const change_facts& facts(std::size_t) const noexcept = 0;
  virtual const error* problem(std::size_t) const noexcept = 0;  ///< of one of its images
  virtual unreadable_records unreadable() const noexcept = 0;    ///< what else the event holds, in its order

  virtual bool by_batch() const noexcept = 0;
  [[nodiscard]] virtual result<void> hand_over(std::size_t, const context&) = 0;         ///< unless by batch
  [[nodiscard]] virtual result<void> hand_over_all(const context&, failures& into) = 0;  ///< by batch

  class run;
  const options options_;
};

template <class Handler, class Argument>
concept takes = std::invocable<Handler&, Argument, const context&> || std::invocable<Handler&, Argument>;

template <class Handler, class Argument>
decltype(auto) call(Handler& h, Argument&& argument, const context& about) {
  if constexpr (std::invocable<Handler&, Argument, const context&>) {
    return h(std::forward<Argument>(argument), about);
  } else {
    return h(std::forward<Argument>(argument));
  }
}

/// What a handler of changes may return.
template <class T>
concept outcome_of_one = std::is_void_v<T> || std::is_same_v<T, result<void>>;
template <class T>
concept outcome_of_batch = outcome_of_one<T> || std::is_same_v<T, failures> || std::is_same_v<T, result<failures>>;

template <class T, class Handler>
class typed_changes final : public changes_handler {
  using one = const change<T>&;
  using batch = std::span<const change<T>>;
  static constexpr bool one_at_a_time = takes<Handler, one>;
  static constexpr bool suits = one_at_a_time || takes<Handler, batch>;
  static_assert(
      suits,
      "dynamo: a handler takes `const change<T>&` or `std::span<const change<T>>`, and a `const lambda::context&` if it likes");

 public:
  typed_changes(Handler h, const options& o) : changes_handler(o), handler_(std::forward<Handler>(h)) {}

 private:
  [[nodiscard]] result<void> read(const json::buffer& event) override {
    const auto read = dynamo::detail::read_foreign_records(
        event.view(), dynamo::detail::change_vector<T>::sink_of(changes_), &unreadable_);
    if (!read) return std::unexpected(read.error());
    return {};
  }
  void forget() noexcept override {
    changes_.clear();
    unreadable_.clear();
  }
  std::size_t size() const noexcept override { return changes_.size(); }
  const change_facts& facts(std::size_t i) const noexcept override { return changes_[i]; }
  const error* problem(std::size_t i) const noexcept override {
    const error* of_new = changes_[i].new_image.problem();
    return of_new != nullptr ? of_new : changes_[i].old_image.problem();
  }
  unreadable_records unreadable() const noexcept override { return unreadable_; }
  bool by_batch() const noexcept override { return !one_at_a_time; }

  [[nodiscard]] result<void> hand_over(std::size_t i, const context& about) override {
    if constexpr (one_at_a_time) {
      using outcome = decltype(call(handler_, static_cast<one>(changes_[i]), about));
      static_assert(outcome_of_one<outcome>, "dynamo: a handler of one change returns result<void>, or nothing");
      if constexpr (std::is_void_v<outcome>) {
        call(handler_, static_cast<one>(changes_[i]), about);
        return {};
      } else {
        return call(handler_, static_cast<one>(changes_[i]), about);
      }
    } else {
      return {};
    }
  }
  [[nodiscard]] result<void> hand_over_all(const context& about, failures& into) override {
    if constexpr (!one_at_a_time && suits) {
      using outcome = decltype(call(handler_, batch(changes_), about));
      static_assert(
          outcome_of_batch<outcome>,
          "dynamo: a handler of a batch returns lambda::failures, result<failures>, result<void>, or nothing");
      if constexpr (std::is_void_v<outcome>) {
        call(handler_, batch(changes_), about);
      } else if constexpr (std::is_same_v<outcome, result<void>>) {
        return call(handler_, batch(changes_), about);
      } else if constexpr (std::is_same_v<outcome, failures>) {
        into = call(handler_, batch(changes_), about);
      } else {
        outcome failed = call(handler_, batch(changes_), about);
        if (!failed) return std::unexpected(failed.error());
        into = *std::move(failed);
      }
    }
    return {};
  }

  Handler handler_;
  std::vector<change<T>> changes_;
  std::vector<dynamo::detail::unreadable_record> unreadable_;
};

}  // namespace dynamo::lambda::detail
