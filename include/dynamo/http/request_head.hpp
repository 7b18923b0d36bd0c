#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::http {

/// What stands above a request's body: the request line and the fields, as they were sent.
///
/// All text lies in one string that is used again for the next request of a connection. Views are valid until clear().
class request_head {
 public:
  static constexpr std::size_t fields_max = 100;

  std::string_view method() const noexcept { return {text_.data(), method_size_}; }
  /// As it stands in the request line: see path_of().
  std::string_view target() const noexcept { return {text_.data() + method_size_, target_size_}; }
  bool http_1_0() const noexcept { return http_1_0_; }

  /// The value of the first field of that name, whatever the case of its letters; empty if there is none.
  std::string_view field(std::string_view name) const noexcept;
  std::size_t count(std::string_view name) const noexcept;

  // For whoever reads requests.
  void clear() noexcept;
  void set_request_line(std::string_view method, std::string_view target, bool http_1_0);
  /// False, and nothing is added, when there are fields_max already.
  bool add_field(std::string_view name, std::string_view value);
  /// Bytes of all names and values so far.
  std::size_t size() const noexcept { return text_.size(); }

 private:
  struct entry {
    std::uint32_t name_at, name_size, value_size;  // the value follows its name
  };
  std::string_view name_of(const entry& e) const noexcept { return {text_.data() + e.name_at, e.name_size}; }
  std::string_view value_of(const entry& e) const noexcept {
    return {text_.data() + e.name_at + e.name_size, e.value_size};
  }

  std::string text_;
  std::vector<entry> fields_;
  std::size_t method_size_ = 0;
  std::size_t target_size_ = 0;
  bool http_1_0_ = false;
};

/// Whether two words differ in nothing but the case of ASCII letters, as field names and many values compare (RFC 9110, 5.1).
bool same_word(std::string_view, std::string_view) noexcept;

}  // namespace dynamo::http
