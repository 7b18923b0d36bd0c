// The engine against AWS's service model: every member of every operation dropped, null, of each wrong type, at its bounds and beyond them.
#include "service_model.hpp"

#include <dynamo/protocol/operation_facts.hpp>
#include <engine/engine.hpp>
#include <engine/operation_table.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace dynamo::service_model {
namespace {

/// What the engine does otherwise than the model says, with its reason. A name ends with '*' where it stands for all below it.
struct exception {
  std::string_view place;  // "Operation.Member"; "*.Member" wherever it stands
  std::string_view why;
};

constexpr exception not_there_yet[] = {
    {"CreateTable.GlobalTableSourceArn*", "global tables"},
    {"CreateTable.GlobalTableSettingsReplicationMode*", "global tables"},
    {"UpdateTable.GlobalTableSettingsReplicationMode*", "global tables"},
    {"UpdateTable.GlobalTableWitnessUpdates*", "global tables"},
    {"UpdateTable.MultiRegionConsistency*", "global tables"},
    {"UpdateTable.ReplicaUpdates*", "global tables"},
};

class declared_parameters : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = engine::open_in_memory({});
    ASSERT_TRUE(opened) << opened.error().describe();
    endpoint_ = *opened;
    ASSERT_GT(model_.inputs().size(), 50u);
  }

  struct told {
    std::optional<errc> code;  // of an error
    std::string message;

    bool has(std::string_view part) const { return message.find(part) != std::string::npos; }
  };
  told ask(operation_name operation, const std::string& body) {
    const auto came = endpoint_->call(request(operation, json::buffer(body)));
    const told answer = came ? told{} : told{came.error().code(), std::string(came.error().message())};
    EXPECT_NE(answer.code, errc::internal_server_error) << body.substr(0, 1'000) << '\n' << answer.message;
    return answer;
  }

  /// Calls `check(operation, name of its input, place)` for every value of every request that the engine reads.
  template <class Check>
  void for_each_place(Check check) {
    for (const operation_facts& of : all_operations()) {
      const auto input = model_.inputs().find(std::string(of.name));
      if (input == model_.inputs().end() || engine::execution_of(of.operation) == nullptr) continue;
      for (const place& at : model_.places(input->second)) {
        const std::string name = std::string(of.name) + '.' + at.text();
        if (is_among(not_there_yet, name)) continue;
        SCOPED_TRACE(name);
        check(of.operation, input->second, at, name);
      }
    }
  }

  template <class Exceptions>
  static bool is_among(const Exceptions& exceptions, const std::string& name) {
    return std::ranges::any_of(exceptions, [&](const exception& one) {
      if (one.place.starts_with("*.")) return name.ends_with(one.place.substr(1));
      if (one.place.ends_with('*')) return name.starts_with(one.place.substr(0, one.place.size() - 1));
      return name == one.place;
    });
  }

  /// "globalSecondaryIndexes.1.member.indexName", or with members as they are sent.
  static std::string path_of(const place& at, bool as_sent) {
    std::string path;
    for (const std::string& step : at.steps) {
      if (!path.empty()) path += '.';
      if (step == "[]") {
        path += "1.member";
      } else if (step == "{}") {
        path += map_key + ".member";
      } else {
        path += as_sent ? step.substr(0, 1) : std::string(1, static_cast<char>(std::tolower(step[0])));
        path += step.substr(1);
      }
    }
    return path;
  }
  static bool is_told(const told& answer, const place& at, const std::string& constraint) {
    const std::string fails = "' failed to satisfy constraint: " + constraint;
    return answer.code == errc::validation &&
           (answer.has("at '" + path_of(at, false) + fails) || answer.has("at '" + path_of(at, true) + fails));
  }

  const model model_{DYNAMO_SERVICE_MODEL};
  std::shared_ptr<endpoint> endpoint_;
};

// Words of their own.
constexpr exception missing_in_other_words[] = {
    {"CreateTable.TableName", "recorded: The parameter 'TableName' is required ..."},
    {"DeleteTable.TableName", "as CreateTable"},
    {"DescribeTable.TableName", "as CreateTable"},
    {"UpdateTable.TableName", "as CreateTable"},
    {"DescribeTimeToLive.TableName", "as CreateTable"},
};
// The model requires them no longer since a table can be made after one of another Region, which is not there yet; the words are those of before.
constexpr exception required_here[] = {
    {"CreateTable.KeySchema", ""},
    {"CreateTable.AttributeDefinitions", ""},
};

TEST_F(declared_parameters, that_are_required_are_missed) {
  for_each_place([&](operation_name operation, const std::string& input, const place& at, const std::string& name) {
    for (const auto& value : {std::optional<std::string>(), std::optional<std::string>("null")}) {
      if (!value && at.steps.back() == "{}") continue;  // the map is empty then
      const std::string body = model_.request(input, at, value);
      const told answer = ask(operation, body);
      if (!at.required && !is_among(required_here, name)) {
        EXPECT_FALSE(is_told(answer, at, "Member must not be null")) << body;
        continue;
      }
      if (is_among(missing_in_other_words, name)) {
        EXPECT_EQ(answer.message, "The parameter 'TableName' is required but was not present in the request") << body;
      } else {
        EXPECT_TRUE(is_told(answer, at, "Member must not be null")) << body << '\n' << answer.message;
      }
    }
  });
}

// JSON of each type, and which it is.
struct json_value {
  std::string_view text, type;
};
constexpr json_value values[] = {
    {R"("text")", "STRING_VALUE"}, {"7", "NUMBER_VALUE"}, {"7.5", "DECIMAL_VALUE"}, {"true", "TRUE_VALUE"},
    {"false", "FALSE_VALUE"},      {"[]", "array"},       {"{}", "object"}};

/// The rule of SerializationException's words, by what the model wants and what came; nothing where that fits.
std::string wrong_type(const model& of, const std::string& name, const json_value& came) {
  const shape& s = of.at(name);
  const std::string package = "com.amazonaws.dynamodb.v20120810.";
  const bool is_array = came.type == "array", is_object = came.type == "object";
  if (s.type == "structure") {
    if (is_object) return "";
    return is_array ? "Unrecognized collection type class " + package + name : "Unexpected value type in payload";
  }
  if (s.type == "map") {
    if (is_object) return "";
    if (!is_array) return "Unexpected field type";
    return "Unrecognized collection type java.util.Map<java.lang.String, " + of.java_name(s.of) + ">";
  }
  if (s.type == "list") {
    if (is_array) return "";
    return is_object ? "Start of structure or map found where not expected" : "Unexpected field type";
  }
  const std::map<std::string, std::string> java{{"string", "String"},       {"boolean", "Boolean"},
                                                {"integer", "Integer"},     {"long", "Long"},
                                                {"timestamp", "Timestamp"}, {"double", "Double"}};
  const std::string& wanted = java.at(s.type);
  if (is_object) return "Start of structure or map found where not expected";
  if (is_array) return "Unrecognized collection type class java.lang." + wanted;
  const bool is_text = came.type == "STRING_VALUE";
  const bool is_number = came.type == "NUMBER_VALUE" || came.type == "DECIMAL_VALUE";
  if (s.type == "string" && is_text) return "";
  if (s.type == "boolean" && !is_text && !is_number) return "";
  if (s.type == "boolean" && is_text) return "Unexpected token received from parser";
  if ((s.type == "integer" || s.type == "long") && came.type == "NUMBER_VALUE") return "";
  if ((s.type == "timestamp" || s.type == "double") && is_number) return "";
  return std::string(came.type) + " cannot be converted to " + wanted;
}

TEST_F(declared_parameters, of_a_wrong_type_are_serialization_errors) {
  std::size_t asked = 0;
  for_each_place([&](operation_name operation, const std::string& input, const place& at, const std::string&) {
    for (const json_value& value : values) {
      const std::string wanted = wrong_type(model_, at.shape, value);
      const std::string body = model_.request(input, at, std::string(value.text));
      const told answer = ask(operation, body);
      ++asked;
      if (wanted.empty()) {
        EXPECT_NE(answer.code, errc::serialization) << body << '\n' << answer.message;
      } else {
        EXPECT_EQ(answer.code, errc::serialization) << body << '\n' << answer.message;
        EXPECT_EQ(answer.message, wanted) << body;
      }
    }
    for (const auto& [type, name] : {std::pair("integer", "Integer"), std::pair("long", "Long")}) {
      if (model_.at(at.shape).type != type) continue;
      for (const char* digits : {"9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"}) {
        const told answer = ask(operation, model_.request(input, at, digits));
        EXPECT_EQ(answer.code, errc::serialization) << digits;
        EXPECT_EQ(answer.message, std::string("NUMBER_VALUE cannot be converted to ") + name);
      }
    }
  });
  EXPECT_GT(asked, 2'000u);
}

// Wrong types are told before anything else that is wrong, wherever they stand.
TEST_F(declared_parameters, of_a_wrong_type_are_told_before_what_is_missing) {
  for_each_place([&](operation_name operation, const std::string& input, const place& at, const std::string&) {
    if (at.steps.size() != 1 || model_.at(at.shape).type != "string") return;
    EXPECT_EQ(ask(operation, "{\"" + at.steps[0] + "\":[]}").message,
              "Unrecognized collection type class java.lang.String")
        << input;
  });
}

constexpr exception other_choices[] = {
    {"PutItem.ReturnValues", "recorded: AWS names no value here, and UPDATE_NEW by a slip"},
    {"UpdateItem.ReturnValues", "as PutItem"},
    {"DeleteItem.ReturnValues", "as PutItem"},
    {"*.ConditionalOperator",
     "recorded of Query: ALL instead of AND, by a slip; the others as there, or in the older words"},
    {"GetShardIterator.ShardIteratorType", "has AT_TIMESTAMP, which this edition of the model has not"},
};

TEST_F(declared_parameters, that_are_enumerations_take_what_the_model_has) {
  for_each_place([&](operation_name operation, const std::string& input, const place& at, const std::string& name) {
    const shape& s = model_.at(at.shape);
    if (s.choices.empty() || is_among(other_choices, name)) return;
    const std::string words = "Member must satisfy enum value set: [";
    for (const char* unknown : {"\"\"", "\"NEITHER\""}) {
      const std::string body = model_.request(input, at, unknown);
      const told answer = ask(operation, body);
      ASSERT_TRUE(is_told(answer, at, words)) << body << '\n' << answer.message;
      const std::size_t begin = answer.message.find(words) + words.size();
      std::string list = answer.message.substr(begin, answer.message.find(']', begin) - begin) + ", ";
      std::set<std::string> told_choices;
      for (std::size_t end = 0; (end = list.find(", ")) != std::string::npos; list.erase(0, end + 2)) {
        told_choices.insert(list.substr(0, end));
      }
      EXPECT_EQ(told_choices, std::set<std::string>(s.choices.begin(), s.choices.end()));
    }
    for (const std::string& known : s.choices) {
      EXPECT_FALSE(is_told(ask(operation, model_.request(input, at, '"' + known + '"')), at, words)) << known;
    }
  });
}

constexpr exception other_bounds[] = {
    {"*.AttributesToGet.[]", "told as a name in an item is, by another sentence"},
    {"*.ExpressionAttributeNames.{}", "likewise, once an expression uses it"},
    {"BatchWriteItem.RequestItems.{}", "recorded: told of the whole map"},
};

std::string repeated(const std::string& one, long long count) {
  std::string text;
  for (long long i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + one;
  return text;
}

TEST_F(declared_parameters, keep_to_their_bounds) {
  for_each_place([&](operation_name operation, const std::string& input, const place& at, const std::string& name) {
    const shape& s = model_.at(at.shape);
    if (is_among(other_bounds, name) || !s.choices.empty()) return;
    // Observed: a table that may be given by its ARN is checked for 255 characters and the pattern all the same; the model has 1,024, and none.
    if (at.shape == "TableArn" && at.steps.back() == "TableName") return;
    const bool is_number = s.type == "integer" || s.type == "long";
    if (!is_number && s.type != "string" && s.type != "list") return;
    const auto value_of = [&](long long size) {
      if (is_number) return std::to_string(size);
      if (s.type == "string") return '"' + std::string(static_cast<std::size_t>(size), 'a') + '"';
      return "[" + repeated(model_.sample(s.of), size) + "]";
    };
    const std::string words = std::string("Member must have ") + (is_number ? "value " : "length ");
    const auto check = [&](long long bound, long long beyond, const char* which) {
      const std::string constraint = words + which + " than or equal to " + std::to_string(bound);
      if (is_number || beyond >= 0) {
        const told answer = ask(operation, model_.request(input, at, value_of(beyond)));
        EXPECT_TRUE(is_told(answer, at, constraint)) << beyond << ' ' << answer.message.substr(0, 1'000);
      }
      const told answer = ask(operation, model_.request(input, at, value_of(bound)));
      EXPECT_FALSE(is_told(answer, at, words)) << bound << ' ' << answer.message.substr(0, 1'000);
    };
    if (s.least && *s.least > (is_number ? -1'000'000 : 0)) check(*s.least, *s.least - 1, "greater");
    if (s.greatest) check(*s.greatest, *s.greatest + 1, "less");
    if (s.pattern == "[a-zA-Z0-9_.-]+") {
      const told answer = ask(operation, model_.request(input, at, "\"a b;\""));
      EXPECT_TRUE(is_told(answer, at, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"))
          << answer.message;
    }
  });
}

}  // namespace
}  // namespace dynamo::service_model
