// uses: http
// A request parser holds no more than it may, makes progress, and reads the same from bytes that come in small pieces as from all at once;
// what it accepts is framed without doubt.
#include "require.hpp"

#include <http/message/head_rules.hpp>
#include <http/message/request_parser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using dynamo::http::request_head;
using dynamo::http::request_parser;
using state = request_parser::state;

constexpr std::size_t head_max = 512;
constexpr std::size_t body_max = 1'024;

struct heard {
  std::vector<std::string> requests;
  bool refused = false;
  bool hits_limit = false;  ///< refused because of a size: how much of it is seen depends on the pieces
};

std::string text_of(request_parser& parser) {
  const request_head& head = parser.head();
  std::string text(head.method());
  text += ' ' + std::string(head.target()) + (head.http_1_0() ? " 1.0 " : " 1.1 ") +
          (parser.keep_alive() ? "keep" : "close");
  for (const char* name : {"Host", "Content-Length", "Transfer-Encoding", "Expect", "X-Amz-Target", "Connection"}) {
    text += '\n' + std::string(name) + '=' + std::string(head.field(name)) + '#' + std::to_string(head.count(name));
  }
  return text + "\n\n" + std::string(parser.take_body().view());
}

void check_bounds(const request_parser& parser, std::size_t unread) {
  DYNAMO_REQUIRE(parser.head().size() <= head_max);
  DYNAMO_REQUIRE(parser.body_size() <= body_max);
  DYNAMO_REQUIRE(unread <= head_max || parser.now() == state::refused);
}

void check_framing(const request_head& head) {
  const bool one_host = head.count("Host") == 1;
  DYNAMO_REQUIRE(one_host || head.http_1_0());
  DYNAMO_REQUIRE(head.count("Transfer-Encoding") == 0 || head.count("Content-Length") == 0);
  DYNAMO_REQUIRE(head.method().find_first_of(" \r\n") == std::string_view::npos);
  DYNAMO_REQUIRE(head.target().find_first_of(" \r\n") == std::string_view::npos);
}

heard listen(std::string_view bytes, std::size_t step) {
  request_parser parser(head_max, body_max);
  heard all;
  std::string unread;
  for (std::size_t at = 0; at < bytes.size() && !all.refused; at += step) {
    unread += bytes.substr(at, step);
    for (bool more = true; more;) {
      const state before = parser.now();
      const std::size_t used = parser.feed(unread);
      DYNAMO_REQUIRE(used <= unread.size());
      unread.erase(0, used);
      const state now = parser.now();
      // It goes on when it moved, or when it stopped for its caller to see the head.
      more = used > 0 || now != before;
      if (now == state::refused) {
        DYNAMO_REQUIRE(parser.why().status >= 400 && !parser.why().why.empty());
        all.refused = true;
        all.hits_limit = parser.why().status == 431 || parser.why().status == 413;
        more = false;
      }
      if (now == state::complete) {
        check_framing(parser.head());
        all.requests.push_back(text_of(parser));
        parser.restart();
        more = !unread.empty();
      }
    }
    check_bounds(parser, unread.size());
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const heard whole = listen(bytes, std::max<std::size_t>(bytes.size(), 1));
  const heard pieces = listen(bytes, data[0] % 32 + 1);
  if (whole.hits_limit || pieces.hits_limit) return 0;
  DYNAMO_REQUIRE(whole.requests == pieces.requests);
  // What is wrong may show only with the end of the head, when it comes in pieces.
  DYNAMO_REQUIRE(whole.refused || !pieces.refused);
  return 0;
}
