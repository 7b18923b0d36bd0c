#include <http/exchange/client_exchange.hpp>

#include <fmt/format.h>
#include <http/exchange/response_content.hpp>
#include <http/message/request_text.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace dynamo::http {
namespace {

using moment = client_exchange::time_point;

/// As much of a request is encrypted ahead of what the peer takes.
constexpr std::size_t encrypted_ahead = 4 * tls_session::record_size_max;
constexpr unsigned switching_protocols = 101;
constexpr unsigned proxy_authentication_required = 407;

moment after(moment now, std::chrono::milliseconds time) {
  if (time.count() <= 0 || time > std::chrono::floor<std::chrono::milliseconds>(client_exchange::never - now)) {
    return client_exchange::never;
  }
  return now + time;
}

std::string name_of(const address& peer, const proxy_options* proxy) {
  if (proxy == nullptr) return peer.text();
  return fmt::format("{} through the proxy {}", peer.text(), address(proxy->host, proxy->port).text());
}

/// Why a proxy does not do what it was asked, as a clause.
std::string refusal_of_proxy(unsigned status, bool was_authorized) {
  if (status != proxy_authentication_required) return fmt::format("the proxy answered {}", status);
  return was_authorized ? "the proxy answered 407: it does not accept the credentials that it was sent"
                        : "the proxy answered 407: it asks for credentials";
}

/// Takes `size` bytes from the front of two texts, one after the other.
void remove_prefix(std::string_view& first, std::string_view& second, std::size_t size) {
  const std::size_t of_first = std::min(size, first.size());
  first.remove_prefix(of_first);
  second.remove_prefix(size - of_first);
}

}  // namespace

client_exchange::client_exchange(const address& to, const exchange_limits& limits, std::optional<tls_session> tls,
                                 const proxy_options* proxy)
    : peer_(name_of(to, proxy)),
      limits_(limits),
      tls_(std::move(tls)),
      parser_(limits.head_size_max, limits.body_size_max, limits.gzip),
      is_proxied_(proxy != nullptr),
      is_authorized_(is_proxied_ && !proxy->authorization.empty()) {
  assert(!is_proxied_ || can_be_written(*proxy));
  if (is_proxied_ && tls_) way_ = connect_head(to, *proxy);
}

void client_exchange::start(const exchange_request& r, time_point now) {
  assert(state_ == state::unconnected || reusable());
  used_before_ = state_ == state::done;
  head_ = r.head;
  body_ = r.body;
  times_ = r.times;
  deadline_ = r.deadline;
  operation_ends_ = after(std::min(now, r.begun), times_.operation);
  rest_ends_ = never;
  asks_for_head_ = r.asks_for_head;
  only_connects_ = false;
  timings_ = r.timings;
  part_began_ = now;
  if (timings_ != nullptr) {
    exchange_timings of_pool;
    of_pool.wait = timings_->wait;
    of_pool.resent = timings_->resent;
    *timings_ = of_pool;
    timings_->reused = used_before_;
  }
  parser_.restart(asks_for_head_);
  unread_.clear();
  interim_ = 0;
  sent_ = answered_ = reusable_ = false;
  if (used_before_) {
    begin_writing(now);
  } else {
    state_ = state::connecting;
    wait_ends_ = after(now, times_.connect);
  }
  fail_if_late(now);
}

void client_exchange::open(const exchange_times& times, time_point now) {
  assert(state_ == state::unconnected);
  exchange_request nothing;
  nothing.times = times;
  start(nothing, now);
  only_connects_ = true;
}

exchange_step client_exchange::step() {
  if (tls_ && (state_ == state::shaking_hands || state_ == state::exchanging)) encrypt();
  if (only_connects_ && state_ == state::exchanging && is_written() && write_problem_.empty()) {
    state_ = state::done;
    reusable_ = true;
  }
  exchange_step next;
  switch (state_) {
    case state::unconnected:
    case state::connecting: next.what = exchange_step::kind::connect; break;
    case state::opening_way:
      next.what = exchange_step::kind::transfer;
      next.write[0] = way_.reveal().substr(way_at_);
      break;
    case state::shaking_hands:
    case state::exchanging:
      next.what = exchange_step::kind::transfer;
      if (!write_problem_.empty()) break;
      if (tls_) {
        next.write[0] = std::string_view(outgoing_).substr(outgoing_at_);
      } else {
        next.write = {head_, body_};
      }
      break;
    case state::done: next.what = exchange_step::kind::done; return next;
    case state::failed:
      next.what = exchange_step::kind::failed;
      next.write[0] = std::string_view(outgoing_).substr(outgoing_at_);
      return next;
  }
  next.deadline = std::min({wait_ends_, rest_ends_, operation_ends_, deadline_});
  return next;
}

void client_exchange::connected(time_point now) {
  if (state_ != state::connecting) return;
  if (way_.empty()) {
    begin_talking(now);
  } else {
    state_ = state::opening_way;  // in the time for connecting
    parser_.restart(true);
  }
  fail_if_late(now);
}

void client_exchange::connect_failed(exchange_phase where, std::string_view why) {
  if (state_ != state::connecting) return;
  fail_with(errc::unavailable, no_connection(why));
  failure_.phase = where;
}

void client_exchange::written(std::size_t bytes, time_point now) {
  if (bytes == 0) return;
  if (state_ == state::opening_way) {
    assert(bytes <= way_.reveal().size() - way_at_);
    way_at_ += bytes;
    return fail_if_late(now);
  }
  if (state_ != state::shaking_hands && state_ != state::exchanging) return;
  if (tls_) {
    assert(bytes <= outgoing_.size() - outgoing_at_);
    outgoing_at_ += bytes;
    const std::size_t of_handshake = std::min(bytes, handshake_left_);
    handshake_left_ -= of_handshake;
    if (bytes > of_handshake) sent_ = true;
  } else {
    assert(bytes <= head_.size() + body_.size());
    remove_prefix(head_, body_, bytes);
    count(&exchange_timings::sent, bytes);
    sent_ = true;
  }
  if (state_ == state::exchanging) renew_wait(now);
  if (state_ == state::exchanging && is_written() && !answered_) measure(&exchange_timings::write, now);
  fail_if_late(now);
}

void client_exchange::write_failed(std::string_view why, time_point now) {
  if (is_connecting()) {
    peer_ended(why, false);
  } else if (state_ == state::exchanging) {
    write_problem_ = why;
    renew_wait(now);
    fail_if_late(now);
  }
}

void client_exchange::received(std::string_view bytes, time_point now) {
  if (state_ == state::opening_way) {
    take_way(bytes, now);
    return fail_if_late(now);
  }
  if (state_ != state::shaking_hands && state_ != state::exchanging && state_ != state::done) return;
  if (tls_) {
    tls_->receive(bytes);
    go_on_with_handshake(now);
    decrypt(now);
  } else {
    take_plain(bytes, now);
  }
  fail_if_late(now);
}

void client_exchange::closed_by_peer() {
  // Without TLS's own end, somebody else may have cut the connection.
  peer_ended({}, !tls_);
}

void client_exchange::read_failed(std::string_view why) { peer_ended(why, false); }

void client_exchange::cancelled() {
  if (is_connecting()) {
    fail_with(errc::cancelled, no_connection("the request was cancelled"));
  } else if (state_ == state::exchanging) {
    fail_with(errc::cancelled, no_response("the request was cancelled"));
  }
}

void client_exchange::measure(exchange_timings::duration exchange_timings::* part, time_point now) {
  if (timings_ == nullptr) return;
  timings_->*part += now - part_began_;
  part_began_ = now;
}

void client_exchange::count(std::uint64_t exchange_timings::* what, std::size_t bytes) {
  if (timings_ != nullptr) timings_->*what += bytes;
}

void client_exchange::time_passed(time_point now) { fail_if_late(now); }

void client_exchange::begin_talking(time_point now) {
  measure(&exchange_timings::connect, now);
  if (!tls_) return begin_writing(now);
  state_ = state::shaking_hands;
  wait_ends_ = after(now, times_.handshake);
  go_on_with_handshake(now);
}

void client_exchange::begin_writing(time_point now) {
  state_ = state::exchanging;
  renew_wait(now);
}

void client_exchange::go_on_with_handshake(time_point now) {
  if (state_ != state::shaking_hands) return;
  tls_->shake_hands();
  if (tls_->now() == tls_session::state::failed) fail_with(errc::unavailable, no_connection(tls_->why()));
  if (tls_->now() == tls_session::state::open) {
    measure(&exchange_timings::handshake, now);
    if (timings_ != nullptr) timings_->resumed = tls_->resumed();
    begin_writing(now);
  }
}

void client_exchange::encrypt() {
  if (outgoing_at_ < outgoing_.size()) return;
  outgoing_.clear();
  outgoing_at_ = 0;
  tls_->take_outgoing(outgoing_);
  handshake_left_ = outgoing_.size();
  if (state_ != state::exchanging || !write_problem_.empty()) return;
  while (!(head_.empty() && body_.empty()) && outgoing_.size() < encrypted_ahead) {
    const std::size_t size = tls_->encrypt(head_, body_);
    if (size == 0) {
      outgoing_.clear();
      fail_with(errc::transport, no_response(tls_->why()));
      return;
    }
    remove_prefix(head_, body_, size);
    count(&exchange_timings::sent, size);
    tls_->take_outgoing(outgoing_);
  }
}

void client_exchange::decrypt(time_point now) {
  std::array<char, tls_session::record_size_max> plain;
  while (state_ == state::exchanging || state_ == state::done) {
    const std::size_t size = tls_->decrypt(plain);
    if (size == 0) break;
    take_plain({plain.data(), size}, now);
    if (state_ == state::done && !reusable_) return;
  }
  if (tls_->now() == tls_session::state::failed) peer_ended(tls_->why(), false);
  if (tls_->now() == tls_session::state::ended) peer_ended({}, true);
}

void client_exchange::take_plain(std::string_view bytes, time_point now) {
  if (bytes.empty()) return;
  if (state_ == state::done) reusable_ = false;  // nobody asked for it
  if (state_ != state::exchanging) return;
  if (only_connects_) return fail_with(errc::transport, no_connection("the peer spoke before it was asked"));
  measure(answered_ ? &exchange_timings::read : &exchange_timings::first_byte, now);
  count(&exchange_timings::received, bytes.size());
  if (!std::exchange(answered_, true)) rest_ends_ = after(now, times_.rest);
  renew_wait(now);
  if (parse(bytes, asks_for_head_) && parser_.now() == response_parser::state::complete) finish();
}

bool client_exchange::parse(std::string_view bytes, bool to_head) {
  const bool joined = !unread_.empty();
  if (joined) {
    unread_.append(bytes);
    bytes = unread_;
  }
  const std::size_t all = bytes.size();
  for (;;) {
    bytes.remove_prefix(parser_.feed(bytes));
    if (parser_.now() != response_parser::state::complete || parser_.status() >= 200) break;
    if (parser_.status() == switching_protocols) {
      fail_reading("the peer switches protocols, which nobody asked for");
      return false;
    }
    if (++interim_ > interim_responses_max) {
      fail_reading("interim responses come without end");
      return false;
    }
    parser_.restart(to_head);
  }
  if (joined) {
    unread_.erase(0, all - bytes.size());
  } else {
    unread_.assign(bytes);
  }
  if (parser_.now() == response_parser::state::refused) {
    fail_reading(fmt::format("the response cannot be read: {}", parser_.why()));
    return false;
  }
  return true;
}

/// What a proxy answers to CONNECT ends with its head.
void client_exchange::take_way(std::string_view bytes, time_point now) {
  if (bytes.empty() || !parse(bytes, true) || parser_.now() != response_parser::state::complete) return;
  if (parser_.status() >= 300 || way_at_ < way_.reveal().size()) return fail_reading("the proxy answered too early");
  if (!unread_.empty()) return fail_reading("the proxy sent more than its answer");  // TLS begins with the client
  way_ = {};
  interim_ = 0;
  parser_.restart(asks_for_head_);
  begin_talking(now);
}

void client_exchange::finish() {
  response_ = parser_.take();
  if (is_proxied_ && !tls_ && response_.status == proxy_authentication_required) {
    sent_ = false;  // the proxy has not passed it on
    return fail_with(errc::unavailable, no_response(refusal_of_proxy(response_.status, is_authorized_)));
  }
  if (const auto wrong = read_content(response_, limits_.body_size_max); !wrong.empty()) {
    return fail_with(errc::transport, no_response(fmt::format("the response cannot be used: {}", wrong)));
  }
  reusable_ = parser_.keep_alive() && is_written() && write_problem_.empty() && unread_.empty();
  state_ = state::done;
  head_ = body_ = {};
}

void client_exchange::peer_ended(std::string_view why, bool orderly) {
  switch (state_) {
    case state::done: reusable_ = false; return;
    case state::opening_way:
      return fail_with(errc::transport,
                       no_connection(why.empty() ? "the proxy closed the connection before it had answered" : why));
    case state::shaking_hands:
      return fail_with(errc::transport,
                       no_connection(why.empty() ? "the peer closed the connection amid the TLS handshake" : why));
    case state::exchanging: break;
    default: return;
  }
  if (orderly && write_problem_.empty()) {
    parser_.end();
    if (parser_.now() == response_parser::state::complete) {
      finish();
      reusable_ = false;
      return;
    }
  }
  if (!write_problem_.empty()) {
    why = write_problem_;
  } else if (why.empty()) {
    why = answered_ ? "the peer closed the connection amid a response"
                    : "the peer closed the connection before it answered";
  }
  fail_with(errc::transport, no_response(why));
  failure_.stale = used_before_ && !answered_;
}

void client_exchange::fail_if_late(time_point now) {
  if (!is_connecting() && state_ != state::exchanging) return;
  const time_point ends = std::min({wait_ends_, rest_ends_, operation_ends_, deadline_});
  if (now < ends) return;
  std::string why;
  if (ends == deadline_) {
    why = "the caller's deadline has passed";
  } else if (ends == operation_ends_) {
    why = fmt::format("there was no whole response within {} ms", times_.operation.count());
  } else if (ends == rest_ends_) {
    why = fmt::format("the response was not whole {} ms after it began", times_.rest.count());
  } else if (state_ == state::connecting) {
    why = fmt::format("it did not answer within {} ms", times_.connect.count());
  } else if (state_ == state::opening_way) {
    why = fmt::format("the proxy did not open a way to it within {} ms", times_.connect.count());
  } else if (state_ == state::shaking_hands) {
    why = fmt::format("the TLS handshake did not end within {} ms", times_.handshake.count());
  } else if (!is_written() && write_problem_.empty()) {
    why = fmt::format("it took no more of the request for {} ms", times_.write.count());
  } else if (!answered_) {
    why = fmt::format("it did not begin to answer within {} ms", times_.first_byte.count());
  } else {
    why = fmt::format("no more of the response came for {} ms", times_.read.count());
  }
  fail_with(errc::timed_out, is_connecting() ? no_connection(why) : no_response(why));
}

void client_exchange::fail_with(errc code, std::string message) {
  failure_ = exchange_failure(code, phase(), std::move(message));
  failure_.sent = sent_;
  state_ = state::failed;
  reusable_ = false;
  head_ = body_ = {};
  unread_.clear();
  way_ = {};
  // No more of the request goes out; an alert that says why may, where it does not end up in a record.
  const bool amid_record = outgoing_at_ < outgoing_.size();
  outgoing_.clear();
  outgoing_at_ = 0;
  if (tls_ && !amid_record) tls_->take_outgoing(outgoing_);
}

void client_exchange::fail_reading(std::string_view why) {
  if (state_ == state::opening_way) {
    const unsigned status = parser_.status();  // which says more, if it is an error's
    fail_with(errc::unavailable, no_connection(status < 300 ? why : refusal_of_proxy(status, is_authorized_)));
  } else {
    fail_with(errc::transport, no_response(why));
  }
}

void client_exchange::renew_wait(time_point now) {
  if (!is_written() && write_problem_.empty()) {
    wait_ends_ = after(now, times_.write);
  } else {
    wait_ends_ = after(now, answered_ ? times_.read : times_.first_byte);
  }
}

exchange_phase client_exchange::phase() const noexcept {
  switch (state_) {
    case state::unconnected:
    case state::connecting:
    case state::opening_way: return exchange_phase::connect;
    case state::shaking_hands: return exchange_phase::handshake;
    default: return is_written() || answered_ ? exchange_phase::read : exchange_phase::write;
  }
}

std::string client_exchange::no_response(std::string_view why) const {
  return fmt::format("No response from {}: {}", peer_, why);
}
std::string client_exchange::no_connection(std::string_view why) const {
  return fmt::format("Cannot connect to {}: {}", peer_, why);
}

}  // namespace dynamo::http
