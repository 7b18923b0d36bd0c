#include <http/exchange/blocking_exchange.hpp>

#include <fmt/format.h>
#include <http/exchange/connect_race.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <functional>
#include <limits>
#include <utility>

#include <poll.h>

namespace dynamo::http {
namespace {

using point = client_exchange::time_point;

constexpr std::size_t received_at_once = 32'768;
/// TLS may have something to say while nobody is asking. A peer that has much to say is left.
constexpr int idle_receives_max = 4;

/// What poll() is told for a wait of the machine's clock: rounded up, so that it is not asked twice.
int milliseconds_until(point until, point now) {
  if (until == client_exchange::never) return -1;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
  return static_cast<int>(std::clamp<std::int64_t>(wait, 0, std::numeric_limits<int>::max()));
}

}  // namespace

blocking_exchange::blocking_exchange(address to, blocking_options options)
    : to_(std::move(to)), options_(std::move(options)), alarm_(options_.cancelled_by) {}

blocking_exchange::~blocking_exchange() {
  if (alarm_ && process_.is_this()) alarm_->silence();
}

void blocking_exchange::close() noexcept {
  socket_.close();
  machine_.reset();
}

point blocking_exchange::now() const noexcept {
  return options_.time != nullptr ? options_.time->steady_now() : std::chrono::steady_clock::now();
}

bool blocking_exchange::is_cancelled(const std::stop_token& stop) const noexcept {
  return stop.stop_requested() || (heeds_cancel_ && alarm_ && alarm_->cancelled());
}

std::expected<client_response, exchange_failure> blocking_exchange::send(const exchange_request& r,
                                                                         const std::stop_token& stop,
                                                                         bool heeds_cancel) {
  if (!process_.is_this()) {
    const error why = made_before_fork("This HTTP connection").error();
    return std::unexpected(exchange_failure(why.code(), exchange_phase::connect, why.message()));
  }
  if (!alarm_ && (stop.stop_possible() || options_.time != nullptr)) {
    auto made = alarm::make(options_.time != nullptr ? *options_.time : system_timer());
    if (!made)
      return std::unexpected(exchange_failure(made.error().code(), exchange_phase::connect, made.error().message()));
    alarm_ = *std::move(made);
  }
  heeds_cancel_ = heeds_cancel;
  hear_what_came_while_idle();
  if (!is_open()) {
    if (auto wrong = make_machine()) return std::unexpected(*std::move(wrong));
  }
  const auto ring = [this] { alarm_->wake(); };
  std::optional<std::stop_callback<std::reference_wrapper<const decltype(ring)>>> waker;
  if (stop.stop_possible()) waker.emplace(stop, std::cref(ring));

  machine_->start(r, now());
  if (is_cancelled(stop)) machine_->cancelled();
  for (;;) {
    const exchange_step step = machine_->step();
    switch (step.what) {
      case exchange_step::kind::connect: connect(step, stop); break;
      case exchange_step::kind::transfer: transfer(step, stop); break;
      case exchange_step::kind::done: {
        if (options_.time != nullptr) alarm_->rest();
        client_response got = machine_->take();
        if (!machine_->reusable()) close();
        return got;
      }
      case exchange_step::kind::failed: {
        if (options_.time != nullptr) alarm_->rest();
        exchange_failure why = machine_->failure();
        if (socket_.is_open() && !step.write[0].empty()) socket_.send(step.write[0], {});
        close();
        return std::unexpected(std::move(why));
      }
    }
  }
}

std::optional<exchange_failure> blocking_exchange::make_machine() {
  close();
  std::optional<tls_session> tls;
  if (options_.tls) {
    auto opened = options_.tls->open(to_);
    if (!opened) {
      return exchange_failure(opened.error().code(), exchange_phase::handshake,
                              fmt::format("Cannot connect to {}: {}", to_.text(), opened.error().message()));
    }
    tls = *std::move(opened);
  }
  machine_.emplace(to_, options_.limits, std::move(tls));
  return std::nullopt;
}

void blocking_exchange::hear_what_came_while_idle() {
  std::array<char, received_at_once> bytes;
  for (int times = 0; is_open(); ++times) {
    if (times == idle_receives_max) return close();
    const auto got = socket_.receive(bytes);
    if (got.problem == EAGAIN) return;
    if (got.size > 0) {
      machine_->received({bytes.data(), got.size}, now());
    } else {
      machine_->closed_by_peer();
    }
  }
}

void blocking_exchange::connect(const exchange_step& step, const std::stop_token& stop) {
  name_lookup& names = options_.names != nullptr ? *options_.names : system_name_lookup();
  const auto found = names.find(to_);
  if (!found) return machine_->connect_failed(exchange_phase::resolve, found.error());
  if (found->empty()) return machine_->connect_failed(exchange_phase::resolve, "the name has no address");

  connect_race race(found->size());
  std::array<stream_socket, connect_race::addresses_max> tried;
  std::string problem;
  const auto lose = [&](stream_socket& one, int why) {
    one.close();
    race.failed();
    problem = words_for_problem(why);
  };
  const auto win = [&](stream_socket& one) {
    socket_ = std::move(one);
    has_room_ = true;
    machine_->connected(now());
  };
  for (;;) {
    while (const auto next = race.next(now())) {
      const int outcome = tried[*next].connect((*found)[*next]);
      if (outcome == 0) return win(tried[*next]);
      if (outcome != EINPROGRESS) lose(tried[*next], outcome);
    }
    if (race.lost()) {
      if (found->size() > 1) problem += fmt::format(", as the last of {} addresses says", found->size());
      return machine_->connect_failed(exchange_phase::connect, problem);
    }
    std::array<pollfd, connect_race::addresses_max + 1> waited{};
    for (std::size_t i = 0; i < tried.size(); ++i)
      waited[i] = {tried[i].descriptor(), POLLOUT, 0};  // -1: not looked at
    switch (wait(waited, std::min(step.deadline, race.next_at()), stop)) {
      case wake::cancelled: return machine_->cancelled();
      case wake::time: break;
      case wake::ready:
        for (std::size_t i = 0; i < tried.size(); ++i) {
          if (!tried[i].is_open() || waited[i].revents == 0) continue;
          const int outcome = tried[i].connect_outcome();
          if (outcome == 0) return win(tried[i]);
          lose(tried[i], outcome);
        }
        break;
    }
    machine_->time_passed(now());
    if (machine_->step().what == exchange_step::kind::failed) return;
  }
}

void blocking_exchange::transfer(const exchange_step& step, const std::stop_token& stop) {
  const std::size_t size = step.write[0].size() + step.write[1].size();
  if (size > 0 && has_room_) {  // at first there is nearly always some
    const auto sent = socket_.send(step.write[0], step.write[1]);
    has_room_ = sent.size == size;
    if (sent.problem != 0 && sent.problem != EAGAIN) {
      machine_->write_failed(words_for_problem(sent.problem), now());
    } else {
      machine_->written(sent.size, now());
    }
    return;
  }
  std::array<pollfd, 2> waited{{{socket_.descriptor(), static_cast<short>(size > 0 ? POLLIN | POLLOUT : POLLIN), 0}}};
  switch (wait(waited, step.deadline, stop)) {
    case wake::cancelled: machine_->cancelled(); break;
    case wake::time: machine_->time_passed(now()); break;
    case wake::ready:
      // What the peer says comes first; an error is told by the call.
      if ((waited[0].revents & ~POLLOUT) != 0) receive();
      if ((waited[0].revents & POLLOUT) != 0) has_room_ = true;
      break;
  }
}

void blocking_exchange::receive() {
  std::array<char, received_at_once> bytes;
  const auto got = socket_.receive(bytes);
  if (got.problem == EAGAIN) return;
  if (got.problem != 0) {
    machine_->read_failed(words_for_problem(got.problem));
  } else if (got.size == 0) {
    machine_->closed_by_peer();
  } else {
    machine_->received({bytes.data(), got.size}, now());
  }
}

blocking_exchange::wake blocking_exchange::wait(std::span<pollfd> for_these, point until, const std::stop_token& stop) {
  constexpr int timer_is_full = 10;  // milliseconds: then the clock has to be looked at
  pollfd& bell = for_these.back();
  bell = {alarm_ ? alarm_->descriptor() : -1, POLLIN, 0};
  for (;;) {
    if (is_cancelled(stop)) return wake::cancelled;
    const point current = now();
    if (current >= until) return wake::time;
    int wait = milliseconds_until(until, current);
    if (options_.time != nullptr) {
      const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - current);
      wait = until == client_exchange::never || alarm_->set(rest) ? -1 : timer_is_full;
    }
    const int ready = ::poll(for_these.data(), for_these.size(), wait);
    if (ready <= 0) continue;  // the time, or a signal
    if (bell.revents != 0) alarm_->drain();
    if (ready > (bell.revents != 0 ? 1 : 0)) return is_cancelled(stop) ? wake::cancelled : wake::ready;
  }
}

}  // namespace dynamo::http
