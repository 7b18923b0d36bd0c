#pragma once

#include <dynamo/http/field_list.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace dynamo::http {

/// What stands above a request's body: the request line and the fields, as they were sent.
///
/// Its memory is used again for the next request of a connection. Views are valid until clear().
class request_head {
 public:
  static constexpr std::size_t fields_max = field_list::fields_max;

  std::string_view method() const noexcept { return {line_.data(), method_size_}; }
  /// As it stands in the request line: see path_of().
  std::string_view target() const noexcept { return std::string_view(line_).substr(method_size_); }
  bool http_1_0() const noexcept { return http_1_0_; }

  /// The value of the first field of that name, whatever the case of its letters; empty if there is none.
  std::string_view field(std::string_view name) const noexcept { return fields_.field(name); }
  std::size_t count(std::string_view name) const noexcept { return fields_.count(name); }

  // For readers of requests.
  void clear() noexcept;
  void set_request_line(std::string_view method, std::string_view target, bool http_1_0);
  /// False, and nothing is added, when there are fields_max already.
  bool add_field(std::string_view name, std::string_view value) { return fields_.add(name, value); }
  /// Bytes of the request line's words and of all names and values so far.
  std::size_t size() const noexcept { return line_.size() + fields_.size(); }

 private:
  std::string line_;  // method and target
  field_list fields_;
  std::size_t method_size_ = 0;
  bool http_1_0_ = false;
};

}  // namespace dynamo::http
