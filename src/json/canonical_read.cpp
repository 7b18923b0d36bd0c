#include <dynamo/json/canonical.hpp>

#include <json/canonical_text.hpp>
#include <json/text.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace dynamo::json {
namespace {

bool has_escapes(std::string_view raw) noexcept {
  return !raw.empty() && std::memchr(raw.data(), '\\', raw.size()) != nullptr;
}

/// The text that stands between quotes, unescaped: itself, or `scratch`.
std::string_view unescaped(std::string_view raw, std::string& scratch) {
  if (!has_escapes(raw)) return raw;
  buffer padded(raw);  // a value in a key condition is a text of its own, with no padding after it
  padded.append('"');
  scratch.clear();
  read_escaped(padded.view().data(), padded.view().data() + padded.size(), &scratch);
  return scratch;
}

/// The UTF-8 length of what stands between quotes.
std::size_t unescaped_size(std::string_view raw) noexcept {
  if (!has_escapes(raw)) return raw.size();
  std::size_t size = 0;
  for (std::size_t i = 0; i < raw.size(); ++size) i += raw[i] != '\\' ? 1 : raw[i + 1] == 'u' ? 6 : 2;
  return size;
}

/// The content of a value of type M, L or a set, with its brackets.
std::string_view content_of(std::string_view value, attribute_type type) noexcept {
  const std::size_t opening = type == attribute_type::M || type == attribute_type::L ? 5 : 6;
  return value.substr(opening, value.size() - opening - 1);
}

number number_of(std::string_view raw) {
  const result<number> parsed = number::parse(raw);
  assert(parsed);  // canonical
  return *parsed;
}

std::string decoded(std::string_view base64) {
  std::string bytes;
  base64_decode(base64, bytes);
  return bytes;
}

std::size_t set_size(std::string_view value, attribute_type type) {
  std::size_t size = 0;
  canonical_members members(content_of(value, type));
  while (members.next()) {
    const std::string_view raw = members.string();
    switch (type) {
      case attribute_type::SS: size += unescaped_size(raw); break;
      case attribute_type::NS: size += number_of(raw).size(); break;
      default: size += base64_decoded_size(raw); break;
    }
  }
  return size;
}

template <class T, class Read>
set_of<T> read_set(std::string_view value, attribute_type type, Read read) {
  std::vector<T> result;
  canonical_members members(content_of(value, type));
  while (members.next()) result.push_back(read(members.string()));
  return set_of<T>(std::move(result));
}

}  // namespace

attribute_type type_of(std::string_view value) noexcept {
  const char second = value[3];
  switch (value[2]) {
    case 'S': return second == '"' ? attribute_type::S : attribute_type::SS;
    case 'N': return second == '"' ? attribute_type::N : second == 'S' ? attribute_type::NS : attribute_type::NUL;
    case 'B': return second == '"' ? attribute_type::B : second == 'S' ? attribute_type::BS : attribute_type::BOOL;
    case 'M': return attribute_type::M;
    default: return attribute_type::L;
  }
}

std::string_view raw_scalar(std::string_view value) noexcept { return value.substr(6, value.size() - 8); }

std::string_view scalar(std::string_view value, std::string& scratch) {
  const std::string_view raw = raw_scalar(value);
  switch (type_of(value)) {
    case attribute_type::S: return unescaped(raw, scratch);
    case attribute_type::B:
      scratch.clear();
      base64_decode(raw, scratch);
      return scratch;
    default: return raw;
  }
}

std::optional<std::string_view> find_attribute(std::string_view item, std::string_view name) {
  std::string scratch;
  std::string_view raw;
  canonical_members members(item);
  while (members.next_name(raw)) {
    const int order = (members.plain_name() ? raw : unescaped(raw, scratch)).compare(name);
    if (order > 0) return std::nullopt;  // names ascend
    const std::string_view value = members.value();
    if (order == 0) return value;
  }
  return std::nullopt;
}

void find_attributes(std::string_view item, std::span<const std::string_view> names,
                     std::span<std::optional<std::string_view>> values) {
  assert(names.size() == values.size());
  std::ranges::fill(values, std::nullopt);
  std::string scratch;
  std::string_view raw;
  canonical_members members(item);
  for (std::size_t at = 0; at < names.size() && members.next_name(raw);) {
    const std::string_view name = members.plain_name() ? raw : unescaped(raw, scratch);
    int order = -1;
    while (at < names.size() && (order = name.compare(names[at])) > 0) ++at;  // this one is missing
    const std::string_view value = members.value();
    if (order == 0) values[at++] = value;
  }
}

std::size_t size_of_value(std::string_view value) {
  switch (const attribute_type type = type_of(value)) {
    case attribute_type::S: return unescaped_size(raw_scalar(value));
    case attribute_type::N: return number_of(raw_scalar(value)).size();
    case attribute_type::B: return base64_decoded_size(raw_scalar(value));
    case attribute_type::BOOL:
    case attribute_type::NUL: return 1;
    case attribute_type::M: {
      std::size_t size = 3;
      std::string_view name;
      canonical_members members(content_of(value, type));
      while (members.next_name(name)) size += 1 + unescaped_size(name) + size_of_value(members.value());
      return size;
    }
    case attribute_type::L: {
      std::size_t size = 3;
      canonical_members elements(content_of(value, type));
      while (elements.next()) size += 1 + size_of_value(elements.value());
      return size;
    }
    default: return set_size(value, type);
  }
}

std::size_t size_of_item(std::string_view item) {
  std::size_t size = 0;
  std::string_view name;
  canonical_members members(item);
  while (members.next_name(name)) size += unescaped_size(name) + size_of_value(members.value());
  return size;
}

attribute_value read_value(std::string_view value) {
  std::string scratch;
  switch (const attribute_type type = type_of(value)) {
    case attribute_type::S: return std::string(unescaped(raw_scalar(value), scratch));
    case attribute_type::N: return number_of(raw_scalar(value));
    case attribute_type::B: return to_binary(decoded(raw_scalar(value)));
    case attribute_type::BOOL: return value[8] == 't';
    case attribute_type::NUL: return null_t{};
    case attribute_type::M: return read_item(content_of(value, type));
    case attribute_type::L: {
      attribute_value::list list;
      canonical_members elements(content_of(value, type));
      while (elements.next()) list.push_back(read_value(elements.value()));
      return list;
    }
    case attribute_type::SS:
      return read_set<std::string>(value, type,
                                   [&](std::string_view raw) { return std::string(unescaped(raw, scratch)); });
    case attribute_type::NS: return read_set<number>(value, type, number_of);
    case attribute_type::BS:
      return read_set<binary>(value, type, [](std::string_view raw) { return to_binary(decoded(raw)); });
  }
  return null_t{};
}

item read_item(std::string_view text) {
  item result;
  std::string scratch;
  std::string_view name;
  canonical_members members(text);
  while (members.next_name(name)) {
    std::string key(unescaped(name, scratch));
    result.emplace_hint(result.end(), std::move(key), read_value(members.value()));
  }
  return result;
}

}  // namespace dynamo::json
