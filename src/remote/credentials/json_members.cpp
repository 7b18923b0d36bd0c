#include <remote/credentials/json_members.hpp>

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/cursor.hpp>

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <remote/credentials/expiration.hpp>

#include <algorithm>

namespace dynamo::aws {
namespace {

/// Text that is gone from memory when it is read: buffers are used again.
class wiped_text {
 public:
  explicit wiped_text(std::string_view text) : text_(text) {}
  wiped_text(const wiped_text&) = delete;
  wiped_text& operator=(const wiped_text&) = delete;
  ~wiped_text() { OPENSSL_cleanse(text_.data(), text_.size()); }
  const json::buffer& get() const noexcept { return text_; }

 private:
  json::buffer text_;
};

using members = std::vector<std::pair<std::string, auth::secret>>;

void read_members(json::cursor& at, std::string_view prefix, members& to) {
  if (!at.begin_object()) return;
  for (std::string_view read; at.next_name(read);) {
    std::string name = fmt::format("{}{}", prefix, read);
    if (to.size() == json_members::members_max) at.fail("too many members");
    switch (at.peek()) {
      case json::token::string: to.emplace_back(std::move(name), auth::secret(std::string(at.read_string()))); break;
      case json::token::number: to.emplace_back(std::move(name), auth::secret(std::string(at.read_number()))); break;
      case json::token::object:
        if (prefix.empty()) {
          read_members(at, name + ".", to);
          break;
        }
        [[fallthrough]];
      default: at.skip();
    }
  }
}

}  // namespace

result<json_members> json_members::parse(std::string_view text, std::string_view source) {
  if (text.size() > credential_answer_bytes_max) {
    return fail(errc::decoding,
                fmt::format("{}: the answer is longer than {} bytes", source, credential_answer_bytes_max));
  }
  const wiped_text copy(text);
  json::cursor at(copy.get());
  json_members parsed;
  parsed.source_ = source;
  const bool readable = !text.empty() && json::validate_utf8(text);
  if (readable) read_members(at, "", parsed.members_);
  if (!readable || !at.ok() || !at.at_end()) {
    return fail(errc::decoding, fmt::format("{}: the answer is not a JSON object", source));
  }
  return parsed;
}

std::optional<std::string_view> json_members::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(members_, name, [](const auto& each) -> std::string_view { return each.first; });
  if (found == members_.end() || found->second.empty()) return std::nullopt;
  return found->second.reveal();
}

result<std::string_view> json_members::get(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  return fail(errc::decoding, fmt::format("{}: the answer has no {}", source_, name));
}

result<std::optional<instant>> json_members::time(std::string_view name) const {
  const auto text = find(name);
  if (!text) return std::nullopt;
  const auto at = expiration_from_text(*text);
  if (!at)
    return fail(errc::decoding, fmt::format("{}: its {} is no time such as 2026-11-27T12:00:00Z", source_, name));
  return at;
}

}  // namespace dynamo::aws
