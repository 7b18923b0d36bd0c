#include <http/message/request_parser.hpp>
#include <http/message/response_parser.hpp>

// The only file that includes Beast.
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace dynamo::http {
namespace {

namespace beast = boost::beast::http;
using boost::beast::error_code;

std::string_view view(boost::beast::string_view text) noexcept { return {text.data(), text.size()}; }

}  // namespace

/// Where the elements of a request go.
struct request_parts {
  request_head head;
  json::buffer body;
  std::size_t body_size_max = 0;  // as its length says, or as is allowed

  /// Doubles, but takes no more than the body can need.
  void append_body(std::string_view bytes) {
    const std::size_t size = body.size() + bytes.size();
    if (size > body.capacity()) body.reserve(std::max(size, std::min(2 * body.capacity(), body_size_max)));
    body.append(bytes);
  }

  void start(std::string_view method, std::string_view target, int version) {
    head.set_request_line(method, target, version == 10);
  }
  void start(int, int) {}
  void set_body_size(std::size_t size) { body_size_max = size; }
  bool add_field(std::string_view name, std::string_view value) { return head.add_field(name, value); }
  std::size_t head_size() const { return head.size(); }
};

/// Where those of a response go.
struct response_parts {
  client_response got;
  /// Memory that a body gets at once because its head says so; a larger one grows as it comes.
  static constexpr std::size_t reserved_max = 1'048'576;
  json::buffer body;
  std::size_t body_size = 0;  // as its head says; 0: it does not
  bool http_1_0 = false;

  void append_body(std::string_view bytes) {
    if (body.empty() && bytes.size() < body_size) body.reserve(std::min(body_size, reserved_max));
    body.append(bytes);
  }

  void start(std::string_view, std::string_view, int) {}
  void start(int status, int version) {
    got.status = static_cast<unsigned>(status);
    http_1_0 = version == 10;
  }
  void set_body_size(std::size_t size) { body_size = size; }
  bool add_field(std::string_view name, std::string_view value) { return got.fields.add(name, value); }
  std::size_t head_size() const { return got.fields.size(); }
};

/// Beast recognises the elements; where they go is decided here. One for each message: Beast's cannot be used twice.
template <bool IsRequest, class Parts>
class elements final : public beast::basic_parser<IsRequest> {
 public:
  elements(Parts& into, std::size_t head_size_max, std::size_t body_size_max)
      : into_(into), head_size_max_(head_size_max) {
    this->header_limit(static_cast<std::uint32_t>(head_size_max));
    this->body_limit(body_size_max);
  }

 private:
  using string_view = boost::beast::string_view;
  using optional_size = boost::optional<std::uint64_t>;

  void on_request_impl(beast::verb, string_view method, string_view target, int version, error_code&) override {
    into_.start(view(method), view(target), version);
  }
  void on_response_impl(int status, string_view, int version, error_code&) override { into_.start(status, version); }
  // Beast's own limit counts only what it has not consumed yet, so lines that come one by one would pass it.
  void on_field_impl(beast::field, string_view name, string_view value, error_code& ec) override {
    if (head_done_) {  // a trailer must not pose as a field of the head: it is only counted
      trailer_size_ += name.size() + value.size();
      if (trailer_size_ > head_size_max_) ec = beast::error::header_limit;
      return;
    }
    if (into_.head_size() + name.size() + value.size() > head_size_max_ || !into_.add_field(view(name), view(value))) {
      ec = beast::error::header_limit;
    }
  }
  void on_header_impl(error_code&) override { head_done_ = true; }
  void on_body_init_impl(const optional_size& length, error_code&) override {
    if (length) into_.set_body_size(static_cast<std::size_t>(*length));
  }
  std::size_t on_body_impl(string_view bytes, error_code&) override {
    into_.append_body(view(bytes));
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override {
    into_.append_body(view(bytes));
    return bytes.size();
  }
  void on_finish_impl(error_code&) override {}

  Parts& into_;
  const std::size_t head_size_max_;
  std::size_t trailer_size_ = 0;
  bool head_done_ = false;
};

using request_elements = elements<true, request_parts>;
using response_elements = elements<false, response_parts>;

namespace {

refusal refusal_for(const error_code& ec) {
  if (ec == beast::error::header_limit) return {431, "The head of the request is too large"};
  if (ec == beast::error::body_limit) return {413, "The body of the request is too large"};
  if (ec == beast::error::bad_version) return {505, "Unsupported HTTP version; use HTTP/1.0 or HTTP/1.1"};
  if (ec == beast::error::bad_content_length || ec == beast::error::multiple_content_length) {
    return {400, "The Content-Length is malformed"};
  }
  if (ec == beast::error::bad_transfer_encoding) return {400, "The Transfer-Encoding is malformed"};
  if (ec == beast::error::bad_chunk || ec == beast::error::bad_chunk_extension) return {400, "A chunk is malformed"};
  return {400, "This is not an HTTP request"};
}

std::string_view complaint_for(const error_code& ec) {
  if (ec == beast::error::header_limit) return "its head is too large";
  if (ec == beast::error::body_limit) return "its body is too large";
  if (ec == beast::error::bad_content_length || ec == beast::error::multiple_content_length) {
    return "its Content-Length is malformed";
  }
  if (ec == beast::error::bad_transfer_encoding) return "its Transfer-Encoding is malformed";
  if (ec == beast::error::bad_chunk || ec == beast::error::bad_chunk_extension) return "a chunk of it is malformed";
  return "it is not HTTP/1";
}

/// The same as check_head() for responses; empty if all is well.
std::string_view check_response(const response_parts& from, compressed allowed) {
  const field_list& fields = from.got.fields;
  if (from.got.status < 100) return "its status is none of HTTP's";
  if (const auto codings = fields.count("Transfer-Encoding"); codings > 0) {
    if (from.http_1_0) return "HTTP/1.0 has no Transfer-Encoding";
    if (fields.count("Content-Length") > 0) return "its length is given in two ways";
    if (codings > 1 || !same_word(fields.field("Transfer-Encoding"), "chunked"))
      return "its transfer coding is unknown";
  }
  const auto coding = fields.field("Content-Encoding");
  if (allowed == compressed::refused && !coding.empty() && !same_word(coding, "identity")) {
    return "it is compressed, which was not asked for";
  }
  return {};
}

/// How many bytes of empty lines stand before a request: RFC 9112, section 2.2, asks servers to ignore them.
std::size_t empty_lines(std::string_view bytes) {
  std::size_t size = 0;
  while (bytes.substr(size).starts_with("\r\n")) size += 2;
  return size;
}

bool starts_as_http(std::string_view bytes) {
  constexpr std::string_view start = "HTTP/1.";
  return bytes.substr(0, start.size()) == start.substr(0, bytes.size());
}

/// Beast asserts that a last chunk is presented with 5 bytes at least. No chunked body ends with fewer than "0 CRLF CRLF".
template <class Elements>
bool too_few(const Elements& on, std::size_t bytes) {
  return on.is_header_done() && on.chunked() && bytes < 5;
}

}  // namespace

class request_parser::reader {
 public:
  request_parts into;
  std::optional<request_elements> on;
};

request_parser::request_parser(std::size_t head_size_max, std::size_t body_size_max)
    : head_size_max_(head_size_max), body_size_max_(body_size_max), reader_(std::make_unique<reader>()) {
  restart();
}
request_parser::~request_parser() = default;

const request_head& request_parser::head() const noexcept { return reader_->into.head; }
bool request_parser::begun() const noexcept { return reader_->on->got_some(); }
std::size_t request_parser::body_size() const noexcept { return reader_->into.body.size(); }
std::size_t request_parser::body_capacity() const noexcept { return reader_->into.body.capacity(); }
json::buffer request_parser::take_body() noexcept { return std::exchange(reader_->into.body, json::buffer()); }

void request_parser::restart() {
  reader_->into.head.clear();
  reader_->into.body = json::buffer();
  reader_->into.body_size_max = body_size_max_;
  reader_->on.emplace(reader_->into, head_size_max_, body_size_max_);
  state_ = state::reading_head;
  keep_alive_ = false;
}

std::size_t request_parser::feed(std::string_view bytes) {
  request_elements& on = *reader_->on;
  std::size_t used = on.got_some() ? 0 : empty_lines(bytes);
  if (!on.got_some() && bytes.substr(used) == "\r") return used;
  while (used < bytes.size() && (state_ == state::reading_head || state_ == state::reading_body)) {
    const bool had_head = on.is_header_done();
    if (too_few(on, bytes.size() - used)) break;
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

class response_parser::reader {
 public:
  response_parts into;
  std::optional<response_elements> on;
};

response_parser::response_parser(std::size_t head_size_max, std::size_t body_size_max, compressed c)
    : head_size_max_(head_size_max),
      body_size_max_(body_size_max),
      compressed_(c),
      reader_(std::make_unique<reader>()) {
  restart(false);
}
response_parser::~response_parser() = default;

unsigned response_parser::status() const noexcept {
  return reader_->on->is_header_done() ? reader_->into.got.status : 0;
}

client_response response_parser::take() noexcept {
  client_response got = std::move(reader_->into.got);
  got.body = std::exchange(reader_->into.body, json::buffer());
  return got;
}

void response_parser::restart(bool to_head) {
  reader_->into = response_parts();
  reader_->on.emplace(reader_->into, head_size_max_, body_size_max_);
  if (to_head) reader_->on->skip(true);
  state_ = state::reading;
  keep_alive_ = false;
  why_ = {};
}

std::size_t response_parser::feed(std::string_view bytes) {
  response_elements& on = *reader_->on;
  std::size_t used = 0;
  while (used < bytes.size() && state_ == state::reading) {
    const bool had_head = on.is_header_done();
    // Beast looks for the head's end first, which a peer of another protocol never sends.
    if (!had_head && !on.got_some() && !starts_as_http(bytes.substr(used))) {
      refuse("it is not HTTP/1");
      break;
    }
    if (too_few(on, bytes.size() - used)) break;
    error_code ec;
    used += on.put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), ec);
    if (ec == beast::error::need_more) {
      if (bytes.size() - used > head_size_max_) refuse("its head is too large");
      break;
    }
    if (ec) {
      refuse(complaint_for(ec));
      break;
    }
    if (!had_head && on.is_header_done()) {
      if (const auto wrong = check_response(reader_->into, compressed_); !wrong.empty()) {
        refuse(wrong);
        break;
      }
    }
    if (on.is_done()) finish();
  }
  return used;
}

void response_parser::end() {
  response_elements& on = *reader_->on;
  if (state_ != state::reading || !on.is_header_done()) return;
  error_code ec;
  on.put_eof(ec);
  if (!ec && on.is_done()) finish();
}

void response_parser::finish() noexcept {
  state_ = state::complete;
  keep_alive_ = reader_->on->keep_alive();
}

}  // namespace dynamo::http
