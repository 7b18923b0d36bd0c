#pragma once

#include <json/scan.hpp>

#include <string_view>

/// How canonical JSON is walked: trusted, compact, every string plain or with canonical escapes.
namespace dynamo::json {

/// From after a string's opening quote to its closing quote.
inline const char* canonical_string_end(const char* at, const char* end) noexcept {
  while (true) {
    at = find_special(at, end);
    if (at >= end) return end;
    if (*at == '"') return at;
    at += *at == '\\' ? 2 : 1;
  }
}

/// From the first character of any canonical value to after its last.
inline const char* canonical_value_end(const char* at, const char* end) noexcept {
  // A scalar between quotes, {"S":"...
  if (end - at > 6 && at[5] == '"' && at[4] == ':') {
    at = canonical_string_end(at + 6, end);
    return end - at >= 2 ? at + 2 : end;
  }
  unsigned depth = 0;
  while (at < end) {
    switch (*at++) {
      case '"':
        at = canonical_string_end(at, end);
        if (at < end) ++at;
        break;
      case '{':
      case '[': ++depth; break;
      case '}':
      case ']':
        if (--depth == 0) return at;
        break;
      default: break;
    }
  }
  return end;
}

/// The members of a canonical object, or the elements of a canonical array, one after the other.
class canonical_members {
 public:
  /// `text` begins with the opening bracket.
  explicit canonical_members(std::string_view text) noexcept : at_(text.data() + 1), end_(text.data() + text.size()) {}

  /// The next member's name as it stands between its quotes; false at the end. Then call value().
  bool next_name(std::string_view& name) noexcept {
    if (!next()) return false;
    const char* begin = at_ + 1;
    const char* quote = find_special(begin, end_);
    plain_name_ = quote < end_ && *quote == '"';
    if (!plain_name_) quote = canonical_string_end(begin, end_);
    name = {begin, static_cast<std::size_t>(quote - begin)};
    at_ = quote + 2;
    return at_ < end_;
  }
  /// The name has no escapes.
  bool plain_name() const noexcept { return plain_name_; }
  /// There is a further element. Then call value() or string().
  bool next() noexcept {
    if (at_ < end_ && *at_ == ',') ++at_;
    return at_ < end_ && *at_ != '}' && *at_ != ']';
  }
  /// An attribute value as a whole.
  std::string_view value() noexcept {
    const char* begin = at_;
    at_ = canonical_value_end(begin, end_);
    return {begin, static_cast<std::size_t>(at_ - begin)};
  }
  /// A set's member as it stands between its quotes.
  std::string_view string() noexcept {
    const char* begin = at_ + 1;
    const char* quote = canonical_string_end(begin, end_);
    at_ = quote < end_ ? quote + 1 : end_;
    return {begin, static_cast<std::size_t>(quote - begin)};
  }

 private:
  const char* at_;
  const char* end_;
  bool plain_name_ = true;
};

}  // namespace dynamo::json
