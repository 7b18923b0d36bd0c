#include <http/message/head_rules.hpp>

namespace dynamo::http {

bool expects_continue(const request_head& head) noexcept {
  return !head.http_1_0() && same_word(head.field("Expect"), "100-continue");
}

std::optional<refusal> check_head(const request_head& head) {
  if (!head.http_1_0() && head.count("Host") != 1) return refusal{400, "A request names exactly one Host"};
  if (const auto codings = head.count("Transfer-Encoding"); codings > 0) {
    if (head.http_1_0()) return refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
    if (head.count("Content-Length") > 0)
      return refusal{400, "Content-Length and Transfer-Encoding exclude each other"};
    if (codings > 1 || !same_word(head.field("Transfer-Encoding"), "chunked")) {
      return refusal{501, "The only transfer coding that is understood is \"chunked\""};
    }
  }
  if (const auto expected = head.field("Expect"); !expected.empty() && !same_word(expected, "100-continue")) {
    return refusal{417, "Nothing but 100-continue can be expected"};
  }
  if (const auto coding = head.field("Content-Encoding"); !coding.empty() && !same_word(coding, "identity")) {
    return refusal{501, "Compressed requests are not supported"};
  }
  return std::nullopt;
}

}  // namespace dynamo::http
