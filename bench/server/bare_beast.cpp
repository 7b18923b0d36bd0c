// bare_beast <port> <bytes>: the least that an HTTP server on Beast can do. One thread, keep-alive; reads each request whole and answers
// with a constant body of so many bytes. What the server's benchmarks are compared with.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace {

namespace http = boost::beast::http;
using tcp = boost::asio::ip::tcp;
using error_code = boost::beast::error_code;

class session : public std::enable_shared_from_this<session> {
 public:
  session(tcp::socket socket, const std::string& body) : socket_(std::move(socket)) {
    socket_.set_option(tcp::no_delay(true));
    // As many fields as DynamoDB sends.
    answer_.result(http::status::ok);
    answer_.set("x-amzn-RequestId", std::string(52, 'A'));
    answer_.set(http::field::content_type, "application/x-amz-json-1.0");
    answer_.set(http::field::date, "Sun, 06 Nov 1994 08:49:37 GMT");
    answer_.set("x-amz-crc32", "1234567890");
    answer_.body() = body;
    answer_.prepare_payload();
  }

  void read() {
    asked_ = {};
    http::async_read(socket_, buffer_, asked_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->write();
    });
  }

 private:
  void write() {
    http::async_write(socket_, answer_, [self = shared_from_this()](error_code ec, std::size_t) {
      if (!ec) self->read();
    });
  }

  tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  http::request<http::string_body> asked_;
  http::response<http::string_body> answer_;
};

void accept(tcp::acceptor& on, const std::string& body) {
  on.async_accept([&](error_code ec, tcp::socket socket) {
    if (!ec) std::make_shared<session>(std::move(socket), body)->read();
    accept(on, body);
  });
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const std::string body(static_cast<std::size_t>(std::atoi(words[2])), 'x');
  boost::asio::io_context context(1);
  tcp::acceptor on(context,
                   {boost::asio::ip::address_v4::loopback(), static_cast<unsigned short>(std::atoi(words[1]))});
  accept(on, body);
  context.run();
}
