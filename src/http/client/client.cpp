#include <dynamo/http/client.hpp>

#include <dynamo/base/detail/own_process.hpp>

#include <fmt/format.h>
#include <http/client/blocking_socket.hpp>
#include <http/message/address.hpp>
#include <http/message/request_text.hpp>
#include <http/message/response_parser.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <system_error>
#include <utility>

namespace dynamo::http {
namespace {

/// So many "100 Continue" and their like may come before a response.
constexpr unsigned interim_responses_max = 16;

bool may_be_repeated(const client_request& r) {
  return r.repeatable || r.method == "GET" || r.method == "HEAD" || r.method == "PUT" || r.method == "DELETE";
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
  state(address to, const client_options& options)
      : to_(std::move(to)), options_(options), parser_(options.head_size_max, options.body_size_max) {
    auto made = alarm::make(options.time != nullptr ? *options.time : system_timer());
    if (!made) {
      unusable_ = std::move(made.error());
      return;
    }
    alarm_ = *std::move(made);
    socket_.emplace(alarm_);
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() {
    if (alarm_ && process_.is_this()) alarm_->silence();
  }

  result<client_response> send(const client_request&);
  void close() noexcept {
    if (socket_) socket_->close();
  }
  void cancel() noexcept {
    if (alarm_ && process_.is_this()) alarm_->cancel();
  }

 private:
  /// How far a request came on one connection.
  struct progress {
    bool sent = false;      // some of it
    bool received = false;  // some of a response
    unsigned attempts = 1;
  };

  result<void> connect(const client_request&);
  result<client_response> exchange(const client_request&, progress&);
  /// False when the peer has nothing more to say.
  bool receive(int& problem);
  void take(std::string_view bytes);
  std::unexpected<error> give_up(errc, std::string_view what, const progress&);

  const own_process process_;
  const address to_;
  const client_options options_;
  std::optional<error> unusable_;
  std::shared_ptr<alarm> alarm_;
  std::optional<blocking_socket> socket_;
  response_parser parser_;
  std::string head_;  // of the request
  std::string rest_;  // received, and not yet taken by the parser
  unsigned interim_ = 0;
  bool asks_for_head_ = false;
  std::array<char, 65'536> scratch_;
};

result<client_response> client::state::send(const client_request& r) {
  if (!process_.is_this()) return made_before_fork("This HTTP client");
  if (unusable_) return fail(*unusable_);
  if (!can_be_written(r)) {
    return fail(errc::invalid_argument, "This is no HTTP request: its method, target or fields are malformed");
  }
  if (r.heeds_cancel && alarm_->cancelled()) {
    return fail(errc::cancelled, "The request was cancelled before it was sent");
  }
  write_request_head(head_, r, to_.text());
  progress p;
  for (;; ++p.attempts) {
    const bool reused = socket_->is_open() && !socket_->is_stale();
    if (!reused) {
      if (auto connected = connect(r); !connected) return fail(std::move(connected.error()));
    }
    p.sent = p.received = false;
    auto got = exchange(r, p);
    if (got) return got;
    socket_->close();
    // The peer may close an idle connection in the very moment in which it is used again. The next one is new.
    const bool lost = got.error().code() == errc::transport && !p.received;
    if (!reused || !lost || (p.sent && !may_be_repeated(r))) return got;
  }
}

result<void> client::state::connect(const client_request& r) {
  if (!alarm_->set(options_.connect_time))
    return fail(errc::unavailable, "Cannot connect: too many tasks wait for the timer");
  return socket_->connect(to_, r.heeds_cancel);
}

result<client_response> client::state::exchange(const client_request& r, progress& p) {
  if (!alarm_->set(r.response_time.value_or(options_.response_time))) {
    return give_up(errc::unavailable, "too many tasks wait for the timer", p);
  }
  asks_for_head_ = r.method == "HEAD";
  parser_.restart(asks_for_head_);
  rest_.clear();
  interim_ = 0;
  std::string_view head = head_, body = r.body;
  std::optional<std::chrono::milliseconds> rest = r.rest_time;  // until it has begun
  int problem = 0;
  for (bool open = true, first = true; open; first = false) {
    const bool sending = problem == 0 && !(head.empty() && body.empty());
    // At first there is nearly always room to send.
    switch (first ? blocking_socket::wake::writable : socket_->wait(sending, r.heeds_cancel)) {
      case blocking_socket::wake::expired: return give_up(errc::timed_out, "there was no whole response in time", p);
      case blocking_socket::wake::cancelled: return give_up(errc::cancelled, "the request was cancelled", p);
      case blocking_socket::wake::writable: {
        const auto sent = socket_->send(head, body);
        problem = sent.problem;  // what the peer said before is still to be read
        p.sent = p.sent || sent.size > 0;
        const std::size_t of_head = std::min(sent.size, head.size());
        head.remove_prefix(of_head);
        body.remove_prefix(sent.size - of_head);
        break;
      }
      case blocking_socket::wake::readable:
        open = receive(problem);
        p.received = p.received || open;
        break;
    }
    if (interim_ > interim_responses_max) return give_up(errc::transport, "interim responses come without end", p);
    if (parser_.now() == response_parser::state::refused) {
      return give_up(errc::transport, fmt::format("the response cannot be read: {}", parser_.why()), p);
    }
    if (parser_.now() == response_parser::state::complete) {
      const bool whole = head.empty() && body.empty();
      if (!open || !whole || !rest_.empty() || !parser_.keep_alive()) socket_->close();
      alarm_->rest();
      return parser_.take();
    }
    if (p.received && rest && !alarm_->set(*std::exchange(rest, std::nullopt))) {
      return give_up(errc::unavailable, "too many tasks wait for the timer", p);
    }
  }
  if (problem != 0) return give_up(errc::transport, std::generic_category().message(problem), p);
  return give_up(errc::transport,
                 p.received ? "the peer closed the connection amid a response"
                            : "the peer closed the connection before it answered",
                 p);
}

bool client::state::receive(int& problem) {
  const auto got = socket_->receive(scratch_);
  if (got.problem == EAGAIN) return true;
  if (got.size > 0) {
    take({scratch_.data(), got.size});
    return true;
  }
  if (got.problem != 0) problem = got.problem;
  if (problem == 0) parser_.end();  // after a reset, who knows what is missing
  return false;
}

void client::state::take(std::string_view bytes) {
  if (!rest_.empty()) {
    rest_.append(bytes);
    bytes = rest_;
  }
  const std::size_t all = bytes.size();
  for (;;) {
    bytes.remove_prefix(parser_.feed(bytes));
    const bool is_interim = parser_.now() == response_parser::state::complete && parser_.status() < 200;
    if (!is_interim || ++interim_ > interim_responses_max) break;
    parser_.restart(asks_for_head_);
  }
  if (rest_.empty()) {
    rest_.assign(bytes);
  } else {
    rest_.erase(0, all - bytes.size());
  }
}

std::unexpected<error> client::state::give_up(errc code, std::string_view what, const progress& p) {
  socket_->close();
  alarm_->rest();
  error_detail detail;
  detail.code = code;
  detail.message = fmt::format("No response from {}: {}", to_.text(), what);
  detail.attempts = p.attempts;
  detail.outcome_unknown = p.sent;
  return fail(error(std::move(detail)));
}

client::client(std::string host, std::uint16_t port, client_options options)
    : state_(std::make_unique<state>(address(std::move(host), port), options)) {}
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

result<client> client::to(std::string_view text, client_options options) {
  auto parsed = parse_address(text);
  if (!parsed) return fail(errc::invalid_argument, fmt::format("\"{}\" is no address such as 127.0.0.1:8000", text));
  return client(std::move(parsed->host), parsed->port, options);
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
