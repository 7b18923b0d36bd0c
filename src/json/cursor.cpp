#include <dynamo/json/cursor.hpp>

#include <json/scan.hpp>
#include <json/text.hpp>

#include <bitset>

namespace dynamo::json {
namespace {

constexpr char ends_too_early[] = "the text ends too early";

}  // namespace

/// Consumes `wanted` after white space.
bool cursor::take(char wanted) noexcept {
  at_ = skip_white(at_, end_);
  if (at_ >= end_) [[unlikely]] {
    fail(ends_too_early);
    return false;
  }
  if (*at_ != wanted) [[unlikely]]
    return false;
  ++at_;
  return true;
}

token cursor::peek() noexcept {
  if (!ok()) return token::invalid;
  at_ = skip_white(at_, end_);
  if (at_ >= end_) return token::end;
  switch (*at_) {
    case '{': return token::object;
    case '[': return token::array;
    case '"': return token::string;
    case 't':
    case 'f': return token::boolean;
    case 'n': return token::null;
    default: return *at_ == '-' || (*at_ >= '0' && *at_ <= '9') ? token::number : token::invalid;
  }
}

bool cursor::open(char bracket) noexcept {
  if (!take(bracket)) {
    fail(bracket == '{' ? "an object was expected" : "an array was expected");
    return false;
  }
  if (++depth_ > depth_max) {
    --at_;
    fail("nested too deeply");
    return false;
  }
  fresh_ = true;
  return true;
}

bool cursor::begin_object() noexcept { return open('{'); }
bool cursor::begin_array() noexcept { return open('['); }

/// Between two members or elements: passes the comma, or the closing bracket and says that nothing follows.
bool cursor::follow(char closing) noexcept {
  at_ = skip_white(at_, end_);
  if (at_ >= end_) [[unlikely]] {
    fail(ends_too_early);
    return false;
  }
  if (*at_ == closing) {
    ++at_;
    --depth_;
    fresh_ = false;
    return false;
  }
  if (!fresh_) {
    if (*at_ != ',') [[unlikely]] {
      fail(closing == '}' ? "a comma or the end of an object was expected"
                          : "a comma or the end of an array was expected");
      return false;
    }
    ++at_;
  }
  fresh_ = false;
  return true;
}

bool cursor::next_name(std::string_view& name) {
  // Compact text and a plain name, as nearly always; everything else takes the steps one by one.
  if (const char* quote = fresh_ ? at_ : at_ + 1; *quote == '"' && (fresh_ || *at_ == ',')) [[likely]] {
    const char* special = find_special(quote + 1, end_);
    if (special + 1 < end_ && special[0] == '"' && special[1] == ':') [[likely]] {
      name = {quote + 1, static_cast<std::size_t>(special - quote - 1)};
      at_ = special + 2;
      fresh_ = false;
      return true;
    }
  }
  if (!follow('}')) return false;
  if (!take('"')) [[unlikely]] {
    fail("a member's name was expected");
    return false;
  }
  name = string_content();
  if (!take(':')) [[unlikely]] {
    fail("a colon was expected after a member's name");
    return false;
  }
  return true;
}

bool cursor::next_element() noexcept {
  // Compact text, as nearly always; everything else takes the steps one by one.
  if (const char* next = fresh_ ? at_ : at_ + 1;
      (fresh_ || *at_ == ',') && next < end_ && static_cast<unsigned char>(*next) > ' ' && *next != ']') [[likely]] {
    at_ = next;
    fresh_ = false;
    return true;
  }
  if (!follow(']')) return false;
  at_ = skip_white(at_, end_);
  if (at_ < end_ && *at_ == ']') {
    fail("a comma before the end of an array");
    return false;
  }
  return true;
}

/// From after the opening quote.
std::string_view cursor::string_content() {
  const char* content = at_;
  const char* special = find_special(content, end_);
  if (special < end_ && *special == '"') [[likely]] {
    at_ = special + 1;
    return {content, static_cast<std::size_t>(special - content)};
  }
  return unescape(content);
}

std::string_view cursor::unescape(const char* content) {
  if (!ok()) return {};
  scratch_.clear();
  const text_end result = read_escaped(content, end_, &scratch_);
  at_ = result.at;
  if (result.problem != nullptr) {
    fail(result.problem);
    return {};
  }
  return scratch_;
}

std::string_view cursor::read_string() {
  if (*at_ == '"') [[likely]] {
    const char* content = at_ + 1;
    const char* special = find_special(content, end_);
    if (special < end_ && *special == '"') [[likely]] {
      at_ = special + 1;
      return {content, static_cast<std::size_t>(special - content)};
    }
  }
  if (!take('"')) [[unlikely]] {
    fail("a string was expected");
    return {};
  }
  return string_content();
}

bool cursor::read_bool() noexcept {
  at_ = skip_white(at_, end_);
  const std::uint64_t word = load_8(at_);
  if ((word & low_bytes(4)) == word_of("true") && end_ - at_ >= 4) {
    at_ += 4;
    return true;
  }
  if ((word & low_bytes(5)) == word_of("false") && end_ - at_ >= 5) {
    at_ += 5;
    return false;
  }
  fail("true or false was expected");
  return false;
}

void cursor::read_null() noexcept {
  at_ = skip_white(at_, end_);
  if ((load_8(at_) & low_bytes(4)) != word_of("null") || end_ - at_ < 4) {
    fail("null was expected");
    return;
  }
  at_ += 4;
}

std::string_view cursor::read_number() noexcept {
  at_ = skip_white(at_, end_);
  const char* begin = at_;
  const text_end result = pass_number(begin, end_);
  if (result.problem != nullptr) {
    fail(result.problem);
    return {};
  }
  at_ = result.at;
  return {begin, static_cast<std::size_t>(at_ - begin)};
}

std::string_view cursor::skip() {
  at_ = skip_white(at_, end_);
  const char* begin = at_;
  std::bitset<depth_max + 1> in_object;  // by depth; no recursion, so hostile nesting costs no stack
  const unsigned outside = depth_;
  std::string_view name;
  do {
    switch (peek()) {
      case token::object:
        if (begin_object()) in_object.set(depth_);
        break;
      case token::array:
        if (begin_array()) in_object.reset(depth_);
        break;
      case token::string: {
        const char* special = find_special(++at_, end_);
        if (special < end_ && *special == '"') [[likely]] {
          at_ = special + 1;
        } else if (const text_end result = read_escaped(at_, end_, nullptr); result.problem == nullptr) {
          at_ = result.at;
        } else {
          at_ = result.at;
          fail(result.problem);
        }
        break;
      }
      case token::number: read_number(); break;
      case token::boolean: read_bool(); break;
      case token::null: read_null(); break;
      case token::end: fail(ends_too_early); break;
      case token::invalid: fail("a value that is no JSON"); break;
    }
    // Close every level that ends here, up to one that has a further member or element.
    while (ok() && depth_ > outside) {
      const unsigned level = depth_;
      if (in_object.test(level) ? next_name(name) : next_element()) break;
    }
  } while (ok() && depth_ > outside);
  if (!ok()) return {};
  return {begin, static_cast<std::size_t>(at_ - begin)};
}

attribute_type cursor::begin_value() {
  attribute_type type = attribute_type::NUL;
  if (const unsigned width = compact_opening(at_, type); width != 0 && end_ - at_ >= width && depth_ < depth_max)
      [[likely]] {
    at_ += width;
    ++depth_;
    return type;
  }
  std::string_view name;
  if (!begin_object()) return type;
  if (!next_name(name)) {
    fail("an attribute value without a type");
  } else if (!type_named(name, type)) {
    fail("an attribute value of an unknown type");
  }
  return type;
}

bool cursor::end_value() noexcept {
  if (*at_ == '}' && at_ < end_) [[likely]] {
    ++at_;
    --depth_;
    return true;
  }
  if (!take('}')) [[unlikely]] {
    fail("an attribute value with more than one type");
    return false;
  }
  --depth_;
  return true;
}

bool cursor::try_scalar(attribute_type expected, std::string_view& content) noexcept {
  if ((load_8(at_) & low_bytes(6)) != quoted_opening(expected) || depth_ >= depth_max) [[unlikely]]
    return false;
  const char* text = at_ + scalar_opening;
  const char* special = find_special(text, end_);
  if (special + 1 >= end_ || special[0] != '"' || special[1] != '}') [[unlikely]]
    return false;
  at_ = special + 2;
  content = {text, static_cast<std::size_t>(special - text)};
  return true;
}

bool cursor::try_bool(bool& content) noexcept {
  if (load_8(at_) != word_of("{\"BOOL\":") || end_ - at_ < 14 || depth_ >= depth_max) return false;
  const std::uint64_t word = load_8(at_ + 8);
  content = (word & low_bytes(5)) == word_of("true}");
  if (!content && (word & low_bytes(6)) != word_of("false}")) return false;
  at_ += content ? 13 : 14;
  return true;
}

std::string_view cursor::read_scalar(attribute_type expected) {
  if (std::string_view content; try_scalar(expected, content)) [[likely]]
    return content;
  if (begin_value() != expected) [[unlikely]] {
    fail("an attribute value of another type");
    return {};
  }
  const std::string_view content = read_string();
  return end_value() ? content : std::string_view{};
}

bool cursor::at_end() noexcept {
  if (!ok()) return false;
  at_ = skip_white(at_, end_);
  return at_ == end_;
}

}  // namespace dynamo::json
