#pragma once

#include <dynamo/http/handler.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <http/message/request_parser.hpp>
#include <http/message/response_head.hpp>
#include <http/server/loop.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::http {

/// One peer: reads a request, has it handled, writes the response, and again. Everything but answer() is called on the thread of
/// its loop.
///
///     idle -> head -> body -> handling -> writing -> idle
///                                                \-> closing (the peer has been told; what it still sends is discarded) -> closed
class connection final : public exchange, public std::enable_shared_from_this<connection> {
 public:
  connection(std::shared_ptr<loop> at, boost::asio::ip::tcp::socket, bool admitted);
  ~connection() override;

  void start(loop::members::iterator self);
  void answer(std::shared_ptr<exchange> self, response) noexcept override;  ///< any thread
  void check_time(std::chrono::steady_clock::time_point now);
  void drain();  ///< the request that has begun is the last
  void close();  ///< now; a response that comes later is dropped

 private:
  enum class phase : std::uint8_t { idle, head, body, handling, writing, closing, closed };
  using error_code = boost::system::error_code;
  using time_point = std::chrono::steady_clock::time_point;

  void wait_for_bytes();
  template <class Step>
  void guarded(Step step);
  void receive(std::size_t size);
  void discard(std::size_t size);
  std::string_view with_what_follows();
  void go_on();  // with what is at hand: rest_
  /// What is to be done when the parser has taken what it could.
  enum class next : std::uint8_t { wait, handle, nothing };
  void act(next);
  next advance(std::string_view& bytes);
  bool begin_body(std::string_view rest);
  bool count_body();
  void release_body() noexcept;
  void hold(response);
  void release_response() noexcept;
  void handle();
  void refuse(unsigned status, std::string_view why);
  void write(response);
  void written(const error_code&);
  void say_goodbye();
  void enter(phase p, time_point deadline) noexcept {
    phase_ = p;
    deadline_ = deadline;
  }

  const std::shared_ptr<loop> loop_;  // first: the socket needs its io_context to the end
  listener_shared& shared_;
  boost::asio::ip::tcp::socket socket_;
  request_parser parser_;
  /// Where the first bytes of a read go; a request of the usual size fits. One for each connection, because what waits for bytes without
  /// a place for them costs a system call more each time.
  std::array<char, 2'048> first_;
  std::string rest_;  // received, and not yet taken by the parser: part of a line, or the next requests
  std::string head_;  // of the response
  response response_;
  std::optional<response> at_once_;  // the handler's answer, given before it returned
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  loop::members::iterator self_;
  time_point deadline_;
  time_point begun_;         // when the first byte of the request came
  std::size_t counted_ = 0;  // bytes of the body that were taken from shared_.bodies
  std::size_t held_ = 0;     // bytes of response_ that were taken from shared_.responses
  phase phase_ = phase::idle;
  const bool admitted_;
  bool in_handler_ = false;
  bool last_ = false;  // close after this response
};

}  // namespace dynamo::http
