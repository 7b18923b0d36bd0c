#include "request_parser.hpp"

// The only file that includes Beast.
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <optional>
#include <utility>

namespace dynamo::http {
namespace {

namespace beast = boost::beast::http;
using boost::beast::error_code;

std::string_view view(boost::beast::string_view text) noexcept { return {text.data(), text.size()}; }

struct parts {
  request_head head;
  json::buffer body;
};

/// Beast recognises the elements; where they go is decided here. One for each request: Beast's cannot be used twice.
class elements final : public beast::basic_parser<true> {
 public:
  elements(parts& into, std::size_t head_size_max, std::size_t body_size_max)
      : into_(into), head_size_max_(head_size_max) {
    header_limit(static_cast<std::uint32_t>(head_size_max));
    body_limit(body_size_max);
  }

 private:
  using string_view = boost::beast::string_view;
  using optional_size = boost::optional<std::uint64_t>;

  void on_request_impl(beast::verb, string_view method, string_view target, int version, error_code&) override {
    into_.head.set_request_line(view(method), view(target), version == 10);
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  // Beast's own limit counts only what it has not consumed yet, so lines that come one by one would pass it.
  void on_field_impl(beast::field, string_view name, string_view value, error_code& ec) override {
    if (head_done_) {  // a trailer must not pose as a field of the head: it is only counted
      trailer_size_ += name.size() + value.size();
      if (trailer_size_ > head_size_max_) ec = beast::error::header_limit;
      return;
    }
    if (into_.head.size() + name.size() + value.size() > head_size_max_ ||
        !into_.head.add_field(view(name), view(value))) {
      ec = beast::error::header_limit;
    }
  }
  void on_header_impl(error_code&) override { head_done_ = true; }
  void on_body_init_impl(const optional_size&, error_code&) override {}
  std::size_t on_body_impl(string_view bytes, error_code&) override {
    into_.body.append(view(bytes));
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override {
    into_.body.append(view(bytes));
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}

  parts& into_;
  const std::size_t head_size_max_;
  std::size_t trailer_size_ = 0;
  bool head_done_ = false;
};

refusal refusal_for(const error_code& ec) {
  if (ec == beast::error::header_limit) return {431, "The head of the request is too large"};
  if (ec == beast::error::body_limit) return {413, "The body of the request is too large"};
  if (ec == beast::error::bad_version) return {505, "HTTP/1.1 is spoken here"};
  if (ec == beast::error::bad_content_length || ec == beast::error::multiple_content_length) {
    return {400, "The Content-Length is malformed"};
  }
  if (ec == beast::error::bad_transfer_encoding) return {400, "The Transfer-Encoding is malformed"};
  if (ec == beast::error::bad_chunk || ec == beast::error::bad_chunk_extension) return {400, "A chunk is malformed"};
  return {400, "This is not an HTTP request"};
}

}  // namespace

class request_parser::reader {
 public:
  parts into;
  std::optional<elements> on;
};

request_parser::request_parser(std::size_t head_size_max, std::size_t body_size_max)
    : head_size_max_(head_size_max), body_size_max_(body_size_max), reader_(std::make_unique<reader>()) {
  restart();
}
request_parser::~request_parser() = default;

const request_head& request_parser::head() const noexcept { return reader_->into.head; }
std::size_t request_parser::body_size() const noexcept { return reader_->into.body.size(); }
json::buffer request_parser::take_body() noexcept { return std::exchange(reader_->into.body, json::buffer()); }

void request_parser::restart() {
  reader_->into.head.clear();
  reader_->into.body = json::buffer();
  reader_->on.emplace(reader_->into, head_size_max_, body_size_max_);
  state_ = state::reading_head;
  keep_alive_ = false;
}

std::size_t request_parser::feed(std::string_view bytes) {
  elements& on = *reader_->on;
  std::size_t used = 0;
  while (used < bytes.size() && (state_ == state::reading_head || state_ == state::reading_body)) {
    const bool had_head = on.is_header_done();
    // Beast asserts that a last chunk is presented with 5 bytes at least. No chunked body ends with fewer than "0 CRLF CRLF".
    if (had_head && on.chunked() && bytes.size() - used < 5) break;
    error_code ec;
    used += on.put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), ec);
    if (ec == beast::error::need_more) {
      // An endless line: of a head, of a chunk's extension or of a trailer.
      if (bytes.size() - used > head_size_max_) refuse({431, "The head of the request is too large"});
      break;
    }
    if (ec) {
      refuse(refusal_for(ec));
      break;
    }
    if (!had_head && on.is_header_done()) {
      keep_alive_ = on.keep_alive();
      if (const auto wrong = check_head(head())) {
        refuse(*wrong);
        break;
      }
      state_ = state::reading_body;
      if (!on.is_done()) break;  // the caller looks at the head before the body comes
    }
    if (on.is_done()) state_ = state::complete;
  }
  return used;
}

}  // namespace dynamo::http
