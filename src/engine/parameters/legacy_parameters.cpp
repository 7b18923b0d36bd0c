#include "legacy_parameters.hpp"

#include "expression_parameters.hpp"
#include "java_text.hpp"
#include "member_reader.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/legacy/invalid_value.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

namespace dynamo::engine {
namespace {

constexpr auto comparisons = std::to_array<choice>({{"IN", comparison::in},
                                                    {"NULL", comparison::null},
                                                    {"BETWEEN", comparison::between},
                                                    {"LT", comparison::less},
                                                    {"NOT_CONTAINS", comparison::not_contains},
                                                    {"EQ", comparison::equal},
                                                    {"GT", comparison::greater},
                                                    {"NOT_NULL", comparison::not_null},
                                                    {"NE", comparison::not_equal},
                                                    {"LE", comparison::less_equal},
                                                    {"BEGINS_WITH", comparison::begins_with},
                                                    {"GE", comparison::greater_equal},
                                                    {"CONTAINS", comparison::contains}});
// As many names as a projection expression has room for; each is looked for in every item that is read. DynamoDB documents no bound.
constexpr std::size_t attributes_to_get_max = limits::expression_size_max / 2;

constexpr auto update_actions =
    std::to_array<choice>({{"ADD", update_action::add}, {"DELETE", update_action::erase}, {"PUT", update_action::put}});

std::string read_legacy_value(member_reader& in) {
  json::buffer canonical;
  in.value([&](json::cursor& at, json::value_layer layer) { return json::canonicalise_value(at, canonical, layer); });
  return std::string(canonical.view());
}
void read_compared_values(legacy_condition& one, member_reader& in) {
  auto& values = one.values.emplace();
  in.elements([&](member_reader& element, std::size_t) { values.push_back(read_legacy_value(element)); });
}
template <class Entry>
void read_entry_value(Entry& one, member_reader& in) {
  one.value = read_legacy_value(in);
}

using of_condition = legacy_condition;
consteval declared<of_condition> compared_values() {
  return read_by<of_condition, read_compared_values>("AttributeValueList");
}
consteval declared<of_condition> compared_by() {
  return parameter<of_condition, &of_condition::compared>("ComparisonOperator").one_of(comparisons);
}
constexpr auto filter_entry_members = declare(compared_values(), compared_by().required()).of("Condition");
constexpr auto expected_entry_members =
    declare(compared_values(), compared_by(), parameter<of_condition, &of_condition::exists>("Exists"),
            read_by<of_condition, read_entry_value<of_condition>>("Value"))
        .of("ExpectedAttributeValue");

using of_update = attribute_update;
constexpr auto update_entry_members = declare(parameter<of_update, &of_update::action>("Action").one_of(update_actions),
                                              read_by<of_update, read_entry_value<of_update>>("Value"))
                                          .of("AttributeValueUpdate");

/// The first name that stands among them twice; nothing where all differ.
std::optional<std::string_view> repeated(std::vector<std::string_view> names) {
  std::ranges::sort(names);
  const auto found = std::ranges::adjacent_find(names);
  return found == names.end() ? std::nullopt : std::optional(*found);
}

void check_attribute_name(std::string_view name, member_reader& in) {
  if (name.empty()) {
    in.refuse_value(invalid_value("An attribute name must have at least one character").error());
  } else if (name.size() > limits::attribute_name_size_max) {
    in.refuse_value(json::name_too_long());
  }
}

/// A map of attribute names and structures.
template <class Entry, std::size_t Count>
void read_legacy_map(std::string_view parameter, std::optional<std::vector<Entry>>& read, member_reader& in,
                     const member_list<Entry, Count>& members) {
  std::vector<Entry>& entries = read.emplace();
  in.entries(std::string(java_package).append(members.shape), [&](member_reader& entry, std::string_view attribute) {
    check_attribute_name(attribute, entry);
    Entry& made = entries.emplace_back();
    made.attribute = attribute;
    entry.structure(made, members);
  });
  if (entries.size() < 2) return;
  std::vector<std::string_view> names;
  names.reserve(entries.size());
  for (const Entry& one : entries) names.emplace_back(one.attribute);
  if (const auto twice = repeated(std::move(names))) {
    in.in().refuse(error(errc::serialization, fmt::format("{} names the attribute {} twice", parameter, *twice)));
  }
}

result<void> check_conditional(const legacy_parameters& legacy, std::size_t conditions) {
  if (!legacy.conditional || conditions > 1) return {};
  return fail(errc::validation,
              conditions == 0
                  ? "ConditionalOperator cannot be used without Filter or Expected"
                  : "ConditionalOperator can only be used when Filter or Expected has two or more elements");
}

}  // namespace

void read_attributes_to_get(legacy_parameters& legacy, member_reader& in) {
  auto& names = legacy.attributes_to_get.emplace();
  in.elements([&](member_reader& element, std::size_t) {
    std::string name = element.in().string().value_or("");
    check_attribute_name(name, element);
    if (names.size() < attributes_to_get_max) {
      names.push_back(std::move(name));
    } else {
      element.refuse_value(
          invalid_value(fmt::format("AttributesToGet have more than {} names", attributes_to_get_max)).error());
    }
  });
  in.check_length(static_cast<std::int64_t>(names.size()), {.least = 1}, "[]");
}
void read_attribute_updates(legacy_parameters& legacy, member_reader& in) {
  read_legacy_map("AttributeUpdates", legacy.attribute_updates, in, update_entry_members);
}
void read_expected(legacy_parameters& legacy, member_reader& in) {
  read_legacy_map("Expected", legacy.expected, in, expected_entry_members);
}
void read_query_filter(legacy_parameters& legacy, member_reader& in) {
  read_legacy_map("QueryFilter", legacy.query_filter, in, filter_entry_members);
}
void read_scan_filter(legacy_parameters& legacy, member_reader& in) {
  read_legacy_map("ScanFilter", legacy.scan_filter, in, filter_entry_members);
}
void read_key_conditions(legacy_parameters& legacy, member_reader& in) {
  read_legacy_map("KeyConditions", legacy.key_conditions, in, filter_entry_members);
}
void read_conditional_operator(legacy_parameters& legacy, member_reader& in) {
  const auto given = in.in().string();
  if (!given) return;
  const auto found = std::ranges::find(conditional_operators, std::string_view(*given), &choice::name);
  if (found != conditional_operators.end()) {
    legacy.conditional = static_cast<conditional_operator>(found->value);
  } else if (in.wording().era == error_wording::of_2025) {
    in.violated(*given, "Member must satisfy enum value set: [OR, AND]");
  } else {
    in.violated_alone(fmt::format("Failed to satisfy constraint: Member must satisfy enum value set: [{}]",
                                  newer_conditional_operators));
  }
}

std::string legacy_parameters::names() const {
  std::vector<std::string_view> given;
  if (attributes_to_get) given.emplace_back("AttributesToGet");
  if (attribute_updates) given.emplace_back("AttributeUpdates");
  if (expected) given.emplace_back("Expected");
  if (query_filter) given.emplace_back("QueryFilter");
  if (scan_filter) given.emplace_back("ScanFilter");
  if (conditional) given.emplace_back("ConditionalOperator");
  if (key_conditions) given.emplace_back("KeyConditions");
  return fmt::format("{}", fmt::join(given, ", "));
}

result<void> legacy_parameters::check_indexable() const {
  const auto finds_keys = [](const legacy_condition& one) { return is_indexable(*one.compared); };
  if (!key_conditions || std::ranges::all_of(*key_conditions, finds_keys)) return {};
  return fail(errc::validation, "Attempted conditional constraint is not an indexable operation");
}

result<void> expression_parameters::translate_legacy() {
  if (legacy.attributes_to_get) {
    auto& paths = projection.emplace();
    for (const std::string& name : *legacy.attributes_to_get) paths.push_back({std::string_view(name)});
    if (const auto twice = repeated({legacy.attributes_to_get->begin(), legacy.attributes_to_get->end()})) {
      return invalid_value(fmt::format("Duplicate value in attribute name: {}", *twice));
    }
  }
  if (legacy.attribute_updates && !legacy.attribute_updates->empty()) {
    auto made = update_tree(*legacy.attribute_updates);
    if (!made) return std::unexpected(made.error());
    update = *std::move(made);
  }
  const conditional_operator joined = legacy.conditional.value_or(conditional_operator::all);
  std::size_t conditions = 0;
  const auto translate = [&](auto& entries, auto to_tree, auto& tree) -> result<void> {
    if (!entries || entries->empty()) return {};
    conditions += entries->size();
    auto made = to_tree(*entries, joined);
    if (!made) return std::unexpected(made.error());
    tree = *std::move(made);
    return {};
  };
  if (auto done = translate(legacy.expected, expected_tree, condition); !done) return done;
  if (auto done = translate(legacy.query_filter, filter_tree, filter); !done) return done;
  if (auto done = translate(legacy.scan_filter, filter_tree, filter); !done) return done;
  if (auto valid = check_conditional(legacy, conditions); !valid) return valid;
  if (!legacy.key_conditions) return {};
  if (legacy.key_conditions->empty()) return fail(errc::validation, "Conditions can be of length 1 or 2 only");
  auto keys = filter_tree(*legacy.key_conditions, conditional_operator::all);
  if (!keys) return std::unexpected(keys.error());
  key_condition = *std::move(keys);
  return {};
}

}  // namespace dynamo::engine
