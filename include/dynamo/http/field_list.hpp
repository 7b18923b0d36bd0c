#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::http {

/// The fields of a message's head, in the order and the letters in which they came. All text lies in one string. Views are valid
/// until the list changes.
class field_list {
 public:
  static constexpr std::size_t fields_max = 100;

  /// The value of the first field of that name, whatever the case of its letters; empty if there is none.
  std::string_view field(std::string_view name) const noexcept;
  std::size_t count(std::string_view name) const noexcept;
  /// Bytes of all names and values.
  std::size_t size() const noexcept { return text_.size(); }

  void clear() noexcept;
  /// False, and nothing is added, when there are fields_max already.
  bool add(std::string_view name, std::string_view value);

 private:
  struct entry {
    std::uint32_t name_at, name_size, value_size;  // the value follows its name
  };
  std::string_view name_of(const entry& e) const noexcept { return {text_.data() + e.name_at, e.name_size}; }
  std::string_view value_of(const entry& e) const noexcept {
    return {text_.data() + e.name_at + e.name_size, e.value_size};
  }

  std::string text_;
  std::vector<entry> entries_;
};

/// Whether two words differ in nothing but the case of ASCII letters, as field names and many values compare (RFC 9110, 5.1).
bool same_word(std::string_view, std::string_view) noexcept;

}  // namespace dynamo::http
