#include <http/exchange/response_content.hpp>

#include <dynamo/http/detail/crc32.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

#include <zlib.h>

namespace dynamo::http {
namespace {

constexpr std::string_view damaged = "its body is damaged gzip";
constexpr std::string_view too_large = "its body is too large when it is uncompressed";
constexpr int window_of_gzip = 15 + 16;  // the largest window, and gzip's head alone

/// zlib's reader, which is ended with its scope.
class inflater {
 public:
  inflater() noexcept : ready_(::inflateInit2(&stream_, window_of_gzip) == Z_OK) {}
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  ~inflater() {
    if (ready_) ::inflateEnd(&stream_);
  }
  bool ready() const noexcept { return ready_; }
  z_stream& stream() noexcept { return stream_; }

 private:
  z_stream stream_{};
  bool ready_;
};

}  // namespace

std::string_view check_checksum(const client_response& r) {
  const std::string_view given = r.field("x-amz-crc32");
  if (given.empty()) return {};
  std::uint32_t expected = 0;
  const auto [end, wrong] = std::from_chars(given.data(), given.data() + given.size(), expected);
  if (wrong != std::errc() || end != given.data() + given.size() || expected != crc32(r.body.view())) {
    return "its body does not match its x-amz-crc32: it was changed on the way";
  }
  return {};
}

std::expected<json::buffer, std::string_view> unzip(std::string_view bytes, std::size_t size_max) {
  constexpr std::size_t piece_min = 4'096;
  if (bytes.size() > UINT32_MAX) return std::unexpected(too_large);  // zlib counts with 32 bits
  inflater from;
  if (!from.ready()) return std::unexpected(std::string_view("its body cannot be uncompressed: no memory is left"));
  z_stream& stream = from.stream();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  json::buffer result;
  for (;;) {
    // One byte of room beyond what is allowed shows that there is more.
    const std::size_t left = size_max - result.size() + 1;
    const auto room = static_cast<uInt>(std::min(left, std::max({piece_min, 2 * bytes.size(), result.size()})));
    stream.next_out = reinterpret_cast<Bytef*>(result.extend(room));
    stream.avail_out = room;
    const int outcome = ::inflate(&stream, Z_NO_FLUSH);
    result.commit(room - stream.avail_out);
    if (result.size() > size_max) return std::unexpected(too_large);
    if (outcome == Z_STREAM_END) {
      if (stream.avail_in == 0) return result;
      if (::inflateReset(&stream) != Z_OK) return std::unexpected(damaged);
      continue;
    }
    // Without any progress: the bytes end amid a member.
    if (outcome != Z_OK) return std::unexpected(damaged);
  }
}

std::string_view read_content(client_response& r, std::size_t size_max) {
  if (const auto wrong = check_checksum(r); !wrong.empty()) return wrong;
  if (r.fields.count("Content-Encoding") == 0) return {};
  const std::string_view coding = r.field("Content-Encoding");
  if (coding.empty() || same_word(coding, "identity")) return {};
  if (r.fields.count("Content-Encoding") > 1 || !(same_word(coding, "gzip") || same_word(coding, "x-gzip"))) {
    return "its content coding is unknown";
  }
  if (r.body.empty()) return {};  // of a response that has no body
  auto plain = unzip(r.body.view(), size_max);
  if (!plain) return plain.error();
  r.body = std::move(*plain);
  return {};
}

}  // namespace dynamo::http
