#include <http/server/connection.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace dynamo::http {
namespace {

constexpr auto no_deadline = std::chrono::steady_clock::time_point::max();
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

connection::connection(std::shared_ptr<loop> at, boost::asio::ip::tcp::socket socket, bool admitted)
    : loop_(std::move(at)),
      shared_(loop_->shared()),
      socket_(std::move(socket)),
      parser_(shared_.options.head_size_max, shared_.options.body_size_max),
      admitted_(admitted) {}

connection::~connection() {
  release_response();
  (admitted_ ? shared_.connections : shared_.refused).give_back(1);
}

void connection::start(loop::members::iterator self) {
  self_ = self;
  error_code ignored;  // a peer that is gone already shows it at the first read
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  if (!admitted_) return refuse(503, "Too many connections are open; try again later");
  if (loop_->draining()) return close();
  enter(phase::idle, loop_->now() + shared_.options.idle_time);
  wait_for_bytes();
}

void connection::wait_for_bytes() {
  socket_.async_read_some(boost::asio::buffer(first_),
                          [self = shared_from_this()](const error_code& ec, std::size_t size) {
                            if (ec == boost::asio::error::operation_aborted) return;  // by close() or check_time()
                            switch (self->phase_) {
                              case phase::idle:
                              case phase::head:
                              // An end, too: a peer that has nothing more to say, perhaps amid a request.
                              case phase::body: return ec ? self->close() : self->guarded([&] { self->receive(size); });
                              case phase::closing: return ec ? self->close() : self->discard(size);
                              default: return;  // the time was over when the bytes came
                            }
                          });
}

/// A request for which there is no memory is refused, and so is what its connection holds; the others go on.
template <class Step>
void connection::guarded(Step step) {
  try {
    try {
      step();
    } catch (const std::bad_alloc&) {
      std::string().swap(rest_);
      refuse(503, "Not enough memory for the request; try again later");
    }
  } catch (const std::bad_alloc&) {
    close();
  }
}

void connection::receive(std::size_t size) {
  std::string_view bytes(first_.data(), size);
  if (size == first_.size()) bytes = with_what_follows();
  if (!rest_.empty()) {
    rest_.append(bytes);
    return go_on();
  }
  const next what = advance(bytes);
  rest_.assign(bytes);
  act(what);
}

/// A full first_ is likely to be the beginning of more. Errors show themselves at the next read.
std::string_view connection::with_what_follows() {
  const auto into = loop_->scratch();
  std::ranges::copy(first_, into.begin());
  error_code ignored;
  const auto rest = into.subspan(first_.size());
  const std::size_t more = socket_.read_some(boost::asio::buffer(rest.data(), rest.size()), ignored);
  return {into.data(), first_.size() + more};
}

void connection::go_on() {
  std::string_view bytes = rest_;
  const next what = advance(bytes);
  if (bytes.empty()) {
    std::string().swap(
        rest_);  // an idle connection holds no memory for what it once received; an assignment would keep it
  } else {
    rest_.erase(0, rest_.size() - bytes.size());
  }
  act(what);
}

void connection::act(next what) {
  if (what == next::wait) wait_for_bytes();
  if (what == next::handle) handle();
}

/// Takes from the front of `bytes` as far as the present request goes.
connection::next connection::advance(std::string_view& bytes) {
  for (;;) {
    bytes.remove_prefix(parser_.feed(bytes));
    if (phase_ == phase::idle) {
      if (!parser_.begun() && (bytes.empty() || bytes == "\r")) return next::wait;  // empty lines are no request
      begun_ = loop_->now();
      enter(phase::head, begun_ + shared_.options.head_time);
    }
    switch (parser_.now()) {
      case request_parser::state::refused: refuse(parser_.why().status, parser_.why().why); return next::nothing;
      case request_parser::state::reading_head: return next::wait;
      case request_parser::state::reading_body:
        if (phase_ == phase::head) {
          if (!begin_body(bytes)) return next::nothing;
          continue;
        }
        return count_body() ? next::wait : next::nothing;
      case request_parser::state::complete: return count_body() ? next::handle : next::nothing;
    }
  }
}

bool connection::begin_body(std::string_view rest) {
  enter(phase::body, begun_ + shared_.options.request_time);
  if (!rest.empty() || !expects_continue(parser_.head())) return true;
  // Nothing else is on its way to the peer, so its buffer has room for a line.
  error_code ec;
  const auto sent = socket_.write_some(boost::asio::buffer(continue_line), ec);
  if (!ec && sent == continue_line.size()) return true;
  close();
  return false;
}

bool connection::count_body() {
  const std::size_t size = parser_.body_capacity();
  if (size <= listener_shared::small_body_max || size <= counted_) return true;
  if (!shared_.bodies.take(size - counted_)) {
    refuse(503, "Too many large requests are under way; try again later");
    return false;
  }
  counted_ = size;
  return true;
}

void connection::release_body() noexcept { shared_.bodies.give_back(std::exchange(counted_, 0)); }

/// Peers that ask for much and take nothing must not fill the memory. What was executed stays so: 503 says "try again", as any reply
/// that is lost.
void connection::hold(response r) {
  const std::size_t size = r.body.capacity();
  if (size > listener_shared::small_body_max) {
    if (shared_.responses.take(size)) {
      held_ = size;
    } else {
      r = shared_.handles->refuse(503, "Too many large responses wait for their readers; try again later");
    }
  }
  response_ = std::move(r);
}

void connection::release_response() noexcept {
  response_ = response();
  shared_.responses.give_back(std::exchange(held_, 0));
}

void connection::handle() {
  enter(phase::handling, no_deadline);
  last_ = last_ || !parser_.keep_alive();
  in_handler_ = true;
  shared_.handles->handle(parser_.head(), parser_.take_body(), responder(shared_from_this(), shared_.exchanges));
  in_handler_ = false;
  if (at_once_) {
    response r = *std::move(at_once_);
    at_once_.reset();
    return write(std::move(r));
  }
  work_.emplace(loop_->context().get_executor());  // the loop lives until the answer comes
}

void connection::answer(std::shared_ptr<exchange> self, response r) noexcept {
  if (loop_->is_this_thread() && in_handler_) {
    at_once_ = std::move(r);
    return;
  }
  boost::asio::post(loop_->context(), [c = std::static_pointer_cast<connection>(std::move(self)),
                                       r = std::move(r)]() mutable { c->write(std::move(r)); });
}

void connection::refuse(unsigned status, std::string_view why) {
  last_ = true;
  parser_.drop_body();  // nobody will read it, and the peer may stay a while
  write(shared_.handles->refuse(status, why));
}

void connection::write(response r) {
  work_.reset();
  release_body();
  if (phase_ == phase::closed) return;
  hold(std::move(r));
  last_ = last_ || loop_->draining();
  write_head(head_, response_, loop_->date(), last_ ? afterwards::close : afterwards::keep, parser_.head().http_1_0());
  enter(phase::writing, loop_->now() + shared_.options.response_time);
  const bool with_body = parser_.head().method() != "HEAD";
  const std::array<boost::asio::const_buffer, 2> parts{
      boost::asio::buffer(head_),
      boost::asio::const_buffer(response_.body.view().data(), with_body ? response_.body.size() : 0)};
  boost::asio::async_write(socket_, parts,
                           [self = shared_from_this()](const error_code& ec, std::size_t) { self->written(ec); });
}

void connection::written(const error_code& ec) {
  if (phase_ == phase::closed) return;
  if (ec) return close();
  release_response();
  if (last_ || loop_->draining()) return say_goodbye();
  parser_.restart();
  enter(phase::idle, loop_->now() + shared_.options.idle_time);
  if (rest_.empty()) return wait_for_bytes();
  guarded([this] { go_on(); });
}

/// Closing with bytes unread makes the system send a reset, which may overtake the response. So the peer closes first, or has had
/// its time.
void connection::say_goodbye() {
  std::string().swap(rest_);
  error_code ec;
  socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ec);
  if (ec) return close();
  enter(phase::closing, loop_->now() + shared_.options.closing_time);
  wait_for_bytes();
}

void connection::discard(std::size_t size) {
  if (size == first_.size()) with_what_follows();
  wait_for_bytes();
}

void connection::check_time(time_point now) {
  if (now < deadline_ || phase_ == phase::closed) return;
  if (phase_ == phase::head || phase_ == phase::body) {
    error_code ignored;
    socket_.cancel(ignored);
    return refuse(408, "The request did not come in time");
  }
  close();
}

void connection::drain() {
  if (phase_ == phase::idle) close();
}

void connection::close() {
  if (phase_ == phase::closed) return;
  enter(phase::closed, no_deadline);
  error_code ignored;
  socket_.close(ignored);
  release_body();
  const auto kept = shared_from_this();
  loop_->leave(self_);
}

}  // namespace dynamo::http
