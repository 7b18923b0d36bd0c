#pragma once

#include <dynamo/http/client.hpp>

#include <http/exchange/exchange_failure.hpp>
#include <http/exchange/tls.hpp>
#include <http/message/response_parser.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::http {

/// How long each part of an exchange may take. 0: any time.
struct exchange_times {
  std::chrono::milliseconds connect{3'000};      ///< from start() to connected(), addresses of the name included
  std::chrono::milliseconds handshake{3'000};    ///< of TLS
  std::chrono::milliseconds write{20'000};       ///< for the peer to take more of the request
  std::chrono::milliseconds first_byte{20'000};  ///< from the last byte of the request to the first one of the response
  std::chrono::milliseconds read{20'000};        ///< for more of a response that has begun
  std::chrono::milliseconds rest{0};             ///< from the first byte of the response to its last
  std::chrono::milliseconds operation{60'000};   ///< from start() to the last byte of the response

  exchange_times() = default;
};

/// How long each part of an exchange took, and what it moved. 0: it was not needed. Measured with the times at which the machine is told anyway.
struct exchange_timings {
  using duration = std::chrono::nanoseconds;
  duration wait{0};        ///< for a connection of the pool to become free
  duration connect{0};     ///< addresses of the name, and a proxy's way to it, included
  duration handshake{0};   ///< of TLS
  duration write{0};       ///< until the last byte of the request was on its way
  duration first_byte{0};  ///< from then to the first byte of the response
  duration read{0};        ///< from the first byte of the response to its last
  bool reused = false;     ///< the connection had been there before
  bool resumed = false;    ///< TLS went on with an earlier session
  bool resent = false;     ///< by a pool: the connection was stale, and this is of the one after it
  std::uint64_t sent = 0;  ///< bytes of the request, without TLS
  std::uint64_t received = 0;

  exchange_timings() = default;
};

/// What is sent. The texts must live until the exchange is done or failed.
struct exchange_request {
  std::string_view head;  ///< as write_request_head() writes it
  std::string_view body;
  bool asks_for_head = false;  ///< the method is HEAD: the response has no body
  exchange_times times;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();  ///< the caller's
  /// When the caller began, if that was before start(): the time of the operation counts from then.
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::time_point::max();
  /// Executing it twice does no more than executing it once. For a pool, which may then send it again on another connection.
  bool repeatable = false;
  exchange_timings* timings = nullptr;  ///< where to measure; must live as long as the texts. Null: nowhere

  exchange_request() = default;
  exchange_request(std::string_view h, std::string_view b) : head(h), body(b) {}
};

/// What a response may be.
struct exchange_limits {
  std::size_t head_size_max = 65'536;      ///< bytes of fields, of trailers, and of a line that has not ended
  std::size_t body_size_max = 16'777'216;  ///< bytes of the body, as it is sent and uncompressed
  compressed gzip = compressed::kept;      ///< refused: a response that is compressed although nobody asked for it

  exchange_limits() = default;
};

/// What the owner of the connection does next.
struct exchange_step {
  enum class kind : std::uint8_t {
    connect,   ///< and say connected() or connect_failed()
    transfer,  ///< send what is in `write`, if there is anything, and receive at the same time
    done,      ///< take() the response; the connection may be used again if reusable()
    failed,    ///< see failure(); send `write` if that can be done at once, and close the connection
  };
  kind what = kind::connect;
  /// One after the other. They stay where they are until written() counts them, or the exchange ends.
  std::array<std::string_view, 2> write;
  /// When to say time_passed(), if nothing else happens before.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

/// One connection of a client, as a machine without I/O: connect, ask a proxy for a way to the peer (CONNECT), shake hands (TLS), write a
/// request and read its response, be idle, and so on.
/// Its owner carries bytes and time: asks step() what to do, does it, says what happened, and asks again.
///
///     client_exchange machine(to, limits);
///     machine.start(request, now);
///     for (exchange_step s = machine.step(); ; s = machine.step())
///       switch (s.what) ...          // connect: machine.connected(now);  transfer: send, receive: machine.written(n, now), ...
///
/// A response that comes before the request has been sent whole (413, say) is received; then the connection is of no further use. Interim
/// responses (1xx) are skipped. The checksum is checked, and gzip uncompressed (response_content.hpp).
/// Once done or failed, it hears nothing more of that exchange. What happened counts before the time at which it is told: a response that
/// is whole is done, even if it is late.
/// Not thread-safe. Holds at most one response and, besides, head_size_max bytes; with TLS, 64 KB more.
class client_exchange {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr time_point never = time_point::max();
  static constexpr unsigned interim_responses_max = 16;  ///< so many may come before a response

  /// `tls` empty: plain TCP. `proxy`: what its owner connects to instead of the peer, which is asked for a way to the peer, if there is TLS, or
  /// else the requests themselves. It must be one that can_be_written().
  client_exchange(const address& to, const exchange_limits&, std::optional<tls_session> tls = std::nullopt,
                  const proxy_options* proxy = nullptr);
  client_exchange(const client_exchange&) = delete;
  client_exchange& operator=(const client_exchange&) = delete;

  /// Begins an exchange: the first, or another when reusable().
  void start(const exchange_request&, time_point now);
  /// Begins to connect, and no more than that: done once a request could be sent, and there is no response to take then.
  void open(const exchange_times&, time_point now);
  exchange_step step();

  // What happened.
  void connected(time_point now);
  /// `where`: resolve or connect. `why` is a clause, such as "Connection refused".
  void connect_failed(exchange_phase where, std::string_view why);
  void written(std::size_t bytes, time_point now);
  /// The peer takes no more. What it said before is still to be received.
  void write_failed(std::string_view why, time_point now);
  void received(std::string_view bytes, time_point now);
  void closed_by_peer();                   ///< an orderly end
  void read_failed(std::string_view why);  ///< a reset
  void cancelled();                        ///< the caller wants no response any more
  void time_passed(time_point now);

  /// Done, and the connection may carry another request. While it is idle it may still end: received(), closed_by_peer(), read_failed().
  bool reusable() const noexcept { return state_ == state::done && reusable_; }
  /// Of an exchange that is done; once.
  client_response take() noexcept { return std::move(response_); }
  const exchange_failure& failure() const noexcept { return failure_; }  ///< of one that failed
  bool resumed() const noexcept { return tls_ && tls_->resumed(); }

 private:
  enum class state : std::uint8_t { unconnected, connecting, opening_way, shaking_hands, exchanging, done, failed };

  void begin_talking(time_point now);
  void begin_writing(time_point now);
  void take_way(std::string_view bytes, time_point now);
  void measure(exchange_timings::duration exchange_timings::* part, time_point now);
  void count(std::uint64_t exchange_timings::* what, std::size_t bytes);
  void go_on_with_handshake(time_point now);
  void encrypt();
  void decrypt(time_point now);
  void take_plain(std::string_view bytes, time_point now);
  /// Feeds the parser. False: what it reads cannot be a response, and the exchange has failed.
  bool parse(std::string_view bytes, bool to_head);
  void finish();
  void peer_ended(std::string_view why, bool orderly);
  void fail_if_late(time_point now);
  void fail_with(errc, std::string message);
  void fail_reading(std::string_view why);
  void renew_wait(time_point now);
  exchange_phase phase() const noexcept;
  bool is_written() const noexcept { return head_.empty() && body_.empty() && outgoing_.size() == outgoing_at_; }
  std::string no_response(std::string_view why) const;
  std::string no_connection(std::string_view why) const;

  /// Nothing of the request can be on its way.
  bool is_connecting() const noexcept {
    return state_ == state::connecting || state_ == state::opening_way || state_ == state::shaking_hands;
  }

  const std::string peer_;
  const exchange_limits limits_;
  std::optional<tls_session> tls_;
  response_parser parser_;
  const bool is_proxied_;
  const bool is_authorized_;  // by the proxy
  auth::secret way_;          // what a proxy is asked, until it has answered
  std::size_t way_at_ = 0;    // so much of it was sent
  state state_ = state::unconnected;
  exchange_times times_;
  time_point wait_ends_ = never;  // of the part that is under way
  time_point rest_ends_ = never;
  time_point operation_ends_ = never;
  time_point deadline_ = never;  // the caller's
  exchange_timings* timings_ = nullptr;
  time_point part_began_;  // of what is measured

  std::string_view head_, body_;    // what is left of the request
  std::string outgoing_;            // with TLS: what is sent instead of it
  std::size_t outgoing_at_ = 0;     // so much of it has been
  std::size_t handshake_left_ = 0;  // so much of what is left of it is none of the request's
  std::string unread_;              // received, and not yet taken by the parser
  std::string write_problem_;
  unsigned interim_ = 0;
  bool asks_for_head_ = false;
  bool only_connects_ = false;
  bool used_before_ = false;
  bool sent_ = false;      // some of the request
  bool answered_ = false;  // some of a response has come
  bool reusable_ = false;
  client_response response_;
  exchange_failure failure_;
};

}  // namespace dynamo::http
