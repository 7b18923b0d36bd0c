#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::json {

enum class token : std::uint8_t { object, array, string, number, boolean, null, end, invalid };

/// Walks JSON text once, forwards, without building a tree. Members may come in any order.
///
/// Failure is sticky: after the first malformed byte every call returns false or an empty value, and ok() is false; so a
/// caller reads straight through and checks once. The text must stay alive, must be valid UTF-8 (see validate_utf8; the cursor does
/// not check again) and must be followed by buffer::padding readable bytes. Nesting is bounded by depth_max.
/// Not thread-safe. Never allocates except to unescape a string that has escapes.
class cursor {
 public:
  /// Requests hold values of 32 levels, two JSON levels each, inside a few levels of parameters.
  static constexpr unsigned depth_max = 512;

  explicit cursor(std::string_view padded_text) noexcept
      : at_(padded_text.data()), begin_(at_), end_(at_ + padded_text.size()) {}
  explicit cursor(const buffer& text) noexcept : cursor(text.view()) {}

  token peek() noexcept;

  /// Consumes '{'. Then call next_name() until it is false, and read or skip() exactly one value after each true.
  bool begin_object() noexcept;
  /// The next member's name, valid until the next call on this cursor; false at the closing brace, which is consumed.
  bool next_name(std::string_view& name);
  /// Consumes '['. Then call next_element() until it is false, and read or skip() exactly one value after each true.
  bool begin_array() noexcept;
  bool next_element() noexcept;

  /// A string's content, unescaped. A view into the text where there was no escape, otherwise into this cursor's scratch:
  /// valid until the next call on this cursor.
  std::string_view read_string();
  bool read_bool() noexcept;
  void read_null() noexcept;
  std::string_view read_number() noexcept;  ///< the digits as they stand
  /// Passes over one value of any kind and returns its text, without surrounding white space.
  std::string_view skip();

  /// Reads the opening of an attribute value, `{"S":`, and says its type. Then read the content (a string for S, N and B, a
  /// boolean for BOOL and NULL, an object for M, an array otherwise) and call end_value().
  attribute_type begin_value();
  bool end_value() noexcept;
  /// `{"S":"..."}` at once, for the letters S, N and B: the content, or failure when it is of another type.
  std::string_view read_scalar(attribute_type expected);

  /// The same for who can do without: consumes `{"S":"..."}` if it stands here compact and its text without escapes, as nearly
  /// always, otherwise nothing.
  bool try_scalar(attribute_type expected, std::string_view& content) noexcept;
  /// Undoes the try_scalar() that just gave this content.
  void take_back(std::string_view content) noexcept { at_ = content.data() - scalar_opening; }
  /// Likewise `{"BOOL":true}` and `{"BOOL":false}`.
  bool try_bool(bool& content) noexcept;

  /// What was read since it stood at `position`.
  std::string_view text_since(std::size_t position) const noexcept {
    return {begin_ + position, static_cast<std::size_t>(at_ - begin_) - position};
  }

  /// Nothing but white space is left.
  bool at_end() noexcept;

  bool ok() const noexcept { return problem_ == nullptr; }
  /// Marks the text as unacceptable for a reason of the caller's own (a string literal), at the present position.
  void fail(const char* problem) noexcept {
    if (problem_ == nullptr) {
      problem_ = problem;
      failed_at_ = static_cast<std::size_t>(at_ - begin_);
      at_ = end_;
    }
  }
  const char* problem() const noexcept { return problem_; }  ///< nullptr while ok()
  /// Bytes before the first malformed one, or before what is read next.
  std::size_t position() const noexcept { return ok() ? static_cast<std::size_t>(at_ - begin_) : failed_at_; }

 private:
  friend class
      canonicaliser;  // src/json: works on the text itself, because what is canonical already is copied in one go

  static constexpr std::ptrdiff_t scalar_opening = 6;  // {"S":"

  bool open(char bracket) noexcept;
  bool take(char wanted) noexcept;
  bool follow(char closing) noexcept;
  std::string_view string_content();
  std::string_view unescape(const char* content);

  const char* at_;
  const char* begin_;
  const char* end_;
  const char* problem_ = nullptr;
  std::size_t failed_at_ = 0;
  unsigned depth_ = 0;
  bool fresh_ = false;  // an object or array was opened and nothing has been read in it yet
  std::string scratch_;
};

bool validate_utf8(std::string_view) noexcept;

}  // namespace dynamo::json
