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

using receive_buffer = std::array<char, client_connection::received_at_once>;

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

void blocking_exchange::close() noexcept { connection_.reset(); }

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
  if (connection_) {
    receive_buffer bytes;
    if (!connection_->hear_what_came_while_idle(bytes, now())) close();
  }
  if (!connection_) {
    auto made = client_connection::make(to_, options_.limits, options_.tls, options_.proxy);
    if (!made) return std::unexpected(std::move(made.error()));
    connection_ = *std::move(made);
  }
  const auto ring = [this] { alarm_->wake(); };
  std::optional<std::stop_callback<std::reference_wrapper<const decltype(ring)>>> waker;
  if (stop.stop_possible()) waker.emplace(stop, std::cref(ring));

  client_exchange& machine = connection_->machine;
  machine.start(r, now());
  if (is_cancelled(stop)) machine.cancelled();
  for (;;) {
    const exchange_step step = machine.step();
    switch (step.what) {
      case exchange_step::kind::connect: connect(step, stop); break;
      case exchange_step::kind::transfer: transfer(step, stop); break;
      case exchange_step::kind::done: {
        if (options_.time != nullptr) alarm_->rest();
        client_response got = machine.take();
        if (!machine.reusable()) close();
        return got;
      }
      case exchange_step::kind::failed: {
        if (options_.time != nullptr) alarm_->rest();
        exchange_failure why = machine.failure();
        stream_socket& socket = connection_->socket;
        if (socket.is_open() && !step.write[0].empty()) socket.send(step.write[0], {});
        close();
        return std::unexpected(std::move(why));
      }
    }
  }
}

void blocking_exchange::connect(const exchange_step& step, const std::stop_token& stop) {
  client_exchange& machine = connection_->machine;
  name_lookup& names = options_.names != nullptr ? *options_.names : system_name_lookup();
  const auto found = names.find(connects_to(to_, options_.proxy));
  if (!found) return machine.connect_failed(exchange_phase::resolve, found.error());
  if (found->empty()) return machine.connect_failed(exchange_phase::resolve, "the name has no address");

  connect_race race(found->size());
  std::array<stream_socket, connect_race::addresses_max> tried;
  std::string problem;
  const auto lose = [&](stream_socket& one, int why) {
    one.close();
    race.failed();
    problem = words_for_problem(why);
  };
  const auto win = [&](stream_socket& one) { connection_->connected(std::move(one), now()); };
  for (;;) {
    while (const auto next = race.next(now())) {
      const int outcome = tried[*next].connect((*found)[*next]);
      if (outcome == 0) return win(tried[*next]);
      if (outcome != EINPROGRESS) lose(tried[*next], outcome);
    }
    if (race.lost())
      return machine.connect_failed(exchange_phase::connect, words_for_lost_race(problem, found->size()));
    std::array<pollfd, connect_race::addresses_max + 1> waited{};
    for (std::size_t i = 0; i < tried.size(); ++i)
      waited[i] = {tried[i].descriptor(), POLLOUT, 0};  // -1: not looked at
    switch (wait(waited, std::min(step.deadline, race.next_at()), stop)) {
      case wake::cancelled: return machine.cancelled();
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
    machine.time_passed(now());
    if (machine.step().what == exchange_step::kind::failed) return;
  }
}

void blocking_exchange::transfer(const exchange_step& step, const std::stop_token& stop) {
  client_connection& c = *connection_;
  const bool sends = !(step.write[0].empty() && step.write[1].empty());
  if (sends && c.has_room) return c.send(step, now());  // at first there is nearly always some
  std::array<pollfd, 2> waited{{{c.socket.descriptor(), static_cast<short>(sends ? POLLIN | POLLOUT : POLLIN), 0}}};
  switch (wait(waited, step.deadline, stop)) {
    case wake::cancelled: c.machine.cancelled(); break;
    case wake::time: c.machine.time_passed(now()); break;
    case wake::ready:
      // What the peer says comes first; an error is told by the call.
      if ((waited[0].revents & ~POLLOUT) != 0) {
        receive_buffer bytes;
        c.receive(bytes, now());
      }
      if ((waited[0].revents & POLLOUT) != 0) c.has_room = true;
      break;
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
      wait = alarm_->set_until(until) ? -1 : timer_is_full;
    }
    const int ready = ::poll(for_these.data(), for_these.size(), wait);
    if (ready <= 0) continue;  // the time, or a signal
    if (bell.revents != 0) alarm_->drain();
    if (ready > (bell.revents != 0 ? 1 : 0)) return is_cancelled(stop) ? wake::cancelled : wake::ready;
  }
}

}  // namespace dynamo::http
