#include <http/exchange/client_connection.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <string_view>
#include <utility>

namespace dynamo::http {
namespace {

/// A peer that has more to say while it is not asked is left.
constexpr int idle_receives_max = 4;

}  // namespace

std::expected<std::unique_ptr<client_connection>, exchange_failure> client_connection::make(
    const address& to, const exchange_limits& limits, const std::optional<tls_context>& tls,
    const std::optional<proxy_options>& proxy) {
  std::optional<tls_session> session;
  if (tls) {
    auto opened = tls->open(to);
    if (!opened) {
      return std::unexpected(
          exchange_failure(opened.error().code(), exchange_phase::handshake,
                           fmt::format("Cannot connect to {}: {}", to.text(), opened.error().message())));
    }
    session = *std::move(opened);
  }
  return std::make_unique<client_connection>(to, limits, std::move(session), proxy ? &*proxy : nullptr);
}

void client_connection::connected(stream_socket by, time_point now) {
  socket = std::move(by);
  has_room = true;
  machine.connected(now);
}

void client_connection::send(const exchange_step& step, time_point now) {
  const auto sent = socket.send(step.write[0], step.write[1]);
  has_room = sent.size == step.write[0].size() + step.write[1].size();
  if (sent.problem != 0 && sent.problem != EAGAIN) {
    machine.write_failed(words_for_problem(sent.problem), now);
  } else {
    machine.written(sent.size, now);
  }
}

client_connection::heard client_connection::receive(std::span<char> into, time_point now) {
  const auto got = socket.receive(into);
  if (got.problem == EAGAIN) return heard::nothing;
  if (got.problem != 0) {
    machine.read_failed(words_for_problem(got.problem));
  } else if (got.size == 0) {
    machine.closed_by_peer();
  } else {
    machine.received({into.data(), got.size}, now);
    if (got.size < into.size()) return heard::all;
  }
  return heard::some;
}

bool client_connection::hear_what_came_while_idle(std::span<char> into, time_point now) {
  for (int times = 0; machine.reusable(); ++times) {
    if (times == idle_receives_max) return false;
    if (receive(into, now) == heard::nothing) return true;
  }
  return false;
}

}  // namespace dynamo::http
