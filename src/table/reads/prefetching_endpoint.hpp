#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/protocol/detail/request_context.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace dynamo::detail {

/// Sends the requests of one read, and one of them ahead: ask() starts it, and the next call() or start() is answered with what it
/// brings, whatever that request says. Deadline and stop token of who waits end the wait, and stop the request that was sent ahead; the same page may be
/// asked for again. One caller at a time.
///
/// Who owns what: the read owns this, and this the endpoint. A request that was sent ahead keeps this alive until it has answered; the
/// endpoint is let go with the read, by abandon(), since its last owner must not be the thread that brings an answer nobody waits for.
/// One lock guards what has come; nothing is started and nobody is told under it.
class prefetching_endpoint final : public endpoint, public std::enable_shared_from_this<prefetching_endpoint> {
 public:
  explicit prefetching_endpoint(std::shared_ptr<endpoint> via) noexcept : via_(std::move(via)) {}

  result<reply> call(request) override;
  void start(request, reply_sink&) override;

  /// Sends the next request ahead. The one before has been answered.
  void ask(request next);
  /// The read is gone: what is under way is stopped, and answers to nobody.
  void abandon() noexcept;

 private:
  class answer_sink;
  class pull;
  enum class phase : std::uint8_t { idle, under_way, arrived };

  void answered(std::uint64_t round, result<reply>&&);
  result<reply> hand_out();
  /// Nobody waits any more for what is under way.
  std::stop_source drop();
  void give_up(pull&, errc);

  std::shared_ptr<endpoint> via_;
  request_context last_;  // of the call that was made last

  std::mutex mutex_;
  std::condition_variable_any came_;
  phase phase_ = phase::idle;
  std::uint64_t round_ = 0;  // an answer to an earlier one is dropped
  std::stop_source stop_{std::nostopstate};
  std::optional<result<reply>> answer_;
  std::shared_ptr<pull> waiting_;  // of a caller that does not block
};

}  // namespace dynamo::detail
