#include <dynamo/streams/change.hpp>

#include "records.hpp"

#include <dynamo/table/condition.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace {

using namespace dynamo::test;
using dynamo::change_kind;
using dynamo::errc;
using dynamo::image_state;
using dynamo::read_changes;

enum class genre { drama, comedy };
struct inner {
  std::string street;
  std::optional<int> house;
};
struct everything {
  std::string id;
  double ratio = 0;
  dynamo::binary bytes;
  bool on = false;
  std::optional<std::string> nothing;
  inner address;
  std::vector<std::string> list;
  std::set<std::string> words;
  std::set<int> numbers;
  std::map<std::string, int> counts;
  genre kind = genre::drama;
};
constexpr const char* every_type =
    R"({"id":{"S":"a"},"ratio":{"N":"2.5"},"bytes":{"B":"AAE="},"on":{"BOOL":true},"nothing":{"NULL":true},)"
    R"("address":{"M":{"street":{"S":"Main"},"house":{"N":"7"}}},"list":{"L":[{"S":"x"},{"S":"y"}]},)"
    R"("words":{"SS":["b","a"]},"numbers":{"NS":["3","1"]},"counts":{"M":{"k":{"N":"1"}}},"kind":{"S":"comedy"},)"
    R"("unknown":{"L":[{"M":{"deep":{"BS":["AA=="]}}}]}})";

template <class T>
std::vector<dynamo::change<T>> read(const std::string& text) {
  auto changes = read_changes<T>(text);
  EXPECT_TRUE(changes) << changes.error().describe() << '\n' << text;
  return changes ? std::move(*changes) : std::vector<dynamo::change<T>>();
}

TEST(change, says_what_happened) {
  record_parts modify;
  modify.name = "MODIFY";
  modify.new_image = R"({"id":{"S":"a"},"age":{"N":"8"}})";
  modify.old_image = R"({"age":{"N":"7"},"id":{"S":"a"}})";
  record_parts remove;
  remove.name = "REMOVE";
  remove.number = "100000000003498069979";
  remove.old_image = modify.new_image;
  const auto changes = read<person>(records({insert("100000000003498069977", modify.old_image), modify, remove}));
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].kind, change_kind::insert);
  EXPECT_EQ(changes[1].kind, change_kind::modify);
  EXPECT_EQ(changes[2].kind, change_kind::remove);
  EXPECT_TRUE(changes[0].old_image.absent());
  EXPECT_EQ(changes[0].new_image->age, 7);
  EXPECT_EQ(changes[1].old_image->age, 7);
  EXPECT_EQ(changes[1].new_image->age, 8);
  EXPECT_EQ(changes[2].old_image->age, 8);
  EXPECT_TRUE(changes[2].new_image.absent());
  EXPECT_EQ(changes[1].sequence_number.to_string(), "100000000003498069978");
  EXPECT_LT(changes[1].sequence_number, changes[2].sequence_number);
  EXPECT_EQ(changes[0].event_id(), "4b25bd0da9a181a155114127e4837252");
  EXPECT_EQ(changes[2].region(), "eu-west-2");
  EXPECT_EQ(changes[0].stream_arn(), "");
  EXPECT_EQ(changes[0].size_bytes, 26u);
  EXPECT_EQ(changes[0].view, dynamo::stream_view::new_and_old_images);
  EXPECT_FALSE(changes[0].by_ttl);
  EXPECT_FALSE(changes[0].after_gap);
}

TEST(change, every_attribute_type_is_read) {
  const auto changes = read<everything>(records({insert("1", every_type)}));
  ASSERT_EQ(changes.size(), 1u);
  ASSERT_TRUE(changes[0].new_image) << changes[0].new_image.problem()->describe();
  const everything& e = *changes[0].new_image;
  EXPECT_EQ(e.ratio, 2.5);
  EXPECT_EQ(e.bytes, dynamo::to_binary(std::string_view("\0\1", 2)));
  EXPECT_TRUE(e.on);
  EXPECT_FALSE(e.nothing.has_value());
  EXPECT_EQ(e.address.street, "Main");
  EXPECT_EQ(e.address.house, 7);
  EXPECT_EQ(e.list, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(e.words, (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(e.numbers, (std::set<int>{1, 3}));
  EXPECT_EQ(e.counts.at("k"), 1);
  EXPECT_EQ(e.kind, genre::comedy);
}

// Which attribute followed which is remembered from record to record, so the orders change in mid-text.
TEST(change, attributes_come_in_any_order) {
  struct five {
    int a = 0, b = 0, c = 0, d = 0;
    std::optional<int> e;
  };
  dynamo::testing_support::for_each_seed(20, [](std::mt19937_64& random) {
    std::vector<std::string> names{"a", "b", "c", "d", "e", "x", "y"};
    std::vector<record_parts> all;
    std::vector<bool> with_e;
    for (int i = 0; i < 100; ++i) {
      if (random() % 3 == 0) std::shuffle(names.begin(), names.end(), random);
      with_e.push_back(random() % 2 == 0);
      std::string image;
      for (const std::string& name : names) {
        if (name == "e" && !with_e.back()) continue;
        image +=
            (image.empty() ? "{\"" : ",\"") + name + R"(":{"N":")" + std::to_string(i * 10 + name[0] - 'a') + "\"}";
      }
      all.push_back(insert(std::to_string(i + 1), image + "}"));
    }
    const auto changes = read<five>(records(all));
    ASSERT_EQ(changes.size(), 100u);
    for (int i = 0; i < 100; ++i) {
      const auto& image = changes[static_cast<std::size_t>(i)].new_image;
      ASSERT_TRUE(image) << image.problem()->describe();
      EXPECT_EQ(image->a, i * 10);
      EXPECT_EQ(image->b, i * 10 + 1);
      EXPECT_EQ(image->c, i * 10 + 2);
      EXPECT_EQ(image->d, i * 10 + 3);
      EXPECT_EQ(image->e, with_e[static_cast<std::size_t>(i)] ? std::optional(i * 10 + 4) : std::nullopt);
    }
  });
}

TEST(change, an_item_of_any_shape_is_read_as_attribute_values) {
  const auto changes = read<dynamo::item>(records({insert("1", every_type)}));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].new_image->size(), 12u);
  EXPECT_EQ(changes[0].new_image->at("ratio"), dynamo::attribute_value(dynamo::number::parse("2.5").value()));
}

// The sample event of AWS's documentation for functions: three-digit sequence numbers, a number as the key.
TEST(change, a_lambda_event_is_read) {
  const std::string event =
      R"({"Records": [ {"eventID": "1", "eventVersion": "1.0", "dynamodb": {"Keys": {"Id": {"N": "101"}},)"
      R"( "NewImage": {"Message": {"S": "New item!"}, "Id": {"N": "101"}}, "StreamViewType": "NEW_IMAGE",)"
      R"( "SequenceNumber": "111", "SizeBytes": 26}, "awsRegion": "us-west-2", "eventName": "INSERT",)"
      R"( "eventSourceARN": "arn:aws:dynamodb:us-east-1:111122223333:table/T/stream/2024", "eventSource": "aws:dynamodb"},)"
      "\n  "
      R"({"eventID": "2", "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},)"
      R"( "eventName": "REMOVE", "awsRegion": "us-west-2", "dynamodb": {"SequenceNumber": "222", "SizeBytes": 59,)"
      R"( "Keys": {"Id": {"N": "102"}}, "StreamViewType": "KEYS_ONLY"},)"
      R"( "eventSourceARN": "arn:aws:dynamodb:us-east-1:111122223333:table/T/stream/2024"} ],)"
      R"( "window": {"start": "2020-12-09T07:04:00Z"}, "isFinalInvokeForWindow": false} )";
  struct message {
    std::int64_t Id = 0;
    std::string Message;
  };
  const auto changes = read<message>(event);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].new_image->Message, "New item!");
  EXPECT_EQ(changes[0].stream_arn(), "arn:aws:dynamodb:us-east-1:111122223333:table/T/stream/2024");
  EXPECT_EQ(changes[1].stream_arn(), changes[0].stream_arn());
  EXPECT_FALSE(changes[0].time.has_value());
  EXPECT_FALSE(changes[0].by_ttl);
  EXPECT_TRUE(changes[1].by_ttl);
  EXPECT_EQ(changes[1].key<&message::Id>().value(), 102);
  EXPECT_TRUE(changes[1].old_image.absent());
}

TEST(change, only_dynamodbs_own_service_identity_is_a_ttl_delete) {
  struct row {
    const char* identity;
    bool by_ttl;
  };
  for (const row& r : {row{R"({"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})", true},
                       row{R"({"type":"Service","principalId":"dynamodb.amazonaws.com"})", true},
                       row{R"({"Type":"Service"})", false}, row{R"({"PrincipalId":"dynamodb.amazonaws.com"})", false},
                       row{R"({"Type":"Service","PrincipalId":"replication.dynamodb.amazonaws.com"})", false},
                       row{R"({"Type":"User","PrincipalId":"dynamodb.amazonaws.com"})", false}, row{"null", false},
                       row{R"({"Type":null,"PrincipalId":["x"]})", false}}) {
    record_parts parts;
    parts.name = "REMOVE";
    parts.identity = r.identity;
    EXPECT_EQ(read<person>(records({parts})).at(0).by_ttl, r.by_ttl) << r.identity;
  }
}

TEST(change, the_time_is_an_integer_a_real_or_absent) {
  using namespace std::chrono_literals;
  struct row {
    const char* json;
    std::optional<std::chrono::microseconds> since;
  };
  for (const row& r :
       {row{"1480642020", 1480642020s}, row{"1480642020.25", 1480642020250ms}, row{"1.48064202E9", 1480642020s},
        row{"0", 0s}, row{"", std::nullopt}, row{"null", std::nullopt}}) {
    record_parts parts;
    parts.time = r.json;
    const auto time = read<person>(records({parts})).at(0).time;
    EXPECT_EQ(time ? std::optional(time->time_since_epoch()) : std::nullopt, r.since) << r.json;
  }
}

TEST(change, keys_are_typed_and_always_there) {
  record_parts parts;
  parts.name = "REMOVE";
  parts.view = "KEYS_ONLY";
  parts.keys = R"({"age":{"N":"7"},"id":{"S":"caf\u00e9 \"x\""}})";
  const auto changes = read<person>(records({parts}));
  EXPECT_EQ(changes.at(0).key<&person::id>().value(), "café \"x\"");
  EXPECT_EQ(changes.at(0).key<&person::age>().value(), 7);
  EXPECT_EQ(changes.at(0).key(dynamo::attr<&person::age>).value(), 7);
  EXPECT_EQ(changes.at(0).view, dynamo::stream_view::keys_only);
  struct other {
    int id = 0;
    std::string name;
  };
  const auto wrong = read<other>(records({parts}));
  EXPECT_EQ(wrong.at(0).key<&other::id>().error().code(), errc::decoding);
  EXPECT_NE(wrong.at(0).key<&other::id>().error().message().find("`id`"), std::string::npos);
  EXPECT_EQ(wrong.at(0).key<&other::name>().error().code(), errc::invalid_argument);
}

// The seed's fault: removed and keys-only items became all-default models, ids beyond 32 bits became 0, and one bad record blocked
// a shard for a day.
TEST(change, a_poison_image_spoils_nothing_but_itself) {
  struct row {
    const char* image;
    const char* words;
  };
  const std::string good = R"({"id":{"S":"a"},"age":{"N":"7"}})";
  for (const row& r : {row{R"({"id":{"S":"a"},"age":{"S":"seven"}})", "attribute `age`: expected a value of type N"},
                       row{R"({"id":{"S":"a"},"age":{"N":"99999999999"}})", "attribute `age`: "},
                       row{R"({"id":{"S":"a"},"age":{"N":"seven"}})", "attribute `age`: "},
                       row{R"({"id":{"S":"a"}})", "attribute `age`: is missing"}, row{R"({})", "is missing"},
                       row{R"({"id":{"S":"a"},"age":{"X":"7"},"z":{"S":"\u00e9"}})", "attribute `age`: "},
                       row{R"({"id":{"S":"a"},"age":7})", "attribute `age`: "},
                       row{R"({"id":{"S":5},"age":{"N":"7"}})", "attribute `id`: "},
                       row{R"({"id":{"S":"a"},"age":{"N":"7","S":"7"}})", "attribute `age`: "},
                       row{R"("text")", "the image is no item"}}) {
    record_parts poison;
    poison.name = "MODIFY";
    poison.number = "12";
    poison.new_image = r.image;
    poison.old_image = good;
    const auto changes = read<person>(records({insert("11", good), poison, insert("13", good)}));
    ASSERT_EQ(changes.size(), 3u) << r.image;
    EXPECT_EQ(changes[0].new_image->age, 7);
    EXPECT_EQ(changes[1].new_image.state(), image_state::wrong) << r.image;
    ASSERT_NE(changes[1].new_image.problem(), nullptr) << r.image;
    EXPECT_EQ(changes[1].new_image.problem()->code(), errc::decoding);
    EXPECT_NE(changes[1].new_image.problem()->message().find(r.words), std::string::npos)
        << changes[1].new_image.problem()->message();
    EXPECT_EQ(changes[1].old_image->age, 7);
    EXPECT_EQ(changes[1].sequence_number.to_string(), "12");
    EXPECT_EQ(changes[1].key<&person::id>().value(), "a");
    EXPECT_EQ(changes[2].new_image->age, 7);
  }
}

TEST(change, what_is_no_json_is_an_error_that_names_the_place) {
  const std::string good = records({insert("1", R"({"id":{"S":"a"},"age":{"N":"7"}})"), insert("2", "{}")});
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto cut = read_changes<person>(good.substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code(), errc::decoding);
  }
  struct row {
    std::string text;
    const char* words;
  };
  record_parts odd;
  odd.name = "UPSERT";
  record_parts no_number;
  no_number.number = "x";
  for (const row& r :
       {row{good.substr(0, good.size() - 40), "record 1"},
        row{"7", "an object was expected at byte 0"},
        row{"[7]", "record 0: an object was expected at byte 1"},
        row{"{}", "there is no member `Records`"},
        row{good + "x", "something follows"},
        row{R"({"Records":[{}]})", "record 0: has no eventName"},
        row{R"({"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{}}}]})", "has no SequenceNumber"},
        row{R"({"Records":[{"eventName":"INSERT","dynamodb":{}}]})", "has no Keys"},
        row{records({record_parts(), odd}), "record 1: eventName: `UPSERT` is none of INSERT, MODIFY and REMOVE"},
        row{records({no_number}), "record 0: dynamodb.SequenceNumber: `x` is not a sequence number"},
        row{R"({"Records":[{"eventID":7}]})", "record 0: has no eventName"},  // what only informs is passed over
        row{R"({"Records":[{"awsRegion":{}}]})", "record 0: has no eventName"},
        row{R"({"Records":[{"eventID":"a}]})", "record 0: eventID: "},
        row{R"({"Records":[{"dynamodb":[]}]})", "record 0: dynamodb: an object was expected"},
        row{R"({"Records":[{"dynamodb":{"SizeBytes":"26"}}]})", "record 0: has no eventName"},
        row{R"({"Records":[{"dynamodb":{"SizeBytes":-}}]})", "record 0: dynamodb.SizeBytes: "},
        row{R"({"Records":[{"dynamodb":{"Keys":[]}}]})", "record 0: dynamodb.Keys: an object was expected"},
        row{R"({"Records":[{"dynamodb":{"NewImage":{"a":}}}]})", "record 0: dynamodb.NewImage: "},
        row{R"({"Records":[{"dynamodb":{"Keys":{"a"}}}]})", "record 0: dynamodb.Keys: "},
        row{R"({"Records":[{"dynamodb":{"ApproximateCreationDateTime":9e99}}]})", "record 0: has no eventName"},
        row{R"({"Records":[{"userIdentity":{"type":}}]})", "record 0: userIdentity: "},
        row{R"({"Records":{}})", "an array was expected"},
        row{"", "ends too early"},
        row{R"({"Records":[7]})", "record 0: an object was expected"},
        row{"{\"Records\":[\"\xff\"]}", "not valid UTF-8"}}) {
    const auto changes = read_changes<person>(r.text);
    ASSERT_FALSE(changes) << r.text;
    EXPECT_NE(changes.error().message().find(r.words), std::string::npos) << changes.error().message();
  }
}

// What a function reports must be the text that it was given, and some hosts write numbers of a fixed width.
TEST(change, a_sequence_number_is_repeated_as_it_was_spelt) {
  for (const char* spelt : {"1", "000000000000000000013", "100000000003498069978", "0",
                            "0000000000000000000000000000000000000001", "1234567890123456789012345678901234567890"}) {
    record_parts parts;
    parts.number = spelt;
    EXPECT_EQ(read<person>(records({parts})).at(0).sequence_number_text(), spelt);
  }
  EXPECT_EQ(dynamo::change<person>().sequence_number_text(), "0");
}

// Each member that AWS may add, or write in a way of its own, is none of ours.
TEST(change, unknown_members_are_passed_over_wherever_they_stand) {
  const auto changes = read<person>(
      R"({"new":{"Records":[1]},"Records":[{"recordFormat":null,"tableName":"T","eventID":"1","more":[{}],"eventName":"INSERT",)"
      R"("dynamodb":{"x":{"Keys":{}},"Keys":{"id":{"S":"a"}},"NewImage":{"id":{"S":"a"},"age":{"N":"7"},"zip":{"M":{}}},)"
      R"("SequenceNumber":"5","ApproximateCreationDateTime":"soon"},"userIdentity":{"type":"User","arn":{}}}],"window":[]})");
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].new_image->age, 7);
  EXPECT_FALSE(changes[0].time.has_value());
  EXPECT_EQ(changes[0].view, dynamo::stream_view::none);
}

TEST(change, every_view_type_is_known) {
  using dynamo::stream_view;
  for (const auto& [name, view] :
       {std::pair("KEYS_ONLY", stream_view::keys_only), std::pair("NEW_IMAGE", stream_view::new_image),
        std::pair("OLD_IMAGE", stream_view::old_image),
        std::pair("NEW_AND_OLD_IMAGES", stream_view::new_and_old_images), std::pair("TO_COME", stream_view::none)}) {
    record_parts parts;
    parts.view = name;
    EXPECT_EQ(read<person>(records({parts})).at(0).view, view) << name;
  }
}

TEST(change, outlives_the_changes_and_the_text_that_it_was_read_with) {
  std::optional<dynamo::change<person>> kept;
  {
    const dynamo::json::buffer text(records({insert("1", R"({"id":{"S":"a"},"age":{"N":"7"}})"), insert("2", "{}")}));
    auto changes = read_changes<person>(text);
    kept = (*changes)[1];
  }
  EXPECT_EQ(kept->event_id(), "4b25bd0da9a181a155114127e4837252");
  EXPECT_EQ(kept->key<&person::id>().value(), "a");
  const dynamo::change<person> empty;
  EXPECT_EQ(empty.event_id(), "");
  EXPECT_FALSE(empty.key<&person::id>());
}

TEST(change, no_records_are_no_changes) {
  EXPECT_TRUE(read<person>(R"({"Records":[]})").empty());
  EXPECT_TRUE(read<person>(R"({"NextShardIterator":"x","Records":[ ]})").empty());
}

}  // namespace

namespace single_table {
struct user {
  std::string pk, entity;
  int age = 0;
};
struct order {
  std::string pk, entity;
  double total = 0;
};
using either = std::variant<user, order>;
using by_prefix = std::variant<order, user>;
}  // namespace single_table
template <>
struct dynamo::told_apart_by<single_table::either> {
  static constexpr std::string_view attribute = "entity";
  static constexpr std::array<std::string_view, 2> values{"user", "order"};
};
template <>
struct dynamo::told_apart_by<single_table::by_prefix> {
  static constexpr std::string_view attribute = "pk";
  static std::size_t choose(std::string_view text) {
    return text.starts_with("ORDER#") ? 0 : text.starts_with("USER#") ? 1 : 2;
  }
};

namespace {
using namespace single_table;

const std::string a_user = R"({"age":{"N":"30"},"pk":{"S":"USER#1"},"entity":{"S":"user"}})";
const std::string an_order = R"({"entity":{"S":"order"},"pk":{"S":"ORDER#1"},"total":{"N":"9.5"}})";

TEST(change, entity_types_of_one_table_are_told_apart_by_an_attribute) {
  const auto changes = read<either>(records({insert("1", a_user), insert("2", an_order)}));
  EXPECT_EQ(std::get<user>(*changes.at(0).new_image).age, 30);
  EXPECT_EQ(std::get<order>(*changes.at(1).new_image).total, 9.5);
  const auto others = read<by_prefix>(records({insert("1", a_user), insert("2", an_order)}));
  EXPECT_EQ(std::get<user>(*others.at(0).new_image).age, 30);
  EXPECT_EQ(std::get<order>(*others.at(1).new_image).total, 9.5);
}

TEST(change, an_entity_of_no_known_type_is_wrong_and_spoils_nothing) {
  for (const char* image : {R"({"pk":{"S":"CART#1"},"entity":{"S":"cart"}})", R"({"pk":{"N":"1"},"entity":{"N":"1"}})",
                            R"({"age":{"N":"3"}})"}) {
    const auto changes = read<either>(records({insert("1", image), insert("2", an_order)}));
    ASSERT_EQ(changes.size(), 2u);
    ASSERT_EQ(changes[0].new_image.state(), image_state::wrong) << image;
    EXPECT_NE(changes[0].new_image.problem()->message().find("attribute `entity`"), std::string::npos);
    EXPECT_TRUE(changes[1].new_image);
    EXPECT_EQ(read<by_prefix>(records({insert("1", image)})).at(0).new_image.state(), image_state::wrong);
  }
  // The attribute decides, not the shape: an order that says that it is a user is a wrong user.
  const auto liar = read<either>(records({insert("1", R"({"entity":{"S":"user"},"pk":{"S":"x"},"total":{"N":"1"}})")}));
  EXPECT_NE(liar.at(0).new_image.problem()->message().find("attribute `age`: is missing"), std::string::npos);
}

}  // namespace
