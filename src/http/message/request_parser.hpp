#pragma once

#include <dynamo/http/request_head.hpp>
#include <dynamo/json/buffer.hpp>

#include <http/message/head_rules.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace dynamo::http {

/// Reads HTTP/1 requests from bytes as they come, one after another. Does no I/O. Not thread-safe.
///
/// What it holds is bounded: a head of head_size_max bytes and a body of body_size_max.
class request_parser {
 public:
  enum class state : std::uint8_t {
    reading_head,
    reading_body,  ///< the head is complete and in order
    complete,      ///< head and body are; restart() before the next
    refused,       ///< see why(); nothing more can be read from this connection
  };

  request_parser(std::size_t head_size_max, std::size_t body_size_max);
  ~request_parser();
  request_parser(const request_parser&) = delete;
  request_parser& operator=(const request_parser&) = delete;

  /// Takes from the front of `bytes` and says how many; ignores empty lines before a request. Ends when the head is complete, so that the caller may look at it, when
  /// the request is, when it is refused, or when more bytes are needed: then the rest, which is at most head_size_max long, is to
  /// be presented again with more after it.
  std::size_t feed(std::string_view bytes);
  state now() const noexcept { return state_; }

  const request_head& head() const noexcept;
  bool keep_alive() const noexcept { return keep_alive_; }  ///< the peer may send another request after this one
  bool begun() const noexcept;  ///< a byte of the request came; empty lines before it do not count
  std::size_t body_size() const noexcept;
  std::size_t body_capacity() const noexcept;  ///< bytes of memory that the body holds
  json::buffer take_body() noexcept;
  void drop_body() noexcept { take_body(); }
  const refusal& why() const noexcept { return why_; }

  /// Makes ready for the next request of the connection.
  void restart();

 private:
  class reader;  // Beast's parser

  void refuse(refusal r) noexcept {
    why_ = r;
    state_ = state::refused;
  }

  const std::size_t head_size_max_;
  const std::size_t body_size_max_;
  std::unique_ptr<reader> reader_;
  state state_ = state::reading_head;
  bool keep_alive_ = false;
  refusal why_;
};

}  // namespace dynamo::http
