#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <http/server/listener_shared.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>

namespace dynamo::http {

class connection;

/// One thread and the connections it serves. Whatever has no other note is called on that thread.
class loop : public std::enable_shared_from_this<loop> {
 public:
  using members = std::list<std::shared_ptr<connection>>;

  explicit loop(std::shared_ptr<listener_shared> s);
  ~loop();
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  void start();    ///< any thread, once
  void join();     ///< any other thread: returns when nothing is left to do
  void drain();    ///< no requests but those that have begun
  void cut_off();  ///< none at all
  void adopt(boost::asio::ip::tcp::socket, bool admitted);

  boost::asio::io_context& context() noexcept { return *context_; }  ///< any thread
  /// Any thread. For those that may outlast the loop, such as timers: what they post holds the loop weakly.
  const std::shared_ptr<boost::asio::io_context>& shared_context() noexcept { return context_; }
  listener_shared& shared() noexcept { return *shared_; }                             ///< any thread
  bool is_this_thread() const noexcept { return std::this_thread::get_id() == id_; }  ///< any thread
  bool draining() const noexcept { return draining_; }
  std::chrono::steady_clock::time_point now() const noexcept { return shared_->time.steady_now(); }
  /// What a read fills before anything else runs; it is nobody's afterwards.
  std::span<char> scratch() noexcept { return scratch_; }
  std::string_view date();
  void leave(members::iterator) noexcept;

 private:
  class sweep_task;
  void watch();
  void sweep();

  const std::shared_ptr<listener_shared> shared_;
  const std::shared_ptr<boost::asio::io_context> context_ = std::make_shared<boost::asio::io_context>(1);
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> open_ = make_work_guard(*context_);
  members members_;
  std::array<char, 65'536> scratch_;
  std::string date_;
  std::int64_t date_second_ = -1;
  bool watching_ = false;
  bool draining_ = false;
  std::thread::id id_;
  std::thread thread_;
};

}  // namespace dynamo::http
