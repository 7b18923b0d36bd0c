#include <http/pool/async_call.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace dynamo::http {
namespace {

/// Of one call before others have their turn.
constexpr int receives_at_once_max = 16;
/// An answer of a name_lookup is good for so long.
constexpr std::chrono::seconds name_is_fresh{1};

}  // namespace

void async_call::clear() noexcept {
  cancelled_.store(false, std::memory_order_relaxed);
  told_.store(false, std::memory_order_relaxed);
  turn_ = connection_ = nullptr;
  sink_ = nullptr;
  state_ = state::fresh;
  repeated_ = was_sent_ = renewed_ = reusable_ = false;
}

bool async_call::begin(const exchange_request& r, std::stop_token stop, exchange_sink& sink) {
  clear();
  request_ = r;
  sink_ = &sink;
  is_going_to_be_posted();  // the token may be asked to stop at any time from now on
  if (stop.stop_possible()) callback_.emplace(std::move(stop), canceller{this});
  if (loop_.post_first(*this)) return true;
  callback_.reset();
  return false;
}

bool async_call::begin_to_open(pooled_connection& at) {
  clear();
  request_ = {};
  connection_ = &at;
  is_going_to_be_posted();
  return loop_.post_first(*this);
}

void async_call::canceller::operator()() const noexcept {
  of->cancelled_.store(true, std::memory_order_release);
  of->loop_.post(*of);
}

void async_call::take_turn(pooled_connection& one) noexcept {
  turn_ = &one;
  told_.store(true, std::memory_order_release);
  loop_.post(*this);
}

void async_call::be_turned_away() noexcept {
  told_.store(true, std::memory_order_release);
  loop_.post(*this);
}

void async_call::run() noexcept {
  switch (state_) {
    case state::fresh:
      loop_.join(*this);
      if (connection_ != nullptr) return use(*connection_, loop_.now());
      if (cancelled_) return fail(pool_.cancelled());
      return ask();
    case state::waiting:
      if (cancelled_ && pool_.leave(*this)) return fail(pool_.cancelled());
      if (!told_.load(std::memory_order_acquire)) return;
      if (turn_ == nullptr) return fail(pool_.closed());
      return use(*turn_, loop_.now());
    case state::resolving:
    case state::connecting:
    case state::transferring:
      if (cancelled_) machine().cancelled();
      return drive(loop_.now());
    case state::finished: return pool_.call_ended(*this);
  }
}

void async_call::ask() {
  const auto got = pool_.ask(*this);
  asked_ = got.asked;
  switch (got.what) {
    case pool_book::answer::use:
    case pool_book::answer::open: return use(*got.which, got.asked);
    case pool_book::answer::full: return fail(pool_.full());
    case pool_book::answer::closed: return fail(pool_.closed());
    case pool_book::answer::wait: break;
  }
  state_ = state::waiting;
  request_.begun = std::min(request_.begun, got.asked);
  loop_.set_deadline(*this, end_of(request_));
}

void async_call::use(pooled_connection& one, time_point now) {
  if (request_.timings != nullptr) {
    *request_.timings = {};
    request_.timings->wait = state_ == state::waiting ? now - asked_ : exchange_timings::duration(0);
  }
  connection_ = &one;
  state_ = state::transferring;
  if (one.connection) {
    bool heard = !one.watch.is_watching();  // somebody else had it, or it is new to this loop
    bool alive = true;
    if (heard) {
      alive = one.watch.begin(loop_, one.connection->socket.descriptor(), this);
    } else {
      one.watch.lend(this);
      heard = one.watch.can_receive();
    }
    if (heard && alive) {
      alive = one.connection->hear_what_came_while_idle(loop_.scratch(), now);
      one.watch.nothing_to_receive();
    }
    if (!alive) {
      one.close();
      renewed_ = true;
    }
  }
  if (one.connection) {
    machine().start(request_, now);
  } else if (!make_connection(now)) {
    return;
  }
  if (cancelled_) machine().cancelled();
  drive(now);
}

bool async_call::make_connection(time_point now) {
  auto made = client_connection::make(pool_.to(), pool_.options().limits, pool_.options().tls, pool_.options().proxy);
  if (!made) {
    fail(std::move(made.error()));
    return false;
  }
  connection_->connection = *std::move(made);
  if (sink_ != nullptr) {
    machine().start(request_, now);
  } else {
    machine().open(request_.times, now);
  }
  return true;
}

/// Does what the machine wants, until it has to wait.
void async_call::drive(time_point now) {
  for (int receives = 0;;) {
    const exchange_step step = machine().step();
    client_connection& c = *connection_->connection;
    socket_watch& watch = connection_->watch;
    switch (step.what) {
      case exchange_step::kind::connect:
        if (state_ == state::transferring) {
          resolve(now);
          break;
        }
        return wait_until(state_ == state::connecting ? std::min(step.deadline, connecting_->race.next_at())
                                                      : step.deadline);
      case exchange_step::kind::transfer:
        if (c.has_room && !(step.write[0].empty() && step.write[1].empty())) {
          c.send(step, now);
          if (!c.has_room) watch.no_room_to_send();
        } else if (!watch.can_receive()) {
          return wait_until(step.deadline);
        } else if (++receives > receives_at_once_max) {
          loop_.post(*this);
          return wait_until(step.deadline);
        } else {
          const auto heard = c.receive(loop_.scratch(), now);
          if (heard == client_connection::heard::all) watch.all_received();
          if (heard == client_connection::heard::nothing) watch.nothing_to_receive();
        }
        break;
      case exchange_step::kind::done:
        reusable_ = machine().reusable() && !watch.has_ended();
        return finish(machine().take());
      case exchange_step::kind::failed: {
        exchange_failure why = machine().failure();
        if (c.socket.is_open() && !step.write[0].empty()) c.socket.send(step.write[0], {});
        if (!may_be_sent_again(why, request_) || std::exchange(repeated_, true)) return fail(std::move(why));
        was_sent_ = why.sent;
        connection_->close();
        renewed_ = true;
        request_.begun = std::min(request_.begun, asked_);
        if (request_.timings != nullptr) request_.timings->resent = true;
        if (!make_connection(now)) return;
        break;
      }
    }
  }
}

void async_call::resolve(time_point now) {
  state_ = state::resolving;
  name_lookup* const names = pool_.options().names;
  if (names == nullptr) {
    if (auto number = numeric_address(connects_to(pool_.to(), pool_.options().proxy)); !number.empty())
      return connect(std::move(number), now);
  }
  std::shared_ptr<name_job>& last = pool_.name();
  if (last && last->answered && (!last->found || now - last->answered_at >= name_is_fresh)) last.reset();
  if (last && last->answered) return connect(*last->found, now);
  if (!last) {
    last = std::make_shared<name_job>(names != nullptr ? *names : system_name_lookup(),
                                      connects_to(pool_.to(), pool_.options().proxy));
    if (!loop_.names().ask(last)) {
      last.reset();
      return machine().connect_failed(exchange_phase::resolve, "no thread is left to look its name up");
    }
  }
  last->waiting.push_back(this);
  job_ = last;
}

void async_call::name_found(const name_job& job) noexcept {
  job_.reset();
  const time_point now = loop_.now();
  if (!job.found) {
    machine().connect_failed(exchange_phase::resolve, job.found.error());
  } else {
    connect(*job.found, now);
  }
  drive(now);
}

void async_call::connect(std::vector<socket_address> to, time_point now) {
  if (to.empty()) return machine().connect_failed(exchange_phase::resolve, "the name has no address");
  state_ = state::connecting;
  connecting_ = std::make_unique<connecting>(std::move(to));
  try_next(now);
}

void async_call::try_next(time_point now) {
  connecting& c = *connecting_;
  while (const auto next = c.race.next(now)) {
    attempt& one = c.tried[*next];
    int outcome = one.socket.connect(c.addresses[*next]);
    if ((outcome == 0 || outcome == EINPROGRESS) &&
        !one.watch.begin(loop_, one.socket.descriptor(), this, static_cast<unsigned>(*next))) {
      outcome = ENOBUFS;
    }
    if (outcome == 0) return win(one, now);
    if (outcome != EINPROGRESS) lose(one, outcome);
  }
  if (!c.race.lost()) return;
  machine().connect_failed(exchange_phase::connect, words_for_lost_race(c.problem, c.addresses.size()));
}

void async_call::lose(attempt& one, int problem) {
  one.watch.end();
  one.socket.close();
  connecting_->race.failed();
  connecting_->problem = words_for_problem(problem);
}

void async_call::win(attempt& one, time_point now) {
  connection_->watch = std::move(one.watch);
  connection_->connection->connected(std::move(one.socket), now);
  connecting_.reset();
  state_ = state::transferring;
}

void async_call::look_at(attempt& one, time_point now) {
  if (!one.socket.is_open() || !(one.watch.can_send() || one.watch.has_ended())) return;
  const int outcome = one.socket.connect_outcome();
  if (outcome == 0) return win(one, now);
  lose(one, outcome);
  try_next(now);
}

void async_call::socket_ready(unsigned tag) noexcept {
  const time_point now = loop_.now();
  if (state_ == state::connecting) {
    look_at(connecting_->tried[tag], now);
  } else if (connection_->watch.can_send()) {
    connection_->connection->has_room = true;
  }
  drive(now);
}

void async_call::time_passed(time_point now) noexcept {
  if (state_ == state::waiting) {
    if (pool_.leave(*this)) return fail(pool_.none_became_free());
    return loop_.set_deadline(*this, loop_core::never);  // its turn has come, and is posted
  }
  machine().time_passed(now);
  if (state_ == state::connecting && machine().step().what == exchange_step::kind::connect) try_next(now);
  drive(now);
}

void async_call::give_up(std::string_view why) noexcept {
  if (state_ == state::waiting) {
    if (!pool_.leave(*this) && turn_ != nullptr) {
      connection_ = turn_;
      reusable_ = connection_->connection != nullptr;
    }
    return fail(pool_.no_connection(errc::cancelled, why));
  }
  machine().cancelled();
  exchange_failure failure = machine().failure();
  failure.message = fmt::format("No response from {}: {}", pool_.to().text(), why);
  fail(std::move(failure));
}

void async_call::fail(exchange_failure why) { finish(std::unexpected(std::move(why))); }

void async_call::finish(std::expected<client_response, exchange_failure> outcome) {
  state_ = state::finished;
  if (was_sent_) (outcome ? outcome->sent_before : outcome.error().sent) = true;
  loop_.leave(*this);
  if (job_) std::erase(std::exchange(job_, nullptr)->waiting, this);
  connecting_.reset();
  if (connection_ != nullptr) {
    if (connection_->watch.is_watching()) connection_->watch.lend(nullptr);
    loop_.set_expiry(pool_, pool_.give_back(*connection_, reusable_, renewed_));
  }
  callback_.reset();
  if (sink_ != nullptr) sink_->complete(std::move(outcome));
  if (!is_posted()) pool_.call_ended(*this);  // else it is still to be run
}

}  // namespace dynamo::http
