#include <dynamo/http/request_head.hpp>

#include <algorithm>

namespace dynamo::http {
namespace {

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_word(std::string_view left, std::string_view right) noexcept {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view request_head::field(std::string_view name) const noexcept {
  for (const entry& e : fields_) {
    if (same_word(name_of(e), name)) return value_of(e);
  }
  return {};
}

std::size_t request_head::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(fields_, [&](const entry& e) { return same_word(name_of(e), name); }));
}

void request_head::clear() noexcept {
  text_.clear();
  fields_.clear();
  method_size_ = target_size_ = 0;
}

void request_head::set_request_line(std::string_view method, std::string_view target, bool http_1_0) {
  clear();
  text_.append(method).append(target);
  method_size_ = method.size();
  target_size_ = target.size();
  http_1_0_ = http_1_0;
}

bool request_head::add_field(std::string_view name, std::string_view value) {
  if (fields_.size() == fields_max) return false;
  fields_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
                     static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(value);
  return true;
}

}  // namespace dynamo::http
