#include <json/canonicaliser.hpp>

#include <dynamo/json/detail/wrong_type.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/detail/older_number_words.hpp>
#include <dynamo/value/limits.hpp>

#include <json/canonical_number.hpp>
#include <json/scan.hpp>
#include <json/text.hpp>
#include <json/words.hpp>

#include <algorithm>
#include <array>

namespace dynamo::json {

result<std::size_t> canonicalise_value(cursor& in, buffer& out, value_layer layer, unsigned depth) {
  return canonicaliser(in, out, layer).read_value(depth);
}

result<std::size_t> canonicalise_item(cursor& in, buffer& out, value_layer layer) {
  return canonicaliser(in, out, layer).read_item();
}

bool is_too_deep(const error& why) noexcept { return why.message() == words::too_deep; }

error name_too_long() { return error(errc::validation, std::string(words::long_name)); }

result<std::size_t> canonicaliser::read_value(unsigned depth) {
  at_ = run_ = skip_white(at_, end_);
  return finish(in_.ok() && value(depth));
}

result<std::size_t> canonicaliser::read_item() {
  at_ = run_ = skip_white(at_, end_);
  if (!in_.ok()) return finish(false);
  if (at_ < end_ && *at_ != '{') return finish(not_a_container(attribute_type::M));
  return finish(object(0, 0));
}

result<std::size_t> canonicaliser::finish(bool well_formed) {
  if (well_formed && at_ > end_) well_formed = malformed("the text ends too early");
  if (well_formed && refusal_.empty()) {
    flush(at_);
    in_.at_ = at_;
    in_.fresh_ = false;
    return size_;
  }
  out_.truncate(begin_);
  if (!wrong_shape_.empty()) return fail(errc::serialization, std::move(wrong_shape_));
  // What is refused for its depth may also be too deep to be read to its end.
  if (well_formed || refusal_ == words::too_deep) {
    if (in_.ok()) in_.at_ = at_;
    in_.fresh_ = false;
    return fail(errc::validation, std::move(refusal_));
  }
  return fail(errc::serialization, std::string(in_.problem()) + " at byte " + std::to_string(in_.position()));
}

bool canonicaliser::value(unsigned depth) {
  // The compact spelling, unless the content is null.
  attribute_type type{};
  const unsigned width = compact_opening(at_, type);
  if (width == 0 || at_[width] == 'n' || static_cast<unsigned char>(at_[width]) <= ' ') return uncommon_value(depth);
  at_ += width;
  if (!content(type, depth)) return false;
  if (*at_ == '}' && at_ < end_) [[likely]] {
    ++at_;
    return true;
  }
  return close_value();
}

/// Every other spelling: white space, escapes in the type's name, members that say nothing, no member at all.
bool canonicaliser::uncommon_value(unsigned depth) {
  if (at_ >= end_) return malformed("the text ends too early");
  if (*at_ != '{') {
    if (*at_ == '[') return wrong_shape(wrong_structure(token::array, "AttributeValue"));
    if (at_null()) {
      refuse(words::empty_value);
      return skip_value();
    }
    return skip_value() && wrong_shape(std::string(words::value_unexpected));
  }
  const std::size_t begin = position(at_++);
  white();
  if (*at_ == '}' && at_ < end_) {
    ++at_;
    refuse(words::empty_value);
    return true;
  }
  while (true) {
    std::string_view text;
    bool plain = false;
    white();
    if (at_ >= end_ || *at_ != '"') return malformed("a member's name was expected");
    if (!read_text(text, plain)) return false;
    attribute_type type{};
    const bool known = type_named(text, type);
    white();
    if (!expect(':', "a colon was expected after a member's name")) return false;
    white();
    if (known && !at_null()) {
      retract(begin);
      out_.append("{\"");
      out_.append(to_string(type));
      out_.append("\":");
      if (!content(type, depth)) return false;
      return close_value();
    }
    if (!skip_value()) return false;  // DynamoDB ignores members it does not know, and takes null for absence
    white();
    if (at_ < end_ && *at_ == '}') {
      ++at_;
      refuse(words::empty_value);
      return true;
    }
    if (!expect(',', "a comma or the end of an object was expected")) return false;
  }
}

/// After the content: further members, which may say nothing, and the closing brace.
bool canonicaliser::close_value() {
  white();
  const std::size_t end = position(at_);
  while (at_ < end_ && *at_ == ',') {
    ++at_;
    std::string_view text;
    bool plain = false;
    white();
    if (at_ >= end_ || *at_ != '"') return malformed("a member's name was expected");
    if (!read_text(text, plain)) return false;
    attribute_type type{};
    const bool known = type_named(text, type);
    white();
    if (!expect(':', "a colon was expected after a member's name")) return false;
    white();
    if (known && !at_null()) refuse(words::several_types);
    if (!skip_value()) return false;
    white();
  }
  if (position(at_) != end) retract(end);
  return expect('}', "a comma or the end of an object was expected");
}

bool canonicaliser::content(attribute_type type, unsigned depth) {
  switch (type) {
    case attribute_type::S: return string();
    case attribute_type::N: return number_text(nullptr);
    case attribute_type::B: return blob(nullptr);
    case attribute_type::BOOL: return boolean();
    case attribute_type::NUL: return null_flag();
    case attribute_type::M:
    case attribute_type::L: {
      const char opening = type == attribute_type::M ? '{' : '[';
      if (at_ >= end_ || *at_ != opening) return not_a_container(type);
      if (depth + 1 >= limits::nesting_depth_max) {
        refuse(words::too_deep);
        return skip_value();
      }
      size_ += 3;
      return type == attribute_type::M ? object(depth + 1, 1) : list(depth + 1);
    }
    default: return set(type);
  }
}

/// An object of attribute values at level `depth`, each counted with `member_overhead` bytes besides its name.
bool canonicaliser::object(unsigned depth, std::size_t member_overhead) {
  if (!expect('{', "an object was expected")) return false;
  const std::size_t first = segments_.size();
  bool sorted = true;
  white();
  if (*at_ != '}' || at_ >= end_) {
    while (true) {
      white();
      if (!name(member_overhead)) return false;
      if (const std::span<segment> level = segments_.from(first); level.size() > 1) {
        sorted = sorted && ascending(level[level.size() - 2].key, level.back().key);
      }
      if (!value(depth)) return false;
      segments_.back().end = position(at_);
      white();
      if (*at_ != ',') break;
      ++at_;
    }
  }
  if (!expect('}', "a comma or the end of an object was expected")) return false;
  if (!sorted) [[unlikely]] {
    flush(at_);
    const std::span<segment> level = segments_.from(first);
    std::ranges::sort(level, ascending, &segment::key);
    if (const auto twice = std::ranges::adjacent_find(level, {}, &segment::key); twice != level.end()) {
      return wrong_shape("The name " + std::string(twice->key) + " occurs more than once in an item or map");
    }
    rearrange(level);
  }
  segments_.truncate(first);
  return true;
}

/// A member's name with its colon, opening a segment.
bool canonicaliser::name(std::size_t member_overhead) {
  const char* begin = at_;
  if (at_ >= end_ || *at_ != '"') [[unlikely]]
    return malformed("a member's name was expected");
  std::string_view text;
  bool plain = true;
  if (!read_text(text, plain)) return false;
  const std::size_t out_begin = position(begin);
  if (!plain) [[unlikely]] {
    text = keep(text);
    replace_string(begin, text);
  }
  white();
  if (!expect(':', "a colon was expected after a member's name")) return false;
  white();
  segments_.push(text, out_begin);
  if (text.empty() && member_overhead == 0) [[unlikely]] {  // of an item; a map may have a member without a name
    refuse(words::empty_name);
  } else if (text.size() > limits::attribute_name_size_max) [[unlikely]] {
    refuse(words::long_name);
  }
  size_ += text.size() + member_overhead;
  return true;
}

bool canonicaliser::list(unsigned depth) {
  if (!expect('[', "an array was expected")) return false;
  white();
  if (at_ < end_ && *at_ == ']') {
    ++at_;
    return true;
  }
  while (true) {
    white();
    size_ += 1;
    if (!value(depth)) return false;
    white();
    if (*at_ != ',') break;
    ++at_;
  }
  return expect(']', "a comma or the end of an array was expected");
}

bool canonicaliser::string() {
  const char* begin = at_;
  if (at_ >= end_ || *at_ != '"') return not_a("String");
  std::string_view text;
  bool plain = true;
  if (!read_text(text, plain)) return false;
  size_ += text.size();
  if (!plain) [[unlikely]]
    replace_string(begin, text);
  return true;
}

/// A number, in the words of number::parse() if it is none. `value` receives it unless it is nullptr.
bool canonicaliser::number_text(number* value) {
  const char* begin = at_;
  if (at_ >= end_ || *at_ != '"') return not_a("String");
  std::string_view text;
  bool plain = true;
  if (!read_text(text, plain)) return false;
  std::size_t size = 0;
  if (is_canonical_number(text, size)) {
    size_ += size;
    if (!plain) replace_string(begin, text);
    if (value != nullptr) *value = *number::parse(text);
    return true;
  }
  const result<number> parsed = number::parse(text);
  if (!parsed) {
    refuse(layer_ == value_layer::newer ? parsed.error().message()
                                        : number_error::of_older_layer(text, parsed.error()).message());
    return true;
  }
  size_ += parsed->size();
  std::array<char, number::text_size_max> digits;
  const char* digits_end = parsed->to_chars(digits.data());
  replace_string(begin, {digits.data(), static_cast<std::size_t>(digits_end - digits.data())});
  if (value != nullptr) *value = *parsed;
  return true;
}

bool canonicaliser::boolean() {
  const std::uint64_t word = load_8(at_);
  if ((word & low_bytes(4)) == word_of("true")) {
    at_ += 4;
  } else if ((word & low_bytes(5)) == word_of("false")) {
    at_ += 5;
  } else {
    return not_a("Boolean");
  }
  size_ += 1;
  return true;
}

bool canonicaliser::null_flag() {
  const char* begin = at_;
  if (!boolean()) return false;
  if (*begin == 'f') refuse(words::null_not_true);
  return true;
}

}  // namespace dynamo::json
