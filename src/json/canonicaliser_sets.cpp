#include <dynamo/base/binary.hpp>

#include <json/canonicaliser.hpp>
#include <json/words.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace dynamo::json {
namespace {

/// 0 to 63, or -1.
int base64_digit(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/// Says in DynamoDB's words why a text is not strict base64; empty if it is. Length, then the last character, then the rest.
std::string base64_problem(std::string_view text) {
  if (text.size() % 4 != 0) return std::string(words::base64_length) + std::to_string(text.size());
  std::string_view digits = text;
  for (int i = 0; i < 2 && digits.ends_with('='); ++i) digits.remove_suffix(1);
  const std::size_t padding = text.size() - digits.size();
  if (padding > 0) {
    const int unused_bits = padding == 1 ? 3 : 15;
    const int last = digits.empty() ? -1 : base64_digit(digits.back());
    if (last < 0 || (last & unused_bits) != 0) return std::string(words::base64_last);
  }
  for (const char c : digits) {
    if (base64_digit(c) < 0) return std::string(words::base64_character) + c + "'";
  }
  return {};
}

}  // namespace

/// Strict base64 is canonical, so there is nothing to rewrite; `text` receives it unless it is nullptr.
bool canonicaliser::blob(std::string_view* text) {
  if (at_ < end_ && *at_ == '[') return wrong_shape("Unrecognized collection type class java.nio.ByteBuffer");
  if (at_ < end_ && *at_ == '{') return wrong_shape(std::string(words::structure_unexpected));
  if (at_ >= end_ || *at_ != '"') return skip_value() && wrong_shape(std::string(words::blob_expected));
  const char* begin = at_;
  std::string_view content;
  bool plain = true;
  if (!read_text(content, plain)) return false;
  if (!plain) {
    content = keep(content);
    replace_string(begin, content);
  }
  if (std::string problem = base64_problem(content); !problem.empty()) return wrong_shape(std::move(problem));
  size_ += base64_decoded_size(content);
  if (text != nullptr) *text = content;
  return true;
}

bool canonicaliser::set(attribute_type type) {
  if (at_ >= end_ || *at_ != '[') return not_a_container(attribute_type::L);
  switch (type) {
    case attribute_type::SS: return string_set();
    case attribute_type::NS: return number_set();
    default: return binary_set();
  }
}

/// A null among a set's members, which is refused.
bool canonicaliser::null_member(std::string_view words, bool& found) {
  found = at_null();
  if (!found) return true;
  refuse(words);
  return skip_value();
}

bool canonicaliser::string_set() {
  const std::size_t first = segments_.size();
  ++at_;
  white();
  bool sorted = true;
  if (at_ < end_ && *at_ == ']') {
    refuse(words::empty_string_set);
  } else {
    while (true) {
      white();
      bool is_null = false;
      if (!null_member(words::null_in_string_set, is_null)) return false;
      if (!is_null) {
        const char* begin = at_;
        if (at_ >= end_ || *at_ != '"') return not_a("String");
        std::string_view text;
        bool plain = true;
        if (!read_text(text, plain)) return false;
        const std::size_t out_begin = position(begin);
        if (!plain) {
          text = keep(text);
          replace_string(begin, text);
        }
        size_ += text.size();
        sorted = sorted && (segments_.size() == first || ascending(segments_.back().key, text));
        segments_.push(text, out_begin);
        segments_.back().end = position(at_);
      }
      white();
      if (*at_ != ',') break;
      ++at_;
    }
  }
  if (!expect(']', "a comma or the end of an array was expected")) return false;
  if (!sorted && refusal_.empty()) {
    const std::span<segment> members = segments_.from(first);
    std::ranges::sort(members, ascending, &segment::key);
    if (std::ranges::adjacent_find(members, {}, &segment::key) != members.end()) {
      std::ranges::sort(members, {}, &segment::begin);
      std::vector<repeated_member> as_sent;
      for (const segment& next : members) as_sent.push_back({next.key, next.key});
      refuse_repeated(std::move(as_sent), words::repeated_string);
    } else {
      flush(at_);
      rearrange(members);
    }
  }
  segments_.truncate(first);
  return true;
}

bool canonicaliser::number_set() {
  struct member {
    number value;
    segment place;
  };
  std::vector<member> members;
  ++at_;
  white();
  if (at_ < end_ && *at_ == ']') {
    refuse(words::empty_number_set);
  } else {
    while (true) {
      white();
      bool is_null = false;
      if (!null_member(words::null_in_number_set, is_null)) return false;
      if (!is_null) {
        member next;
        const std::size_t out_begin = position(at_);
        if (!number_text(&next.value)) return false;
        next.place = {{}, out_begin, position(at_)};
        members.push_back(next);
      }
      white();
      if (*at_ != ',') break;
      ++at_;
    }
  }
  if (!expect(']', "a comma or the end of an array was expected")) return false;
  if (!refusal_.empty() || std::ranges::is_sorted(members, std::ranges::less_equal{}, &member::value)) {
    const auto not_ascending = [](const member& a, const member& b) { return !(a.value < b.value); };
    if (refusal_.empty() && std::ranges::adjacent_find(members, not_ascending) != members.end()) {
      refuse(words::repeated_number.of(layer_));
    }
    return true;
  }
  std::ranges::sort(members, {}, &member::value);
  if (std::ranges::adjacent_find(members, {}, &member::value) != members.end()) {
    refuse(words::repeated_number.of(layer_));
    return true;
  }
  std::vector<segment> in_order;
  for (const member& next : members) in_order.push_back(next.place);
  flush(at_);
  rearrange(in_order);
  return true;
}

bool canonicaliser::binary_set() {
  std::vector<segment> members;
  std::vector<repeated_member> as_sent;
  ++at_;
  white();
  if (at_ < end_ && *at_ == ']') {
    refuse(words::empty_binary_set);
  } else {
    while (true) {
      white();
      bool is_null = false;
      if (!null_member(words::null_in_binary_set, is_null)) return false;
      if (!is_null) {
        const std::size_t out_begin = position(at_);
        std::string_view text;
        if (!blob(&text)) return false;
        scratch_.clear();
        base64_decode(text, scratch_);
        members.push_back({keep(scratch_), out_begin, position(at_)});
        as_sent.push_back({members.back().key, text});
      }
      white();
      if (*at_ != ',') break;
      ++at_;
    }
  }
  if (!expect(']', "a comma or the end of an array was expected")) return false;
  if (!refusal_.empty()) return true;
  if (std::ranges::is_sorted(members, {}, &segment::key) &&
      std::ranges::adjacent_find(members, {}, &segment::key) == members.end()) {
    return true;
  }
  std::ranges::sort(members, ascending, &segment::key);
  if (std::ranges::adjacent_find(members, {}, &segment::key) != members.end()) {
    refuse_repeated(std::move(as_sent), words::repeated_binary);
    return true;
  }
  flush(at_);
  rearrange(members);
  return true;
}

}  // namespace dynamo::json
