#pragma once

#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/protocol/operation_facts.hpp>
#include <dynamo/protocol/retry_verdict.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace dynamo {

/// What an attempt was carried by.
enum class connection_use : std::uint8_t {
  none,     ///< it got none
  kept,     ///< one that had been there before
  opened,   ///< a new one
  resumed,  ///< a new one whose TLS went on with an earlier session
};
/// "none", "kept", "opened", "resumed".
std::string_view to_string(connection_use) noexcept;

/// Where the time of an attempt went. 0: that part was not needed, or not reached. What an attempt failed at has its time until then.
struct attempt_times {
  using duration = std::chrono::nanoseconds;
  duration wait{0};        ///< for a connection of the pool to become free
  duration connect{0};     ///< addresses of the name, and a proxy's way to the host, included
  duration handshake{0};   ///< of TLS
  duration write{0};       ///< until the last byte of the request was on its way
  duration first_byte{0};  ///< from then to the first byte of the response
  duration read{0};        ///< from the first byte of the response to its last
  duration total{0};       ///< of all parts, and of what lies between them

  attempt_times() = default;
};

/// One request that was sent, or tried to be sent, to a host. Texts live until the observer returns.
struct attempt_report {
  operation_name operation{};
  /// Which one of the call's attempts it was. Two reports have the same number where a request was sent again at once: after a clock was set by
  /// the service's answer, or credentials were fetched anew; and where a read was hedged.
  unsigned attempt = 1;
  std::string_view host;           ///< with its port, unless that is the scheme's
  unsigned status = 0;             ///< of HTTP; 0: there is no response
  std::string_view request_id;     ///< x-amzn-RequestId
  std::string_view extended_id;    ///< x-amz-id-2, where a service sends one
  const error* failure = nullptr;  ///< null: it succeeded
  connection_use connection = connection_use::none;
  /// A kept connection turned out to be closed by its peer, and the request was sent once more, on a new one. The other members tell of that.
  bool resent = false;
  std::uint64_t bytes_sent = 0;  ///< of HTTP: head and body, without TLS
  std::uint64_t bytes_received = 0;
  attempt_times times;

  attempt_report() = default;
};

/// The bucket that the retries of one endpoint share: see retry_budget.
struct retry_tokens {
  unsigned left = 0;
  unsigned max = 0;           ///< 0: there is no bucket
  bool circuit_open = false;  ///< too few are left for a retry that does not follow throttling

  retry_tokens() = default;
};

/// What retrying() does after a failure.
struct retry_report {
  operation_name operation{};
  unsigned attempt = 1;  ///< the one that failed; for retry_verdict::no_turn the one that is not made
  const error& failure;  ///< lives until the observer returns
  retry_verdict verdict{};
  std::chrono::microseconds wait{0};  ///< before the next attempt; 0 without one
  retry_tokens tokens;                ///< after what this retry took

  retry_report(operation_name op, unsigned which, const error& why, retry_verdict v)
      : operation(op), attempt(which), failure(why), verdict(v) {}
};

/// A call that has its outcome.
struct call_report {
  operation_name operation{};
  const result<reply>& outcome;   ///< lives until the observer returns; see consumed_by() in observed.hpp
  std::chrono::nanoseconds time;  ///< with all attempts and the waits between them
  capacity_kind capacity{};       ///< which one it consumes

  call_report(operation_name op, const result<reply>& o, std::chrono::nanoseconds t, capacity_kind k)
      : operation(op), outcome(o), time(t), capacity(k) {}
  const error* failure() const noexcept { return outcome ? nullptr : &outcome.error(); }
  unsigned attempts() const noexcept { return outcome ? outcome->attempts : outcome.error().attempts(); }
  std::string_view request_id() const noexcept {
    return outcome ? std::string_view(outcome->request_id) : std::string_view(outcome.error().request_id());
  }
};

/// What an observer keeps of a call that began.
struct call_notes {
  std::shared_ptr<void> state;  ///< comes back with every report of the call: a tracer's span, say. May be null
  trace_context trace;          ///< what an endpoint over HTTP sends with the call's attempts, if it has the right form

  call_notes() = default;
};

/// Sees calls: for logs, metrics and traces. What it does not override, it does not hear of. A program gives one to dynamo::remote()
/// (remote_options::observer), or puts dynamo::observed() around any endpoint.
///
/// Thread-safety: one object is called from all threads that make calls or carry them, at the same time. The reports of one call come one after the other,
/// but for those of a hedged read, whose second attempt may end at any time, even after its call. Reports must not block, and must not call the
/// endpoint that they are about. They are noexcept: what an observer throws ends the program.
/// A report holds no item and no secret, except for what `request` and `reply` hold themselves, and the service's own words in `error`.
///
///     struct slow_calls final : dynamo::call_observer {
///       void call_ended(const dynamo::call_report& call, void*) noexcept override {
///         if (call.time > std::chrono::seconds(1)) std::clog << to_string(call.operation) << " was slow\n";
///       }
///     };
class call_observer {
 public:
  virtual ~call_observer() = default;

  /// A call begins, on the thread that makes it. The request's body is there to be read, by those who want its table: see tables_named_by() in observed.hpp.
  virtual call_notes call_begins(const request&) noexcept { return {}; }
  /// An attempt has ended. Only endpoints that send requests over a network have attempts to tell of.
  virtual void attempt_ended(const attempt_report&, void* /*state*/) noexcept {}
  /// An attempt failed, or cannot be made, and a retrying() endpoint inside has decided what comes next.
  virtual void retry_decided(const retry_report&, void* /*state*/) noexcept {}
  /// This call has opened the circuit of a retrying() endpoint, by the tokens that its retry took, or closed it, by those that its success gave back.
  virtual void circuit_changed(const retry_tokens&, void* /*state*/) noexcept {}
  /// The call has ended; its caller is told next. Once for each call_begins().
  virtual void call_ended(const call_report&, void* /*state*/) noexcept {}
};

/// One call, under the eyes of an observer, and of those further out. It travels with the request. Thread-safe.
class call_observation {
 public:
  call_observation(std::shared_ptr<call_observer> by, const request& r)
      : by_(std::move(by)), notes_(by_->call_begins(r)), outer_(r.observation) {}

  void attempt_ended(const attempt_report& what) const noexcept { tell_all(&call_observer::attempt_ended, what); }
  void retry_decided(const retry_report& what) const noexcept { tell_all(&call_observer::retry_decided, what); }
  void circuit_changed(const retry_tokens& what) const noexcept { tell_all(&call_observer::circuit_changed, what); }
  /// For this observer alone: those further out see the call themselves.
  void call_ended(const call_report& what) const noexcept { by_->call_ended(what, notes_.state.get()); }

  const trace_context& trace() const noexcept { return notes_.trace; }
  const call_observation* outer() const noexcept { return outer_.get(); }

 private:
  template <class Report>
  void tell_all(void (call_observer::*told)(const Report&, void*) noexcept, const Report& what) const noexcept {
    for (const call_observation* each = this; each != nullptr; each = each->outer_.get()) {
      ((*each->by_).*told)(what, each->notes_.state.get());
    }
  }

  const std::shared_ptr<call_observer> by_;
  const call_notes notes_;
  const std::shared_ptr<const call_observation> outer_;
};

/// The trace to send with a request: of the innermost observer that gives one of the right form; else, as it came, that of the request's
/// origin. Null: none.
const trace_context* trace_to_send(const request&) noexcept;

}  // namespace dynamo
