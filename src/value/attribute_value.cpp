#include <dynamo/value/attribute_value.hpp>

#include <algorithm>
#include <array>

namespace dynamo {
namespace {

constexpr std::array<std::string_view, 10> type_names = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
static_assert(std::variant_size_v<attribute_value::storage> == type_names.size());
static_assert(
    std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(attribute_type::BS), attribute_value::storage>,
                   binary_set>);

constexpr std::size_t document_size = 3;  // of a list or map, whatever it holds
constexpr std::size_t element_size = 1;   // of each of its elements, beside the value

struct size_counter {
  std::size_t operator()(const std::string& text) const noexcept { return text.size(); }
  std::size_t operator()(const number& n) const noexcept { return n.size(); }
  std::size_t operator()(const binary& bytes) const noexcept { return bytes.size(); }
  std::size_t operator()(bool) const noexcept { return 1; }
  std::size_t operator()(null_t) const noexcept { return 1; }
  std::size_t operator()(const attribute_value::map& map) const noexcept {
    return document_size + element_size * map.size() + size_of(map);
  }
  std::size_t operator()(const attribute_value::list& list) const noexcept {
    std::size_t sum = document_size + element_size * list.size();
    for (const auto& element : list) sum += size_of(element);
    return sum;
  }
  template <class T>
  std::size_t operator()(const set_of<T>& set) const noexcept {
    std::size_t sum = 0;
    for (const auto& member : set.members()) sum += member.size();
    return sum;
  }
};

}  // namespace

std::string_view to_string(attribute_type type) noexcept { return type_names[static_cast<std::size_t>(type)]; }

std::optional<attribute_type> attribute_type_from(std::string_view name) noexcept {
  const auto found = std::ranges::find(type_names, name);
  if (found == type_names.end()) return std::nullopt;
  return static_cast<attribute_type>(found - type_names.begin());
}

template <class T>
set_of<T>::set_of(std::vector<T> members) : members_(std::move(members)) {
  std::ranges::sort(members_);
  const auto repeated = std::ranges::unique(members_);
  members_.erase(repeated.begin(), repeated.end());
}
template class set_of<std::string>;
template class set_of<number>;
template class set_of<binary>;

attribute_value::attribute_value() noexcept : value_(null_t{}) {}
attribute_value::attribute_value(std::string s) : value_(std::move(s)) {}
attribute_value::attribute_value(const char* s) : value_(std::string(s)) {}
attribute_value::attribute_value(std::string_view s) : value_(std::string(s)) {}
attribute_value::attribute_value(number n) noexcept : value_(n) {}
attribute_value::attribute_value(truth b) noexcept : value_(b.value) {}
attribute_value::attribute_value(null_t n) noexcept : value_(n) {}
attribute_value::attribute_value(binary b) noexcept : value_(std::move(b)) {}
attribute_value::attribute_value(map m) noexcept : value_(std::move(m)) {}
attribute_value::attribute_value(list l) noexcept : value_(std::move(l)) {}
attribute_value::attribute_value(string_set s) noexcept : value_(std::move(s)) {}
attribute_value::attribute_value(number_set s) noexcept : value_(std::move(s)) {}
attribute_value::attribute_value(binary_set s) noexcept : value_(std::move(s)) {}
attribute_value::attribute_value(const attribute_value&) = default;
attribute_value::attribute_value(attribute_value&&) noexcept = default;
attribute_value& attribute_value::operator=(const attribute_value&) = default;
attribute_value& attribute_value::operator=(attribute_value&&) noexcept = default;
attribute_value::~attribute_value() = default;
bool attribute_value::equals(const attribute_value& other) const { return value_ == other.value_; }

std::size_t size_of(const attribute_value& value) noexcept { return std::visit(size_counter{}, value.value()); }

std::size_t size_of(const item& attributes) noexcept {
  std::size_t sum = 0;
  for (const auto& [name, value] : attributes) sum += name.size() + size_of(value);
  return sum;
}

}  // namespace dynamo
