#include <dynamo/http/field_list.hpp>

#include <algorithm>

namespace dynamo::http {
namespace {

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_word(std::string_view left, std::string_view right) noexcept {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view field_list::field(std::string_view name) const noexcept {
  for (const entry& e : entries_) {
    if (same_word(name_of(e), name)) return value_of(e);
  }
  return {};
}

std::size_t field_list::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(entries_, [&](const entry& e) { return same_word(name_of(e), name); }));
}

void field_list::clear() noexcept {
  text_.clear();
  entries_.clear();
}

bool field_list::add(std::string_view name, std::string_view value) {
  if (entries_.size() == fields_max) return false;
  if (entries_.empty()) {  // what most heads need, at once
    entries_.reserve(16);
    text_.reserve(512);
  }
  entries_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
                      static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(value);
  return true;
}

}  // namespace dynamo::http
