// uses: http
// An exchange ends the same whether its response comes at once or in small pieces, and holds no more than it may. So does what a proxy answers
// to CONNECT, and TLS begins only after an answer that opens a way.
#include "require.hpp"

#include <http/exchange/client_exchange.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using dynamo::http::client_exchange;
using dynamo::http::exchange_step;

struct ending {
  std::string text;  ///< of the response; empty: it failed
  bool hits_limit = false;
};

dynamo::http::exchange_limits limits() {
  dynamo::http::exchange_limits small;
  small.head_size_max = 512;
  small.body_size_max = 1'024;
  return small;
}

ending exchange_with(std::string_view bytes, std::size_t step, bool to_head) {
  constexpr client_exchange::time_point now{std::chrono::hours(1)};
  client_exchange machine(dynamo::http::address("peer", 1), limits());
  dynamo::http::exchange_request request("GET / HTTP/1.1\r\n\r\n", {});
  request.asks_for_head = to_head;
  machine.start(request, now);
  machine.connected(now);
  machine.written(machine.step().write[0].size(), now);
  for (std::size_t at = 0; at < bytes.size(); at += step) machine.received(bytes.substr(at, step), now);
  machine.closed_by_peer();
  DYNAMO_REQUIRE(!machine.reusable());
  ending is;
  if (machine.step().what == exchange_step::kind::failed) {
    DYNAMO_REQUIRE(machine.failure().sent && !machine.failure().stale && !machine.failure().message.empty());
    is.hits_limit = machine.failure().message.find("too large") != std::string::npos;
    return is;
  }
  DYNAMO_REQUIRE(machine.step().what == exchange_step::kind::done);
  const dynamo::http::client_response got = machine.take();
  DYNAMO_REQUIRE(got.status >= 200 && got.body.size() <= limits().body_size_max &&
                 got.fields.size() <= limits().head_size_max);
  is.text = std::to_string(got.status) + '\n' + std::string(got.body.view());
  return is;
}

enum class way : std::uint8_t { open, open_and_more, none, beyond_limit };

way opening_with(std::string_view bytes, std::size_t step) {
  constexpr client_exchange::time_point now{std::chrono::hours(1)};
  static const dynamo::http::tls_context trusts_nobody([] {
    dynamo::http::tls_options options;
    options.system_authorities = false;
    return options;
  }());
  const dynamo::http::address host("host", 1);
  const dynamo::http::proxy_options proxy("proxy", 1);
  client_exchange machine(host, limits(), *trusts_nobody.open(host), &proxy);
  machine.start(dynamo::http::exchange_request("GET / HTTP/1.1\r\n\r\n", {}), now);
  machine.connected(now);
  machine.written(machine.step().write[0].size(), now);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    machine.received(bytes.substr(at, step), now);
    const exchange_step next = machine.step();
    if (next.what == exchange_step::kind::failed) break;
    DYNAMO_REQUIRE(next.what == exchange_step::kind::transfer);
    if (next.write[0].empty()) continue;
    DYNAMO_REQUIRE(next.write[0].starts_with("\x16\x03"));
    return at + step < bytes.size() ? way::open_and_more : way::open;
  }
  machine.closed_by_peer();
  DYNAMO_REQUIRE(machine.step().what == exchange_step::kind::failed && machine.step().write[0].empty());
  const dynamo::http::exchange_failure& why = machine.failure();
  DYNAMO_REQUIRE(why.phase == dynamo::http::exchange_phase::connect && !why.sent && !why.stale && !why.message.empty());
  if (why.message.ends_with("the proxy sent more than its answer")) return way::open_and_more;
  return why.message.find("too large") != std::string::npos ? way::beyond_limit : way::none;
}

void ask_for_way(std::string_view bytes, std::size_t step) {
  const way whole = opening_with(bytes, std::max<std::size_t>(bytes.size(), 1));
  const way pieces = opening_with(bytes, step);
  DYNAMO_REQUIRE(whole == way::beyond_limit || pieces == way::beyond_limit || whole == pieces);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t step = data[0] % 32 + 1;
  if ((data[0] & 64U) != 0) {
    ask_for_way(bytes, step);
    return 0;
  }
  const bool to_head = data[0] >= 128;
  const ending whole = exchange_with(bytes, std::max<std::size_t>(bytes.size(), 1), to_head);
  const ending pieces = exchange_with(bytes, step, to_head);
  DYNAMO_REQUIRE(whole.hits_limit || pieces.hits_limit || whole.text == pieces.text);
  return 0;
}
