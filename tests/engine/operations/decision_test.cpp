// What a write comes to: every kind of write on every kind of old item, under every condition.
#include <engine/operations/decision.hpp>

#include <engine/rows/stored_row.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {
namespace {

using enum attribute_type;
using kind = decision::kind;

table_descriptor plain_table() {
  table_descriptor table;
  table.name = "tab";
  table.key = {{{"pk", S}}, {}};
  return table;
}

table_descriptor indexed_table() {
  table_descriptor table = plain_table();
  index_descriptor index;
  index.name = "by_a";
  index.key = {{{"a", S}}, {}};
  table.indexes.push_back(index);
  derive_indexes(table);
  return table;
}

/// A request that was read, and the batch that its row is for.
class write {
 public:
  write(operation_name operation, const std::string& members)
      : parameters_(
            read_write_item(request(operation, json::buffer(R"({"TableName":"tab",)" + members + "}")), rows_)) {
    EXPECT_TRUE(parameters_) << members << ": " << parameters_.error().message();
  }
  const write_parameters& parameters() const { return *parameters_; }
  decision decide(const table_descriptor& table, std::string_view old_item) {
    if (auto valid = check_update(*parameters_, table); !valid) return decision::refuse(valid.error());
    const json::buffer padded(old_item);
    return engine::decide(*parameters_, table, padded.view(), rows_);
  }
  /// The item that is to be stored.
  std::string item_of(const decision& made) const {
    stored_row row;
    EXPECT_TRUE(read_row(rows_.text(made.row), row));
    return std::string(row.item);
  }
  std::size_t size_of(const decision& made) const {
    stored_row row;
    EXPECT_TRUE(read_row(rows_.text(made.row), row));
    return row.item_size;
  }

 private:
  write_batch rows_;
  result<write_parameters> parameters_;
};

constexpr std::string_view no_item;
constexpr std::string_view same = R"({"pk":{"S":"1"},"v":{"N":"1"}})";  // as the writes below make it
constexpr std::string_view other = R"({"pk":{"S":"1"},"v":{"N":"2"}})";

const std::string put_same = R"("Item":{"v":{"N":"1.0"},"pk":{"S":"1"}})";
const std::string key = R"("Key":{"pk":{"S":"1"}})";
const std::string update_same = key + R"(,"UpdateExpression":"SET v = :v")";

TEST(Decision, OfEveryWriteOnEveryItemUnderEveryCondition) {
  struct {
    operation_name operation;
    std::string members;
    kind on_none, on_same, on_other;
  } const writes[] = {
      {operation_name::put_item, put_same, kind::store, kind::unchanged, kind::store},
      {operation_name::update_item, update_same, kind::store, kind::unchanged, kind::store},
      {operation_name::delete_item, key, kind::unchanged, kind::erase, kind::erase},
  };
  struct {
    std::string expression;
    bool on_none, on_same, on_other;
  } const conditions[] = {
      {"", true, true, true},
      {"attribute_exists(pk)", false, true, true},
      {"attribute_not_exists(pk)", true, false, false},
      {"v = :v", false, true, false},
      {"NOT v = :v", true, false, true},
  };
  for (const auto& w : writes) {
    for (const auto& c : conditions) {
      for (const std::string returns : {"NONE", "ALL_OLD"}) {
        std::string members = w.members + R"(,"ReturnValues":")" + returns + "\"";
        if (!c.expression.empty()) members += R"(,"ConditionExpression":")" + c.expression + "\"";
        if (members.find(":v") != std::string::npos) members += R"(,"ExpressionAttributeValues":{":v":{"N":"1"}})";
        const std::tuple<std::string_view, kind, bool> olds[] = {
            {no_item, w.on_none, c.on_none}, {same, w.on_same, c.on_same}, {other, w.on_other, c.on_other}};
        for (const auto& [old_item, expected, holds] : olds) {
          SCOPED_TRACE(std::string(to_string(w.operation)) + " on '" + std::string(old_item) + "' if " + c.expression);
          write one(w.operation, members);
          const decision made = one.decide(plain_table(), old_item);
          EXPECT_EQ(made.what, holds ? expected : kind::refused);
          EXPECT_EQ(made.refusal.has_value(), !holds);
          if (!holds) {
            EXPECT_EQ(made.refusal->code(), errc::conditional_check_failed);
            EXPECT_EQ(made.refusal->message(), "The conditional request failed");
            EXPECT_EQ(made.refusal->detail().body, "");
          } else if (expected == kind::store) {
            EXPECT_EQ(one.item_of(made), same);
            EXPECT_EQ(one.size_of(made), 2u + 1 + 1 + 2);
          }
        }
      }
    }
  }
}

TEST(Decision, ARefusalShowsTheItemThatWasMetIfItIsAskedFor) {
  const std::string never =
      R"x(,"ConditionExpression":"attribute_exists(not_there)","ReturnValuesOnConditionCheckFailure":"ALL_OLD")x";
  for (const auto& [operation, members] :
       {std::pair{operation_name::put_item, put_same}, std::pair{operation_name::delete_item, key},
        std::pair{operation_name::update_item, key}}) {
    EXPECT_NE(write(operation, members + never)
                  .decide(plain_table(), other)
                  .refusal->detail()
                  .body.find("\"Item\":" + std::string(other)),
              std::string::npos);
    EXPECT_EQ(write(operation, members + never).decide(plain_table(), no_item).refusal->detail().body, "");
  }
}

std::string update_expression(std::string_view text, std::string_view values = "") {
  std::string members = key + R"(,"UpdateExpression":")" + std::string(text) + "\"";
  if (!values.empty()) members += R"(,"ExpressionAttributeValues":)" + std::string(values);
  return members;
}

TEST(Decision, AnUpdateMakesTheItemOfTheOldOneOrOfTheKey) {
  struct {
    std::string members;
    std::string_view old_item;
    kind what;
    std::string_view item;
  } const cases[] = {
      {key, no_item, kind::store, R"({"pk":{"S":"1"}})"},
      {key, other, kind::unchanged, other},
      {update_expression("SET w = v"), other, kind::store, R"({"pk":{"S":"1"},"v":{"N":"2"},"w":{"N":"2"}})"},
      {update_expression("ADD v :n", R"({":n":{"N":"3"}})"), other, kind::store, R"({"pk":{"S":"1"},"v":{"N":"5"}})"},
      {update_expression("ADD v :n", R"({":n":{"N":"3"}})"), no_item, kind::store, R"({"pk":{"S":"1"},"v":{"N":"3"}})"},
      {update_expression("REMOVE v"), other, kind::store, R"({"pk":{"S":"1"}})"},
      {update_expression("REMOVE w"), other, kind::unchanged, other},
      // An update that only takes away makes no item.
      {update_expression("REMOVE v"), no_item, kind::unchanged, ""},
      {update_expression("DELETE v :ss", R"({":ss":{"SS":["x"]}})"), no_item, kind::unchanged, ""},
      {update_expression("REMOVE v SET w = :w", R"({":w":{"S":""}})"), no_item, kind::store,
       R"({"pk":{"S":"1"},"w":{"S":""}})"},
  };
  for (const auto& c : cases) {
    write one(operation_name::update_item, c.members);
    const decision made = one.decide(plain_table(), c.old_item);
    EXPECT_EQ(made.what, c.what) << c.members;
    if (!c.item.empty()) {
      EXPECT_EQ(one.item_of(made), c.item) << c.members;
    }
  }
}

std::string nested(int levels) {
  std::string text = R"({"S":"x"})";
  for (int i = 0; i < levels; ++i) text = R"({"L":[)" + text + "]}";
  return text;
}

TEST(Decision, AnUpdateIsRefusedForWhatItWouldMake) {
  const std::string large = R"({":v":{"S":")" + std::string(300'000, 'x') + R"("}})";
  const std::string large_item = R"({"pk":{"S":"1"},"w":{"S":")" + std::string(200'000, 'x') + R"("}})";
  struct {
    std::string members;
    std::string old_item;
    std::string_view message;
  } const cases[] = {
      {update_expression("SET pk = :v", R"({":v":{"S":"2"}})"), std::string(other),
       "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"},
      {update_expression("REMOVE pk"), "",
       "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"},
      {update_expression("SET w = nowhere"), std::string(other),
       "The provided expression refers to an attribute that does not exist in the item"},
      {update_expression("ADD pk2 :n, v :ss", R"({":n":{"N":"1"},":ss":{"SS":["x"]}})"), std::string(other),
       "An operand in the update expression has an incorrect data type"},
      {update_expression("SET v = :v", large), large_item, "Item size to update has exceeded the maximum allowed size"},
      // The size comes before the condition.
      {update_expression("SET v = :v", large) + R"x(,"ConditionExpression":"attribute_exists(x)")x", large_item,
       "Item size to update has exceeded the maximum allowed size"},
      {update_expression("SET m.x = :v", R"({":v":)" + nested(31) + "}"), R"({"m":{"M":{}},"pk":{"S":"1"}})",
       "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"},
  };
  for (const auto& c : cases) {
    const decision made = write(operation_name::update_item, c.members).decide(plain_table(), c.old_item);
    ASSERT_EQ(made.what, kind::refused) << c.members.substr(0, 200);
    EXPECT_EQ(made.refusal->code(), errc::validation);
    EXPECT_EQ(made.refusal->message(), c.message);
  }
}

TEST(Decision, AnUpdateIsRefusedForWhatAnIndexDoesNotTake) {
  const auto on_a = [](std::string_view text, std::string_view value) {
    write one(operation_name::update_item, update_expression(text, R"({":v":)" + std::string(value) + "}"));
    const decision made = one.decide(indexed_table(), R"({"a":{"S":"x"},"n":{"N":"1"},"pk":{"S":"1"}})");
    return made.refusal ? made.refusal->message() : "accepted";
  };
  EXPECT_EQ(on_a("SET a = :v", R"({"S":"y"})"), "accepted");
  EXPECT_EQ(
      on_a("SET a = :v", R"({"N":"1"})"),
      "One or more parameter values were invalid: Type mismatch for Index Key a Expected: S Actual: N IndexName: by_a");
  EXPECT_EQ(on_a("SET a.b = :v", R"({"S":"y"})"),
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: a");
  // Only the item that is made can tell.
  EXPECT_EQ(on_a("SET a = n, z = :v", R"({"S":"y"})"),
            "The update expression attempted to update the secondary index key to unsupported type");
  EXPECT_EQ(
      on_a("SET a = if_not_exists(b, :v)", R"({"S":""})"),
      "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value "
      "that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.");
}

TEST(Decision, NeedsTheOldItemForWhatItDecidesRecordsOrAnswers) {
  table_descriptor with_stream = plain_table();
  with_stream.stream.emplace();
  struct {
    std::string_view what;
    operation_name operation;
    std::string members;
    table_descriptor table;
    bool needed;
  } const cases[] = {
      {"a blind put", operation_name::put_item, put_same, plain_table(), false},
      {"an answer with the old item", operation_name::put_item, put_same + R"(,"ReturnValues":"ALL_OLD")",
       plain_table(), true},
      {"no answer", operation_name::put_item, put_same + R"(,"ReturnValues":"NONE")", plain_table(), false},
      {"a condition", operation_name::put_item, put_same + R"x(,"ConditionExpression":"attribute_exists(pk)")x",
       plain_table(), true},
      {"capacity", operation_name::put_item, put_same + R"(,"ReturnConsumedCapacity":"TOTAL")", plain_table(), true},
      {"a stream", operation_name::put_item, put_same, with_stream, true},
      {"an index", operation_name::put_item, put_same, indexed_table(), true},
      {"an update", operation_name::update_item, update_expression("REMOVE v"), plain_table(), true},
      {"a delete", operation_name::delete_item, key, plain_table(), true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(needs_old_item(write(c.operation, c.members).parameters(), c.table), c.needed) << c.what;
  }
}

}  // namespace
}  // namespace dynamo::engine
