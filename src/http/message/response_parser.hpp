#pragma once

#include <dynamo/http/client.hpp>

#include <http/message/head_rules.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace dynamo::http {

/// What a reader makes of a Content-Encoding.
enum class compressed : bool {
  refused,
  kept,  ///< the body is handed out as it was sent
};

/// Reads HTTP/1 responses from bytes as they come, one after another. Does no I/O. Not thread-safe. What it holds is bounded, as
/// by request_parser.
class response_parser {
 public:
  enum class state : std::uint8_t {
    reading,
    complete,  ///< head and body are; restart() before the next. An interim response (1xx) is one too
    refused,   ///< see why(); nothing more can be read from this connection
  };

  response_parser(std::size_t head_size_max, std::size_t body_size_max, compressed = compressed::refused);
  ~response_parser();
  response_parser(const response_parser&) = delete;
  response_parser& operator=(const response_parser&) = delete;

  /// Takes from the front of `bytes` and says how many. Ends when the response is complete or refused, or when more bytes are
  /// needed: then the rest, which is at most head_size_max long, is to be presented again with more after it.
  std::size_t feed(std::string_view bytes);
  /// The peer sends nothing more. That completes a body without a length; otherwise the state stays `reading`.
  void end();
  state now() const noexcept { return state_; }

  unsigned status() const noexcept;  ///< 0 until the head is complete
  bool keep_alive() const noexcept { return keep_alive_; }
  client_response take() noexcept;
  std::string_view why() const noexcept { return why_; }  ///< a clause about the response, which lives for ever

  /// Makes ready for the next response of the connection. One to HEAD has no body, whatever its fields say.
  void restart(bool to_head);

 private:
  class reader;  // Beast's parser

  void refuse(std::string_view why) noexcept {
    why_ = why;
    state_ = state::refused;
  }
  void finish() noexcept;

  const std::size_t head_size_max_;
  const std::size_t body_size_max_;
  const compressed compressed_;
  std::unique_ptr<reader> reader_;
  state state_ = state::reading;
  bool keep_alive_ = false;
  std::string_view why_;
};

}  // namespace dynamo::http
