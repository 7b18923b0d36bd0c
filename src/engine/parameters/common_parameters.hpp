#pragma once

#include "expression_parameters.hpp"
#include "member.hpp"

#include <dynamo/value/limits.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace dynamo::engine {

enum class capacity_report : std::uint8_t { none, total, indexes };

inline constexpr auto capacity_reports = std::to_array<choice>(
    {{"INDEXES", capacity_report::indexes}, {"TOTAL", capacity_report::total}, {"NONE", capacity_report::none}});
inline constexpr auto collection_reports = std::to_array<choice>({{"SIZE", true}, {"NONE", false}});

// Members that several operations declare alike; each goes to the field of the parameters P that has the same name here.

/// What CreateTable says where it has no TableName; its neighbours, on tables as a whole, say the same.
inline constexpr std::string_view table_name_missing =
    "The parameter 'TableName' is required but was not present in the request";

/// A table that is there: its name, or its ARN, of which the parameters get the name. The ARN of anything else breaks the rule for names.
template <class P>
consteval declared<P> table_name() {
  return parameter<P, &P::table>("TableName")
      .required()
      .of_name_letters()
      .table_reference()
      .within(1, limits::table_name_size_max);
}

/// The same of an operation on all tables that may be narrowed to one.
template <class P>
consteval declared<P> optional_table_name() {
  return parameter<P, &P::table>("TableName")
      .of_name_letters()
      .table_reference()
      .within(1, limits::table_name_size_max);
}

template <class P>
consteval declared<P> consumed_capacity_report() {
  return parameter<P, &P::capacity>("ReturnConsumedCapacity").one_of(capacity_reports);
}

template <class P>
consteval declared<P> item_collection_report() {
  return parameter<P, &P::item_collections>("ReturnItemCollectionMetrics").one_of(collection_reports);
}

template <class P>
consteval declared<P> consistent_read() {
  return parameter<P, &P::consistent>("ConsistentRead");
}

template <class P>
consteval declared<P> key() {
  return parameter<P, &P::key>("Key").required();
}

template <class P>
consteval declared<P> condition_expression() {
  return parameter<P, &P::expressions, &expression_parameters::condition_text>("ConditionExpression");
}
template <class P>
consteval declared<P> filter_expression() {
  return parameter<P, &P::expressions, &expression_parameters::filter_text>("FilterExpression");
}
template <class P>
consteval declared<P> key_condition_expression() {
  return parameter<P, &P::expressions, &expression_parameters::key_condition_text>("KeyConditionExpression");
}
template <class P>
consteval declared<P> projection_expression() {
  return parameter<P, &P::expressions, &expression_parameters::projection_text>("ProjectionExpression");
}
template <class P>
consteval declared<P> update_expression() {
  return parameter<P, &P::expressions, &expression_parameters::update_text>("UpdateExpression");
}
template <class P>
consteval declared<P> expression_names() {
  return parameter<P, &P::expressions, &expression_parameters::names>("ExpressionAttributeNames");
}
template <class P>
consteval declared<P> expression_values() {
  return parameter<P, &P::expressions, &expression_parameters::values>("ExpressionAttributeValues");
}

}  // namespace dynamo::engine
