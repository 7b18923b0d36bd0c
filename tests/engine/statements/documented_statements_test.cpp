// Every form of statement that the PartiQL pages of the Amazon DynamoDB Developer Guide show, on data of our own. The first column names the page:
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/<page>.html.
#include "statement_fixture.hpp"

#include <algorithm>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using dynamo::testing_support::elements;
using dynamo::testing_support::member;
using dynamo::testing_support::text_member;

/// `berths` by a number, `lights` by coast and tower, with an index by colour.
class documented_statements : public statements {
 protected:
  struct documented {
    std::string page;
    std::string text;
    std::string values;
    std::string told;  ///< the whole answer
  };
  struct documented_read {
    std::string page;
    std::string where;  ///< of a SELECT from berths
    std::string found;  ///< the ids; ascending, unless ORDER BY says otherwise
    statement_access access = statement_access::full_scan;
  };

  void SetUp() override {
    statements::SetUp();
    call(operation_name::create_table, R"({"TableName":"berths","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],
      "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
    call(operation_name::create_table, R"({"TableName":"lights","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"coast","AttributeType":"S"},{"AttributeName":"tower","AttributeType":"S"},
      {"AttributeName":"colour","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"coast","KeyType":"HASH"},{"AttributeName":"tower","KeyType":"RANGE"}],
      "GlobalSecondaryIndexes":[{"IndexName":"by-colour","KeySchema":[{"AttributeName":"colour","KeyType":"HASH"}],
        "Projection":{"ProjectionType":"ALL"}}]})");
  }
  void put_berths() {
    put("berths", R"({"id":{"N":"1"},"depth":{"N":"4"},"quay":{"S":"East quay"},"chart":{"B":"AAECAwQF"}})");
    put("berths", R"({"id":{"N":"2"},"depth":{"N":"6.5"},"quay":{"S":"West quay"},"free":{"BOOL":true}})");
    put("berths", R"({"id":{"N":"3"},"depth":{"N":"9"},"quay":{"S":"East mole"},"guest":{"NULL":true},
      "log":{"M":{"ferry":{"M":{"calls":{"L":[{"S":"2024-05-01"},{"S":"2025-01-09"}]}}}}}})");
    put("berths", R"({"id":{"N":"4"},"depth":{"S":"unknown"},"tags":{"SS":["crane","night"]},
      "log":{"M":{"ferry":{"M":{"calls":{"L":[{"S":"2019-11-30"}]}}}}}})");
  }

  void expect_told(const std::vector<documented>& all) {
    for (const documented& one : all) EXPECT_EQ(run(one.text, one.values), one.told) << one.page << ": " << one.text;
  }
  void expect_found(const std::vector<documented_read>& all) {
    for (const documented_read& one : all) {
      const std::string text = "SELECT * FROM berths" + one.where;
      const auto came = send(operation_name::execute_statement, "{" + members(text) + "}");
      ASSERT_TRUE(came) << one.page << ": " << text << ": " << came.error().describe();
      std::vector<std::string> ids;
      for (const std::string& item : elements(member(came->body.view(), "Items").value_or("[]"))) {
        ids.push_back(text_member(member(item, "id").value_or("{}"), "N"));
      }
      if (one.where.find("ORDER BY") == std::string::npos) std::ranges::sort(ids);
      std::string found;
      for (const std::string& id : ids) found += (found.empty() ? "" : " ") + id;
      EXPECT_EQ(found, one.found) << one.page << ": " << text;
      EXPECT_EQ(came->access, one.access) << one.page << ": " << text;
    }
  }
};

const std::string nothing_told = R"({"Items":[]})";
const std::string of_skerry = " WHERE coast = 'north' AND tower = 'Skerry'";

TEST_P(documented_statements, of_an_item_from_insert_to_delete) {
  const std::string key = R"("coast":{"S":"north"},"tower":{"S":"Skerry"})";
  const std::string beam = R"("beam":{"M":{"miles":{"L":[{"N":"18"},{"N":"21"}]}}})";
  const std::string of = of_skerry;
  const std::string set_two = "UPDATE \"lights\" SET lamps=2 SET beam={'miles':[18, 21]}" + of;
  expect_told({
      {"ql-reference.insert", "INSERT INTO \"lights\" value {'coast' : 'north','tower' : 'Skerry'}", "", nothing_told},
      {"ql-reference.insert", "INSERT INTO lights VALUE {'coast': 'north', 'tower': 'Skerry'}", "",
       "duplicate_item: Duplicate primary key exists in table"},
      {"ql-gettingstarted", "SELECT * FROM lights" + of, "", R"({"Items":[{)" + key + "}]}"},
      {"ql-gettingstarted", "SELECT *   \n FROM lights\n WHERE coast=? and tower=?", R"({"S":"north"},{"S":"Skerry"})",
       R"({"Items":[{)" + key + "}]}"},
      {"ql-reference.update", set_two + " RETURNING ALL OLD *", "", R"({"Items":[{)" + key + "}]}"},
      {"ql-reference.update", set_two + " RETURNING ALL NEW *", "",
       R"({"Items":[{)" + beam + "," + R"("coast":{"S":"north"},"lamps":{"N":"2"},"tower":{"S":"Skerry"}}]})"},
      {"ql-reference.update", "UPDATE lights SET lamps=3" + of + " RETURNING MODIFIED OLD *", "",
       R"({"Items":[{"lamps":{"N":"2"}}]})"},
      {"ql-reference.update", "UPDATE lights SET lamps=4" + of + " RETURNING MODIFIED NEW *", "",
       R"({"Items":[{"lamps":{"N":"4"}}]})"},
      {"ql-gettingstarted", "UPDATE lights set lamps=5 set beam={'miles':[18, 21]}  where coast=? and tower=?",
       R"({"S":"north"},{"S":"Skerry"})", nothing_told},
      {"ql-reference.update", "UPDATE \"lights\" \nSET beam.miles =list_append(beam.miles,[24])  \n" + of, "",
       nothing_told},
      {"ql-reference.update", "UPDATE \"lights\" REMOVE beam.miles[1]" + of, "", nothing_told},
      {"ql-reference.update", "UPDATE \"lights\" SET beam.Sectors=[3]" + of, "", nothing_told},
      {"ql-reference.update", "UPDATE \"lights\" SET keepers =<<'Ann', 'Bo'>>" + of, "", nothing_told},
      {"ql-reference.update", "UPDATE \"lights\" SET keepers =set_add(keepers, <<'Cy'>>)" + of, "", nothing_told},
      {"ql-reference.update", "UPDATE lights SET lamps=1 WHERE coast='south' AND tower='none'", "",
       "conditional_check_failed: The conditional request failed"},
      {"ql-gettingstarted", "SELECT * FROM lights  where coast=? and tower=?", R"({"S":"north"},{"S":"Skerry"})",
       R"({"Items":[{"beam":{"M":{"Sectors":{"L":[{"N":"3"}]},"miles":{"L":[{"N":"18"},{"N":"24"}]}}},)"
       R"("coast":{"S":"north"},"keepers":{"SS":["Ann","Bo","Cy"]},"lamps":{"N":"5"},"tower":{"S":"Skerry"}}]})"},
      {"ql-reference.delete", "DELETE FROM \"lights\" WHERE \"coast\" = 'north' AND \"tower\" = 'none'", "",
       nothing_told},
      {"ql-reference.delete", "DELETE FROM \"lights\"" + of + " AND lamps = 7", "",
       "conditional_check_failed: The conditional request failed"},
      {"ql-reference.update", "UPDATE lights REMOVE beam REMOVE keepers REMOVE lamps" + of, "", nothing_told},
      {"ql-reference.delete", "DELETE FROM \"lights\"" + of + " RETURNING ALL OLD *", "",
       R"({"Items":[{)" + key + "}]}"},
      {"ql-gettingstarted", "DELETE  FROM lights  where coast=? and tower=?", R"({"S":"north"},{"S":"Skerry"})",
       nothing_told},
  });
}

TEST_P(documented_statements, of_data_types) {
  const std::string of = " WHERE id='t'";
  expect_told({
      {"ql-reference.data-types",
       "INSERT INTO people value {'id':'t', \n'n':12,\n'm' : {'one': 'x', 'two': 2}, \n'l': [6,'text'], \n"
       "'ns':<<7,-2,0.25>>, \n'ss':<<'x','y'>>\n}",
       "", nothing_told},
      {"ql-reference.data-types",
       "UPDATE people \nSET n=n + 30 \nSET m.more=[8, 'text', 0.5]\nSET l = LIST_APPEND(l, [9, <<'p', 'q'>>])\n"
       "SET ns= SET_ADD(ns, <<11, 0.75>>)\nSET ss = SET_ADD(ss, <<'z'>>)" +
           of + " RETURNING ALL NEW *",
       "",
       R"({"Items":[{"id":{"S":"t"},"l":{"L":[{"N":"6"},{"S":"text"},{"N":"9"},{"SS":["p","q"]}]},)"
       R"("m":{"M":{"more":{"L":[{"N":"8"},{"S":"text"},{"N":"0.5"}]},"one":{"S":"x"},"two":{"N":"2"}}},)"
       R"("n":{"N":"42"},"ns":{"NS":["-2","0.25","0.75","7","11"]},"ss":{"SS":["x","y","z"]}}]})"},
      {"ql-reference.data-types",
       "UPDATE people \nSET n=n - 1\nREMOVE l[1]\nREMOVE m.more\nSET ns = SET_DELETE( ns, <<11>>)\n"
       "SET ss = SET_DELETE( ss, <<'x'>>)" +
           of + " RETURNING ALL NEW *",
       "",
       R"({"Items":[{"id":{"S":"t"},"l":{"L":[{"N":"6"},{"N":"9"},{"SS":["p","q"]}]},)"
       R"("m":{"M":{"one":{"S":"x"},"two":{"N":"2"}}},)"
       R"("n":{"N":"41"},"ns":{"NS":["-2","0.25","0.75","7"]},"ss":{"SS":["y","z"]}}]})"},
      {"ql-reference.data-types",
       "INSERT INTO people VALUE {'id':'u','a':TRUE,'b':false,'c':Null,'d':1.0,'e':1e0,'f':-3,'g':0,'h':'it''s','i':[],'j':{}}",
       "", nothing_told},
      {"ql-reference.data-types", "SELECT * FROM people WHERE id='u'", "",
       R"({"Items":[{"a":{"BOOL":true},"b":{"BOOL":false},"c":{"NULL":true},"d":{"N":"1"},"e":{"N":"1"},"f":{"N":"-3"},)"
       R"("g":{"N":"0"},"h":{"S":"it's"},"i":{"L":[]},"id":{"S":"u"},"j":{"M":{}}}]})"},
      {"ql-reference.data-types", "UPDATE people SET k=?, l=? WHERE id='u' RETURNING MODIFIED NEW *",
       R"({"B":"AAE="},{"BS":["AQ=="]})", R"({"Items":[{"k":{"B":"AAE="},"l":{"BS":["AQ=="]}}]})"},
  });
}

TEST_P(documented_statements, that_select) {
  using enum statement_access;
  put_berths();
  const std::vector<documented_read> reads{
      {"ql-reference.select", "", "1 2 3 4"},
      {"ql-reference.select", " WHERE id = 1", "1", whole_key},
      {"ql-reference.select", " WHERE id = 1 and quay='East quay'", "1", partitions},
      {"ql-reference.select", " WHERE id = 1 or id = 2", "1 2", partitions},
      {"ql-reference.select", " WHERE id IN [1, 3, 77]", "1 3", partitions},
      {"ql-reference.select", " WHERE id > 1", "2 3 4"},
      {"ql-reference.select", " WHERE quay='West quay'", "2"},
      {"ql-reference.select", " WHERE id = 1 OR quay='West quay'", "1 2"},
      {"ql-reference.select", " WHERE id IN [1, 2, 3] ORDER BY id DESC", "3 2 1", partitions},
      {"ql-reference.select", " WHERE id IN [3, 1, 2] ORDER BY id", "1 2 3", partitions},
      {"ql-reference.select", " WHERE id IN [3, 1, 2] ORDER BY id ASC", "1 2 3", partitions},
      {"ql-reference.select", " WHERE depth > 5", "2 3"},
      {"ql-reference.select", " WHERE depth IN [4, 9]", "1 3"},
      {"ql-reference.select", " WHERE depth BETWEEN 4 AND 6.5", "1 2"},
      {"ql-reference.select", " WHERE log.ferry.calls[0] >= '2020'", "3"},
      {"ql-functions.size", " WHERE id=1 AND size(chart) >5", "1", partitions},
      {"ql-functions.size", " WHERE size(\"quay\") = 9", "1 2 3"},
      {"ql-functions.attribute_type", " WHERE attribute_type(\"depth\", 'N')", "1 2 3"},
      {"ql-functions.attribute_type", " WHERE attribute_type(\"chart\", 'B') OR attribute_type(tags, 'SS')", "1 4"},
      {"ql-functions.beginswith", " WHERE \"id\"=3 AND begins_with(\"quay\", 'East')", "3", partitions},
      {"ql-functions.beginswith", " WHERE begins_with(quay, 'East')", "1 3"},
      {"ql-functions.contains", " WHERE \"id\"=2 AND contains(\"quay\", 'quay')", "2", partitions},
      {"ql-functions.contains", " WHERE contains(tags, 'crane') OR contains(log.ferry.calls, '2025-01-09')", "3 4"},
      {"ql-functions.missing", " WHERE \"quay\" is MISSING", "4"},
      {"ql-functions.missing", " WHERE quay IS NOT MISSING", "1 2 3"},
      {"ql-operators", " WHERE depth = 4", "1"},
      {"ql-operators", " WHERE depth <> 4", "2 3 4"},
      {"ql-operators", " WHERE depth != 4", "2 3 4"},
      {"ql-operators", " WHERE depth > 6.5", "3"},
      {"ql-operators", " WHERE depth < 6.5", "1"},
      {"ql-operators", " WHERE depth >= 6.5", "2 3"},
      {"ql-operators", " WHERE depth <= 6.5", "1 2"},
      {"ql-operators", " WHERE depth > 4 AND quay = 'West quay' AND free = true", "2"},
      {"ql-operators", " WHERE depth > 6.5 OR quay IS MISSING OR chart IS NOT MISSING", "1 3 4"},
      {"ql-operators", " WHERE NOT depth > 4 AND NOT id = 4", "1"},
      {"ql-operators", " WHERE guest IS NULL", "3"},
      {"ql-operators", " WHERE guest IS NOT NULL AND depth IS STRING", "4"},
      {"ql-operators", " WHERE depth IS DECIMAL AND free IS BOOLEAN", "2"},
      {"ql-operators", " WHERE log IS STRUCT AND log.ferry.calls IS LIST", "3 4"},
      {"ql-operators", " WHERE tags IS BAG OR chart IS BLOB", "1 4"},
  };
  expect_found(reads);
}

TEST_P(documented_statements, that_select_attributes_and_from_an_index) {
  put_berths();
  put("lights", R"({"coast":{"S":"north"},"tower":{"S":"Skerry"},"colour":{"S":"red"}})");
  put("lights", R"({"coast":{"S":"south"},"tower":{"S":"Point"},"colour":{"S":"white"}})");
  expect_told({
      {"ql-reference.select", "SELECT id, depth\nFROM \"berths\"\nWHERE id = 1", "",
       R"({"Items":[{"depth":{"N":"4"},"id":{"N":"1"}}]})"},
      {"ql-reference.select", "SELECT id, depth FROM \"berths\" WHERE id = 1 OR id = 2", "",
       R"({"Items":[{"depth":{"N":"4"},"id":{"N":"1"}},{"depth":{"N":"6.5"},"id":{"N":"2"}}]})"},
      {"ql-reference.select", "SELECT log.ferry.calls[0] \nFROM berths \nWHERE id= 3", "",
       R"({"Items":[{"calls[0]":{"S":"2024-05-01"}}]})"},
      {"ql-reference.select", "SELECT log FROM berths WHERE log.ferry.calls[1] >= '2025'", "",
       R"({"Items":[{"log":{"M":{"ferry":{"M":{"calls":{"L":[{"S":"2024-05-01"},{"S":"2025-01-09"}]}}}}}}]})"},
      {"ql-reference.select", "SELECT * \nFROM \"lights\".\"by-colour\"\nWHERE colour = 'white'", "",
       R"({"Items":[{"coast":{"S":"south"},"colour":{"S":"white"},"tower":{"S":"Point"}}]})"},
  });
}

// IN takes a list that is written out, in either kind of brackets. Its members may be parameters. A parameter in place of the list is documented
// nowhere; one inside of it that is a list is one value.
TEST_P(documented_statements, of_IN_take_a_list_that_is_written_out) {
  put_berths();
  put("berths", R"({"id":{"N":"5"},"quay":{"L":[{"S":"a"},{"S":"b"}]}})");
  const auto ids_of = [&](std::string_view text, std::string_view values) {
    const auto came = answer_to(text, values);
    std::string found;
    for (const std::string& item : elements(member(came.body, "Items").value_or("[]"))) {
      found += text_member(member(item, "id").value_or("{}"), "N") + " ";
    }
    return came.ok ? found : came.to_string();
  };
  EXPECT_EQ(ids_of("SELECT * FROM berths WHERE id IN [1, 2]", ""), "1 2 ");
  EXPECT_EQ(ids_of("SELECT * FROM berths WHERE id IN (1, 2)", ""), "1 2 ");
  EXPECT_EQ(ids_of("SELECT * FROM berths WHERE id IN [?, ?]", R"({"N":"2"},{"N":"1"})"), "2 1 ");
  EXPECT_EQ(ids_of("SELECT * FROM berths WHERE id IN (?)", R"({"N":"2"})"), "2 ");
  EXPECT_EQ(ids_of("SELECT * FROM berths WHERE quay IN (?)", R"({"L":[{"S":"East quay"},{"S":"West quay"}]})"), "");
  EXPECT_EQ(ids_of("SELECT * FROM berths WHERE quay IN [?]", R"({"L":[{"S":"a"},{"S":"b"}]})"), "5 ");
  EXPECT_EQ(
      ids_of("SELECT * FROM berths WHERE id IN ?", R"({"L":[{"N":"1"},{"N":"2"}]})"),
      "validation: A parameter is one value, not the list of IN: write IN [?, ?], with a parameter for each value at "
      "1:34:1");
}

// "ql-operators": at most 50 values of the partition key, 100 of other attributes.
TEST_P(documented_statements, of_IN_have_50_partition_keys_or_100_other_values) {
  put_berths();
  const auto counted = [&](const std::string& attribute, int values) {
    std::string list = "1";
    for (int i = 2; i <= values; ++i) list += "," + std::to_string(i);
    const auto came = answer_to("SELECT id FROM berths WHERE " + attribute + " IN [" + list + "]");
    return came.ok ? std::to_string(elements(member(came.body, "Items").value_or("[]")).size()) : came.to_string();
  };
  EXPECT_EQ(counted("id", 50), "4");
  EXPECT_EQ(counted("id", 51), "validation: IN takes at most 50 values of the partition key id, and has 51");
  EXPECT_EQ(counted("depth", 100), "2");
  EXPECT_EQ(counted("depth", 101),
            "validation: Incorrect number of operands for operator or function; operator or function: IN, number of "
            "operands: 101");
}

// "ql-functions.exists": in transactions, with the whole key and a further condition.
TEST_P(documented_statements, of_transactions) {
  put("lights", R"({"coast":{"S":"west"},"tower":{"S":"Head"}})");
  put("lights", R"({"coast":{"S":"north"},"tower":{"S":"Skerry"}})");
  const std::string body =
      R"j({"TransactStatements":[{"Statement":"EXISTS(SELECT * FROM \"lights\" where coast='west' and )j"
      R"j(tower='Head' and lamps is  MISSING)"},)j"
      R"({"Statement":"INSERT INTO lights value {'coast':?,'tower':?}","Parameters":[{"S":"east"},{"S":"Ness"}]},)"
      R"({"Statement":"UPDATE \"lights\" SET lamps=1 SET beam={'miles':[18, 21]}  where coast='north' and tower='Skerry'"}]})";
  EXPECT_EQ(call(operation_name::execute_transaction, body), R"({"Responses":[]})");
  EXPECT_EQ(transact({"SELECT tower FROM lights WHERE coast='east' AND tower='Ness'",
                      "SELECT lamps FROM lights WHERE coast='north' AND tower='Skerry'"}),
            R"({"Responses":[{"Item":{"tower":{"S":"Ness"}}},{"Item":{"lamps":{"N":"1"}}}]})");
  const auto again = testing_support::to_answer(send(operation_name::execute_transaction, body));
  EXPECT_EQ(again.code, errc::transaction_canceled);
  EXPECT_EQ(
      member(again.body, "CancellationReasons"),
      R"([{"Code":"None"},{"Code":"DuplicateItem","Message":"Duplicate primary key exists in table"},{"Code":"None"}])");
  EXPECT_EQ(transact({"EXISTS(\n    SELECT * FROM \"lights\" \n    WHERE \"coast\" = 'west' AND \"tower\" = 'Head')"}),
            "validation: Validation failed in TransactStatements[0]: EXISTS() must contain a single item read with "
            "additional condition")
      << "the page's own example has no further condition";
}

// "ql-reference.multiplestatements.batching": all read or all write.
TEST_P(documented_statements, of_batches) {
  put("lights", R"({"coast":{"S":"north"},"tower":{"S":"Skerry"}})");
  EXPECT_EQ(
      call(
          operation_name::batch_execute_statement,
          R"({"Statements":[{"Statement":"INSERT INTO lights VALUE {'coast':?,'tower':?}","Parameters":[{"S":"east"},{"S":"Ness"}]},)"
          R"({"Statement":"UPDATE lights SET lamps=1, beam={'miles':[18, 21]} WHERE coast='north' AND tower='Skerry'"}]})"),
      R"({"Responses":[{"TableName":"lights"},{"TableName":"lights"}]})");
  EXPECT_EQ(batch({"SELECT tower FROM lights WHERE coast='east' AND tower='Ness'",
                   "SELECT beam.miles[1] FROM lights WHERE coast='north' AND tower='Skerry'"}),
            R"({"Responses":[{"TableName":"lights","Item":{"tower":{"S":"Ness"}}},)"
            R"({"TableName":"lights","Item":{"miles[1]":{"N":"21"}}}]})");
}

INSTANTIATE_TEST_SUITE_P(calls, documented_statements, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(starts, documented_statements, ::testing::Values(true));

}  // namespace
