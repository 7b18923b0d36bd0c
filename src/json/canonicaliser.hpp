#pragma once

#include <dynamo/json/canonical.hpp>

#include <json/scan.hpp>

#include <cstddef>
#include <forward_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::json {

/// A member of the object, or an element of the set, that is being read: where its canonical form stands in the output.
struct segment {
  std::string_view key;  ///< what it is sorted by: a name, a text, decoded bytes
  std::size_t begin;
  std::size_t end;
};

/// A member of a set that has one twice.
struct repeated_member {
  std::string_view key;   ///< what it is sorted by
  std::string_view text;  ///< how it came
};

/// `a` stands before `b` in canonical order. Reads eight bytes of each key: they stand in padded text or in a std::string.
inline bool ascending(std::string_view a, std::string_view b) noexcept {
  const auto head = [](std::string_view text) {
    const std::uint64_t word = load_8(text.data());
    return __builtin_bswap64(text.size() >= 8 ? word : word & low_bytes(static_cast<unsigned>(text.size())));
  };
  const std::uint64_t head_a = head(a);
  const std::uint64_t head_b = head(b);
  return head_a != head_b ? head_a < head_b : a < b;
}

/// The segments of all levels that are open, innermost last. The first few need no allocation.
class segment_stack {
 public:
  std::size_t size() const noexcept { return size_; }
  segment& back() noexcept { return data_[size_ - 1]; }
  std::span<segment> from(std::size_t first) noexcept { return {data_ + first, size_ - first}; }
  void push(std::string_view key, std::size_t begin) {
    if (size_ == room_) [[unlikely]]
      grow();
    data_[size_++] = {key, begin, begin};
  }
  void truncate(std::size_t size) noexcept { size_ = size; }

 private:
  void grow();

  static constexpr std::size_t first_room = 32;

  alignas(segment) std::byte first_[first_room * sizeof(segment)];  // left uninitialised
  std::unique_ptr<segment[]> more_;
  segment* data_ = reinterpret_cast<segment*>(first_);
  std::size_t size_ = 0;
  std::size_t room_ = first_room;
};

/// One pass over JSON text that checks it and appends its canonical form. Input that is canonical as it stands, or long
/// stretches of it, is not copied piece by piece: everything from `run_` to `at_` is output that has not been copied yet.
///
/// Two kinds of trouble. JSON of the wrong shape stops the pass (functions return false). A value that DynamoDB's
/// validation refuses is remembered and reading goes on, because JSON of the wrong shape further on is reported first.
class canonicaliser {
 public:
  canonicaliser(cursor& in, buffer& out, value_layer layer) noexcept
      : in_(in), out_(out), layer_(layer), at_(in.at_), end_(in.end_), run_(in.at_), begin_(out.size()) {}

  result<std::size_t> read_value(unsigned depth);
  result<std::size_t> read_item();

 private:
  result<std::size_t> finish(bool well_formed);

  bool value(unsigned depth);
  bool uncommon_value(unsigned depth);
  bool content(attribute_type, unsigned depth);
  bool close_value();
  bool object(unsigned depth, std::size_t member_overhead);
  bool name(std::size_t member_overhead);
  bool list(unsigned depth);
  bool string();
  bool number_text(number* value);
  bool blob(std::string_view* text);
  bool boolean();
  bool null_flag();
  bool set(attribute_type);
  bool string_set();
  bool number_set();
  bool binary_set();
  bool null_member(std::string_view words, bool& found);

  // The input.
  void white() {
    if (static_cast<unsigned char>(*at_) <= ' ') [[unlikely]]
      drop_white();
  }
  bool expect(char wanted, const char* problem) {
    if (at_ >= end_ || *at_ != wanted) [[unlikely]]
      return malformed(problem);
    ++at_;
    return true;
  }
  /// A string's content: a view into the input if it is plain, else into scratch_. Writes nothing.
  bool read_text(std::string_view& text, bool& plain) {
    const char* begin = at_ + 1;
    const char* special = find_special(begin, end_);
    plain = special < end_ && *special == '"';
    if (!plain) [[unlikely]]
      return read_escaped_text(text);
    text = {begin, static_cast<std::size_t>(special - begin)};
    at_ = special + 1;
    return true;
  }
  void drop_white();
  bool read_escaped_text(std::string_view& text);
  bool skip_value();
  bool at_null() noexcept;

  // The output.
  std::size_t position(const char* at) const noexcept { return out_.size() + static_cast<std::size_t>(at - run_); }
  void flush(const char* upto);
  void drop(const char* from);
  void retract(std::size_t position);
  void replace_string(const char* from, std::string_view text);
  void rearrange(std::span<const segment> in_order);
  std::string_view keep(std::string_view text) { return kept_.emplace_front(text); }

  // What goes wrong.
  bool malformed(const char* problem);
  bool wrong_shape(std::string message);
  bool not_a(const char* java_class);
  bool not_a_container(attribute_type);
  void refuse(std::string_view words);
  /// Names all members, which are in the order in which they came.
  void refuse_repeated(std::vector<repeated_member> members, std::string_view words);

  cursor& in_;
  buffer& out_;
  const value_layer layer_;
  const char* at_;
  const char* end_;
  const char* run_;
  std::size_t begin_;
  std::size_t size_ = 0;
  segment_stack segments_;
  std::string scratch_;
  std::forward_list<std::string> kept_;  // keys that do not stand in the input as they are
  std::string refusal_;                  // the first, or empty
  std::string wrong_shape_;              // or empty
};

}  // namespace dynamo::json
