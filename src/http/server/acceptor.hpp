#pragma once

#include <dynamo/base/result.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <http/server/loop.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace dynamo::http {

/// Takes connections in and deals them out to the loops. Lives on the first of them.
class acceptor : public std::enable_shared_from_this<acceptor> {
 public:
  explicit acceptor(std::vector<std::shared_ptr<loop>> to);

  /// Any thread, before start().
  result<void> listen(const std::string& host, std::uint16_t port);
  const boost::asio::ip::tcp::endpoint& address() const noexcept { return address_; }  ///< any thread

  void accept();
  void close();

 private:
  class retry_task;
  void accepted(const boost::system::error_code&, const std::shared_ptr<loop>& at, boost::asio::ip::tcp::socket);
  void rest();

  std::vector<std::shared_ptr<loop>> loops_;
  boost::asio::ip::tcp::acceptor listening_;
  boost::asio::ip::tcp::endpoint address_;
  std::size_t next_ = 0;
  bool complained_ = false;
};

}  // namespace dynamo::http
