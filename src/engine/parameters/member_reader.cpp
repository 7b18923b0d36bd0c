#include "member_reader.hpp"

#include "java_text.hpp"
#include "table_reference.hpp"

#include <dynamo/json/canonical.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace dynamo::engine {
namespace {

// No list of structures or texts has as many in a request that is accepted; what comes after them is only counted.
constexpr std::size_t kept_elements_max = 1'000;

std::string names_of(std::span<const choice> choices) {
  std::string names;
  for (const choice& one : choices) {
    if (!names.empty()) names += ", ";
    names += one.name;
  }
  return names;
}

// A character beyond the basic plane has four bytes and two units.
std::int64_t length_of(std::string_view text, const member& of) {
  if (!of.in_characters) return static_cast<std::int64_t>(text.size());
  std::int64_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    units += byte >= 0xF0 ? 2 : (byte & 0xC0) != 0x80 ? 1 : 0;
  }
  return units;
}

// Observed: JSON that nests deeper, about 62 maps or lists in an item, is left to the older layer.
constexpr std::size_t newer_layer_nesting_max = 126;

/// Objects and arrays within one another.
std::size_t nesting_of(std::string_view json) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

bool is_name_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

void member_reader::check_bounds(std::int64_t number, bounds within, std::string_view what, std::string_view echo) {
  const newer_words newly = place_->newly;
  if (number < within.least) {
    const std::string constraint = fmt::format("Member must have {} greater than or equal to {}", what, within.least);
    newly == newer_words::none ? violated(echo, constraint) : found_.add_newer(*place_, echo, constraint);
  } else if (number > within.greatest) {
    const std::string constraint = fmt::format("Member must have {} less than or equal to {}", what, within.greatest);
    newly == newer_words::both ? found_.add_newer(*place_, echo, constraint) : violated(echo, constraint);
  }
}

void member_reader::check_length(std::int64_t length, bounds within, std::string_view echo) {
  check_bounds(length, within, "length", echo);
}

bool member_reader::skip_refused(const json::cursor& before, const error& why) {
  if (why.code() != errc::validation) {
    in_.refuse(why);
    return false;
  }
  json::cursor& at = in_.cursor();
  at = before;
  const std::string_view refused = at.skip();
  if (!at.ok()) {  // it nests deeper than any JSON that is read
    in_.refuse(why);
    return false;
  }
  if (json::is_too_deep(why) && nesting_of(refused) > newer_layer_nesting_max) found_.leave_to_older_layer();
  return true;
}

// Too deep a value is the one fault that is not told with the placeholder's name (observed).
error member_reader::of_placeholder(std::string_view placeholder, const error& why) const {
  if (!wording().names_placeholders || json::is_too_deep(why)) return why;
  return error(errc::validation, fmt::format("ExpressionAttributeValues contains invalid value: {} for key {}",
                                             why.message(), placeholder));
}

bool member_reader::read_item(json::buffer& canonical) {
  canonical.clear();
  value([&](json::cursor& at, json::value_layer layer) { return json::canonicalise_item(at, canonical, layer); });
  return true;
}

// The list was read since the reader stood at `begin`.
void member_reader::check_list_length(std::size_t size, const member& of, std::size_t begin) {
  const auto length = static_cast<std::int64_t>(size);
  if (!in_.ok() || (length >= of.within.least && length <= of.within.greatest)) return;
  check_length(length, of.within, java_text(in_.cursor().text_since(begin), of));
}

void member_reader::read_structure(void* parameters, std::span<const member> declared, std::string_view shape) {
  std::uint64_t given = 0;
  const auto read_member = [&](std::string_view name) {
    const auto found = std::ranges::find(declared, name, &member::name);
    if (found == declared.end()) {
      in_.cursor().skip();
      return;
    }
    if (in_.null()) return;
    const auto order = static_cast<std::size_t>(found - declared.begin());
    const value_place place{place_, value_place::step::member, order, found->name, found->newly};
    if (member_reader(in_, found_, &place).read(parameters, *found)) given |= std::uint64_t{1} << order;
  };
  const bool is_request = place_ == nullptr;
  if (is_request || in_.at_structure(shape)) in_.members(read_member);
  for (std::size_t order = 0; order < declared.size(); ++order) {
    if (!declared[order].required || (given >> order & 1) != 0) continue;
    const value_place place{place_, value_place::step::member, order, declared[order].name};
    if (!declared[order].missing.empty()) {
      found_.add_alone(declared[order].missing);
    } else {
      found_.add_null(place);
    }
  }
}

// False where there was no value of the declared type; the request is refused for that, or it was null.
bool member_reader::read(void* parameters, const member& of) {
  switch (of.what) {
    case member::form::text: return read_text(of.place(parameters), of);
    case member::form::choice: return read_choice(parameters, of);
    case member::form::number: return read_number(of.place(parameters), of);
    case member::form::time: {
      const auto given = in_.time();
      if (given) *static_cast<instant*>(of.place(parameters)) = *given;
      return given.has_value();
    }
    case member::form::flag: {
      const auto given = in_.boolean();
      if (given) *static_cast<bool*>(of.place(parameters)) = *given;
      return given.has_value();
    }
    case member::form::item: return read_item(*static_cast<json::buffer*>(of.place(parameters)));
    case member::form::names: read_names(*static_cast<name_map*>(of.place(parameters))); return true;
    case member::form::values: read_values(*static_cast<value_map*>(of.place(parameters))); return true;
    case member::form::texts:
      read_texts(*static_cast<std::vector<std::string>*>(of.place(parameters)), of);
      return true;
    case member::form::structure: read_structure(of.place(parameters), of.members, of.shape); return true;
    case member::form::structures: read_structures(of.place(parameters), of); return true;
    case member::form::own: of.read(parameters, *this); return true;
    case member::form::later: break;
  }
  return refuse(of);
}

bool member_reader::read_text(void* place, const member& of) {
  auto given = in_.string();
  if (!given) return false;
  if (of.table_reference) {
    if (const auto name = table_name_in_arn(*given)) {
      *static_cast<std::string*>(place) = *name;
      return true;
    }
  }
  // The pattern wants a letter; the service model has none for what may be an ARN, which is only measured then.
  const bool lacks_letters = given->empty() && !of.table_reference;
  if (of.of_name_letters && (lacks_letters || !std::ranges::all_of(*given, is_name_letter))) {
    violated(*given, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  check_length(length_of(*given, of), of.within, *given);
  *static_cast<std::string*>(place) = *std::move(given);
  return true;
}

bool member_reader::read_choice(void* parameters, const member& of) {
  const auto given = in_.string();
  if (!given) return false;
  const auto found = std::ranges::find(of.choices, std::string_view(*given), &choice::name);
  if (found == of.choices.end()) {
    found_.add_unknown(*place_, *given, names_of(of.choices), of.newer_names);
  } else {
    std::memcpy(of.place(parameters), &found->value, sizeof found->value);  // an enumeration of one octet, or bool
  }
  return true;
}

bool member_reader::read_number(void* place, const member& of) {
  const auto given = in_.integer(of.is_long ? whole_number::long_integer : whole_number::integer);
  if (!given) return false;
  check_bounds(*given, of.within, "value", std::to_string(*given));
  *static_cast<std::int64_t*>(place) = *given;
  return true;
}

void member_reader::read_names(name_map& names) {
  if (!in_.at_map("java.lang.String")) return;
  in_.members([&](std::string_view name) {
    std::string placeholder(name);
    if (auto attribute = in_.string()) names.emplace_back(std::move(placeholder), *std::move(attribute));
  });
}

void member_reader::read_values(value_map& values) {
  if (!in_.at_map(java_attribute_value)) return;
  in_.members([&](std::string_view name) {
    std::string placeholder(name);
    json::buffer canonical;
    const auto worded = [&](const error& why) { return of_placeholder(placeholder, why); };
    const auto read = [&](json::cursor& at, json::value_layer layer) {
      return json::canonicalise_value(at, canonical, layer);
    };
    if (value(read, worded)) values.emplace_back(std::move(placeholder), std::string(canonical.view()));
  });
}

void member_reader::read_texts(std::vector<std::string>& texts, const member& of) {
  std::size_t count = 0;
  const std::size_t begin = in_.cursor().position();
  elements([&](member_reader& element, std::size_t) {
    const std::string text = in_.string().value_or("");
    if (++count > kept_elements_max) return;
    element.check_length(length_of(text, of), of.each_within, text);
    texts.push_back(text);
  });
  check_list_length(count, of, begin);
}

void member_reader::read_structures(void* list, const member& of) {
  std::size_t count = 0;
  const std::size_t begin = in_.cursor().position();
  elements([&](member_reader& element, std::size_t) {
    if (++count > kept_elements_max) {
      in_.cursor().skip();
    } else {
      element.read_structure(of.append(list), of.members, of.shape);
    }
  });
  check_list_length(count, of, begin);
}

bool member_reader::refuse(const member& of) {
  const std::string_view given = in_.cursor().skip();
  if (given != "[]" && given != "{}") {
    in_.refuse(error(errc::not_supported, fmt::format("{} is not supported by the embedded engine yet", of.name)));
  }
  return false;
}

}  // namespace dynamo::engine
