#include "expression_parameters.hpp"

#include "update_statement.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/expression/parse.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/wording/texts.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>
#include <string_view>
#include <vector>

namespace dynamo::engine {
namespace {

// Most updates are so short that none of them counts as too large: each byte of the text costs less than 64, and stands for one value or name at
// the most.
bool may_be_too_large(std::size_t text_size, std::size_t values_size, std::size_t names_size) noexcept {
  return text_size * (64 + values_size + names_size) > limits::item_size_max;
}

}  // namespace

result<void> expression_parameters::parse(error_wording era) {
  using expression::parameter;
  const bool any_expression =
      condition_text || filter_text || key_condition_text || update_text || projection_text || search_condition_text;
  if (any_expression && legacy.any()) return mixed_with_legacy(*this, *this);
  if (!any_expression) {
    if (names) {
      return fail(errc::validation, "ExpressionAttributeNames can only be specified when using expressions");
    }
    if (values) {
      return fail(errc::validation, std::string(in_words(sentence::values_without_expression, era)));
    }
    return translate_legacy();
  }
  if (names && names->empty()) return fail(errc::validation, "ExpressionAttributeNames must not be empty");
  if (values && values->empty()) return fail(errc::validation, "ExpressionAttributeValues must not be empty");

  const auto size_of = [](std::size_t sum, const auto& bound) { return sum + bound.second.size(); };
  const std::size_t values_size = values ? std::accumulate(values->begin(), values->end(), std::size_t{0}, size_of) : 0;
  if (values_size > limits::expression_values_size_max) {
    return fail(errc::validation, fmt::format("ExpressionAttributeValues have {} bytes, {} is the limit", values_size,
                                              limits::expression_values_size_max));
  }

  expression::placeholders bound;
  for (std::size_t i = 0; names && i < names->size(); ++i) {
    const auto& [name, attribute] = (*names)[i];
    if (auto added = bound.add_name(name, attribute); !added) return added;
  }
  for (std::size_t i = 0; values && i < values->size(); ++i) {
    const auto& [name, value] = (*values)[i];
    if (auto added = bound.add_value(name, value); !added) return added;
  }
  // The parsers also check operand types and overlapping paths.
  const auto parse_into = [](auto& tree, const std::optional<std::string>& text, auto parser) -> result<void> {
    if (!text) return {};
    auto parsed = parser(*text);
    if (!parsed) return std::unexpected(parsed.error());
    tree.emplace(*std::move(parsed));
    return {};
  };
  const auto condition_parser = [&](parameter kind) {
    return [&bound, kind](std::string_view text) { return expression::parse_condition(text, bound, kind); };
  };
  result<void> parsed = parse_into(projection, projection_text,
                                   [&](std::string_view text) { return expression::parse_projection(text, bound); });
  if (parsed) parsed = parse_into(filter, filter_text, condition_parser(parameter::filter));
  if (parsed) {
    parsed =
        parse_into(update, update_text, [&](std::string_view text) { return expression::parse_update(text, bound); });
  }
  if (parsed) parsed = parse_into(condition, condition_text, condition_parser(parameter::condition));
  if (parsed) parsed = parse_into(key_condition, key_condition_text, condition_parser(parameter::key_condition));
  if (parsed) {
    parsed = parse_into(search_condition, search_condition_text, condition_parser(parameter::search_condition));
  }
  if (!parsed) return parsed;
  if (update && update_text &&
      may_be_too_large(update_text->size(), values_size,
                       names ? std::accumulate(names->begin(), names->end(), std::size_t{0}, size_of) : 0)) {
    update_too_large = statement_size(*update) > limits::item_size_max;
  }
  // What is unused comes before the form of a key condition: AWS was seen to tell either, where both are wrong.
  if (auto used = bound.all_used(); !used || !key_condition) return used;
  return expression::check_key_condition(*key_condition);
}

std::string expression_parameters::texts_given() const {
  std::vector<std::string_view> given;
  if (projection_text) given.emplace_back("ProjectionExpression");
  if (filter_text) given.emplace_back("FilterExpression");
  if (key_condition_text) given.emplace_back("KeyConditionExpression");
  if (update_text) given.emplace_back("UpdateExpression");
  if (condition_text) given.emplace_back("ConditionExpression");
  return fmt::format("{}", fmt::join(given, ", "));
}

std::unexpected<error> mixed_with_legacy(const expression_parameters& legacy,
                                         const expression_parameters& expressions) {
  return fail(errc::validation, fmt::format("Can not use both expression and non-expression parameters in the same "
                                            "request: Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
                                            legacy.legacy.names(), expressions.texts_given()));
}

}  // namespace dynamo::engine
