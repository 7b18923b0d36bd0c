// uses: http
// A response parser holds no more than it may, makes progress, and reads the same from bytes that come in small pieces as from all at once.
#include "require.hpp"

#include <http/message/response_parser.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using dynamo::http::client_response;
using dynamo::http::response_parser;
using state = response_parser::state;

constexpr std::size_t head_max = 512;
constexpr std::size_t body_max = 1'024;

struct heard {
  std::vector<std::string> responses;
  bool refused = false;
  bool hits_limit = false;  ///< refused because of a size: how much of it is seen depends on the pieces
};

std::string text_of(response_parser& parser) {
  const bool keeps = parser.keep_alive();
  const client_response got = parser.take();
  DYNAMO_REQUIRE(got.fields.size() <= head_max && got.body.size() <= body_max);
  std::string text = std::to_string(got.status) + (keeps ? " keep" : " close");
  for (const char* name : {"Content-Length", "Transfer-Encoding", "Date", "Lambda-Runtime-Aws-Request-Id"}) {
    text +=
        '\n' + std::string(name) + '=' + std::string(got.field(name)) + '#' + std::to_string(got.fields.count(name));
  }
  return text + "\n\n" + std::string(got.body.view());
}

heard listen(std::string_view bytes, std::size_t step, bool to_head) {
  response_parser parser(head_max, body_max);
  parser.restart(to_head);
  heard all;
  std::string unread;
  const auto look = [&] {
    if (parser.now() == state::complete) {
      all.responses.push_back(text_of(parser));
      parser.restart(to_head);
      return !unread.empty();
    }
    if (parser.now() == state::refused) {
      DYNAMO_REQUIRE(!parser.why().empty());
      all.refused = true;
      all.hits_limit = parser.why().find("too large") != std::string_view::npos;
    }
    return false;
  };
  for (std::size_t at = 0; at < bytes.size() && !all.refused; at += step) {
    unread += bytes.substr(at, step);
    for (bool more = true; more;) {
      const std::size_t used = parser.feed(unread);
      DYNAMO_REQUIRE(used <= unread.size());
      unread.erase(0, used);
      more = look() || (used > 0 && !all.refused && !unread.empty());
    }
    DYNAMO_REQUIRE(unread.size() <= head_max || all.refused);
  }
  if (!all.refused) {
    parser.end();
    look();
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool to_head = data[0] >= 128;
  const heard whole = listen(bytes, std::max<std::size_t>(bytes.size(), 1), to_head);
  const heard pieces = listen(bytes, data[0] % 32 + 1, to_head);
  if (whole.hits_limit || pieces.hits_limit) return 0;
  DYNAMO_REQUIRE(whole.responses == pieces.responses);
  // What is wrong may show only with the end of the head, when it comes in pieces.
  DYNAMO_REQUIRE(whole.refused || !pieces.refused);
  return 0;
}
