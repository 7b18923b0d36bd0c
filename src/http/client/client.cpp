#include <dynamo/http/client.hpp>

#include <dynamo/base/detail/own_process.hpp>

#include <fmt/format.h>
#include <http/exchange/blocking_exchange.hpp>
#include <http/message/address.hpp>
#include <http/message/request_text.hpp>

#include <cassert>
#include <utility>

namespace dynamo::http {
namespace {

bool may_be_repeated(const client_request& r) {
  return r.repeatable || r.method == "GET" || r.method == "HEAD" || r.method == "PUT" || r.method == "DELETE";
}

/// A peer may take as long as it likes over each part, as long as the whole is there in time.
exchange_times times_for(const client_options& options, const client_request& r) {
  constexpr std::chrono::milliseconds any{0};
  exchange_times times;
  times.connect = times.handshake = options.connect_time;
  times.write = times.first_byte = times.read = any;
  times.rest = r.rest_time.value_or(any);
  times.operation = r.response_time.value_or(options.response_time);
  return times;
}

blocking_options options_for_exchange(const client_options& from, const result<std::shared_ptr<alarm>>& cancelled_by) {
  blocking_options to;
  to.limits.head_size_max = from.head_size_max;
  to.limits.body_size_max = from.body_size_max;
  to.limits.gzip = compressed::refused;
  if (from.tls) to.tls.emplace(*from.tls);
  to.proxy = from.proxy;
  to.time = from.time;
  if (cancelled_by) to.cancelled_by = *cancelled_by;
  return to;
}

}  // namespace

client_request& client_request::add_field(std::string_view name, std::string_view value) {
  assert(name.find_first_of("\r\n:") == std::string_view::npos &&
         value.find_first_of("\r\n") == std::string_view::npos);
  fields.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

class client::state {
 public:
  state(address to, client_options options)
      : to_(std::move(to)),
        options_(std::move(options)),
        alarm_(alarm::make(options_.time != nullptr ? *options_.time : system_timer())),
        connection_(to_, options_for_exchange(options_, alarm_)) {}

  result<client_response> send(const client_request&);
  void close() noexcept { connection_.close(); }
  void cancel() noexcept {
    if (alarm_ && process_.is_this()) (*alarm_)->cancel();
  }

 private:
  const own_process process_;
  const address to_;
  const client_options options_;
  const result<std::shared_ptr<alarm>> alarm_;  // or why there is none, and no request
  blocking_exchange connection_;
  std::string head_;  // of the request
};

result<client_response> client::state::send(const client_request& r) {
  if (!process_.is_this()) return made_before_fork("This HTTP client");
  if (!alarm_) return fail(alarm_.error());
  if (!can_be_written(r)) {
    return fail(errc::invalid_argument, "This is no HTTP request: its method, target or fields are malformed");
  }
  if (options_.proxy && !can_be_written(*options_.proxy)) {
    return fail(errc::invalid_argument, "The proxy's authorization has control characters");
  }
  const bool is_asked_of_proxy = options_.proxy && !options_.tls;
  write_request_head(head_, r, to_.text(), is_asked_of_proxy ? &*options_.proxy : nullptr);
  exchange_request exchange(head_, r.body);
  exchange.asks_for_head = r.method == "HEAD";
  exchange.times = times_for(options_, r);
  bool sent = false;
  for (unsigned attempts = 1;; ++attempts) {
    auto got = connection_.send(exchange, {}, r.heeds_cancel);
    if (got) {
      got->sent_before = sent;
      return *std::move(got);
    }
    // The peer may close an idle connection in the very moment in which it is used again. The next one is new, and never stale.
    exchange_failure& why = got.error();
    sent = why.sent = why.sent || sent;
    if (!why.stale || (sent && !may_be_repeated(r))) return fail(why.to_error(attempts));
  }
}

client::client(std::string host, std::uint16_t port, client_options options)
    : state_(std::make_unique<state>(address(std::move(host), port), std::move(options))) {}
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

result<client> client::to(std::string_view text, client_options options) {
  auto parsed = parse_address(text);
  if (!parsed) return fail(errc::invalid_argument, fmt::format("\"{}\" is no address such as 127.0.0.1:8000", text));
  return client(std::move(parsed->host), parsed->port, std::move(options));
}

result<client_response> client::send(const client_request& r) { return state_->send(r); }
result<client_response> client::send(std::string_view method, std::string_view target, std::string fields,
                                     std::string_view body) {
  client_request r(method, target, body);
  r.fields = std::move(fields);
  return state_->send(r);
}
void client::close() noexcept { state_->close(); }
void client::cancel() noexcept { state_->cancel(); }

}  // namespace dynamo::http
