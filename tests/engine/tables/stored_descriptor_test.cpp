// The stored form of descriptors, byte by byte: databases of every earlier version hold it.
#include <engine/tables/stored_descriptor.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace dynamo::engine {
namespace {

constexpr std::string_view stream_text =
    R"({"format":1,"id":9,"table_id":7,"table":"orders","label":"2026-03-01T08:00:00.000","view":"OLD_IMAGE",)"
    R"("partition":[{"name":"pk","type":"S"}],"sort":[{"name":"at","type":"N"}],"created_us":1772352000000000,)"
    R"("first":"110680464442257309701","enabled":true})";
constexpr std::string_view table_text =
    R"({"format":1,"id":7,"name":"orders","partition":[{"name":"pk","type":"S"}],"sort":[{"name":"at","type":"N"}],)"
    R"("created_us":1772352000000000,"provisioned":true,"read_units":5,"write_units":6,"deletion_protection":false,)"
    R"("latest_stream_label":"")";
constexpr std::string_view index_text =
    R"({"id":8,"name":"by_place","global":true,"partition":[{"name":"place","type":"B"}],"sort":[],"projection":"INCLUDE",)"
    R"("non_key_attributes":["b","a"],"read_units":1,"write_units":2})";

const instant made{std::chrono::microseconds(1'772'352'000'000'000)};

stream_descriptor stream_of_orders() {
  stream_descriptor stream;
  stream.id = 9;
  stream.table_id = 7;
  stream.table_name = "orders";
  stream.label = "2026-03-01T08:00:00.000";
  stream.view = view_type::old_image;
  stream.key = {{{"pk", attribute_type::S}}, {{"at", attribute_type::N}}};
  stream.created = made;
  stream.first = {6, 5};
  return stream;
}

table_descriptor orders() {
  table_descriptor table;
  table.id = 7;
  table.name = "orders";
  table.key = {{{"pk", attribute_type::S}}, {{"at", attribute_type::N}}};
  table.created = made;
  table.provisioned = true;
  table.read_units = 5;
  table.write_units = 6;
  return table;
}

index_descriptor by_place() {
  index_descriptor index;
  index.id = 8;
  index.name = "by_place";
  index.key.partition = {{"place", attribute_type::B}};
  index.projection = projection_kind::include;
  index.non_key_attributes = {"b", "a"};
  index.read_units = 1;
  index.write_units = 2;
  return index;
}

template <class Descriptor>
std::string written(const Descriptor& descriptor) {
  json::buffer out;
  write_descriptor(out, descriptor);
  return std::string(out.view());
}

template <class Descriptor>
std::string written_again(const result<Descriptor>& read) {
  return read ? written(*read) : read.error().describe();
}

TEST(stored_descriptor, of_a_stream) {
  EXPECT_EQ(written(stream_of_orders()), stream_text);
  EXPECT_EQ(written_again(read_stream_descriptor(stream_text)), stream_text);
  stream_descriptor closed = stream_of_orders();
  closed.enabled = false;
  closed.closed = made + std::chrono::microseconds(1);
  std::string text(stream_text);
  text.replace(text.find("true"), 5, R"(false,"closed_us":1772352000000001})");
  EXPECT_EQ(written(closed), text);
  EXPECT_EQ(written_again(read_stream_descriptor(text)), text);
}

TEST(stored_descriptor, of_a_table) {
  const std::string plain = std::string(table_text) + "}";
  EXPECT_EQ(written(orders()), plain);
  EXPECT_EQ(written_again(read_table_descriptor(plain)), plain);
  table_descriptor streamed = orders();
  streamed.stream = stream_of_orders();
  const std::string with_stream = std::string(table_text) + R"(,"stream":)" + std::string(stream_text) + "}";
  EXPECT_EQ(written(streamed), with_stream);
  EXPECT_EQ(written_again(read_table_descriptor(with_stream)), with_stream);
}

TEST(stored_descriptor, of_a_table_with_indexes_has_another_format) {
  table_descriptor table = orders();
  index_descriptor local = by_place();
  local.id = 10;
  local.global = false;
  table.indexes = {by_place(), local};
  std::string second(index_text);
  second.replace(second.find("8"), 1, "10").replace(second.find("true"), 4, "false");
  std::string text = std::string(table_text) + R"(,"indexes":[)" + std::string(index_text) + "," + second + "]}";
  text.replace(text.find("1"), 1, "2");
  EXPECT_EQ(written(table), text);
  const auto read = read_table_descriptor(text);
  EXPECT_EQ(written_again(read), text);
  EXPECT_EQ(read->index_key_names, std::vector<std::string>({"place"}));
  EXPECT_EQ(read->indexes[0].attributes, std::vector<std::string>({"a", "at", "b", "pk", "place"}));
}

TEST(stored_descriptor, of_a_table_with_vector_indexes_is_refused_by_earlier_versions) {
  table_descriptor table = orders();
  vector_index_descriptor index;
  index.id = 11;
  index.name = "near";
  index.attribute = "v";
  index.dimensions = 3;
  index.distance = distance_function::dot_product;
  index.hash = {{"c", attribute_type::S}};
  index.filters = {{"y", attribute_type::N}};
  index.projection = projection_kind::include;
  index.non_key_attributes = {"v", "b"};
  table.vector_indexes = {index};
  std::string text =
      std::string(table_text) +
      R"(,"vector_indexes":[{"id":11,"name":"near","attribute":"v","dimensions":3,"distance":"DOT_PRODUCT",)"
      R"("hash":[{"name":"c","type":"S"}],"filters":[{"name":"y","type":"N"}],"projection":"INCLUDE",)"
      R"("non_key_attributes":["v","b"]}]})";
  text.replace(text.find("1"), 1, "4");
  EXPECT_EQ(written(table), text);
  const auto read = read_table_descriptor(text);
  EXPECT_EQ(written_again(read), text);
  EXPECT_EQ(read->vector_indexes[0].attributes, std::vector<std::string>({"at", "b", "c", "pk", "y"}));
}

TEST(stored_descriptor, of_a_table_with_an_index_that_is_being_filled_is_refused_by_earlier_versions) {
  table_descriptor table = orders();
  table.indexes = {by_place()};
  table.indexes.front().filling = true;
  const std::string text = written(table);
  EXPECT_TRUE(text.starts_with(R"({"format":3,)")) << text;
  EXPECT_NE(text.find(R"("write_units":2,"filling":true})"), std::string::npos) << text;
  const auto read = read_table_descriptor(text);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_TRUE(read->indexes.front().filling);
  EXPECT_EQ(written(*read), text);
}

TEST(stored_descriptor, of_a_table_whose_items_expire_has_a_third_format) {
  table_descriptor table = orders();
  table.ttl = ttl_descriptor{"expires", true, 12, made + std::chrono::microseconds(1)};
  std::string text = std::string(table_text) +
                     R"(,"ttl":{"attribute":"expires","enabled":true,"id":12,"changed_us":1772352000000001}})";
  text.replace(text.find("1"), 1, "3");
  EXPECT_EQ(written(table), text);
  const auto read = read_table_descriptor(text);
  EXPECT_EQ(written_again(read), text);
  EXPECT_EQ(read->ttl, table.ttl);
}

TEST(stored_descriptor, of_a_table_whose_items_expire_no_more_has_the_format_that_it_had) {
  table_descriptor table = orders();
  table.ttl = ttl_descriptor{"expires", false, 0, made};
  const std::string text =
      std::string(table_text) + R"(,"ttl":{"attribute":"expires","enabled":false,"changed_us":1772352000000000}})";
  EXPECT_EQ(written(table), text);
  EXPECT_EQ(read_table_descriptor(text)->ttl, table.ttl);
}

TEST(stored_descriptor, of_a_table_with_settings_has_them_beside_what_older_versions_know) {
  table_descriptor table = orders();
  table.settings.capacity = {made, made + std::chrono::seconds(1), 2, {}, {12, 4}};
  table.settings.on_demand_since = made;
  table.settings.switches_to_on_demand = {made};
  table.settings.storage = table_class::standard_infrequent_access;
  table.settings.class_changes = {made, made + std::chrono::seconds(1)};
  table.settings.encryption = encryption_settings{"alias/mine"};
  const std::string text =
      std::string(table_text) +
      R"(,"settings":{"capacity":{"increased_us":1772352000000000,"decreased_us":1772352001000000,"decreases":2,)"
      R"("warm_read":12,"warm_write":4},"on_demand_since_us":1772352000000000,)"
      R"("switches_to_on_demand_us":[1772352000000000],"class":"STANDARD_INFREQUENT_ACCESS",)"
      R"("class_changes_us":[1772352000000000,1772352001000000],"encryption":{"key":"alias/mine"}}})";
  EXPECT_EQ(written(table), text);
  const auto read = read_table_descriptor(text);
  EXPECT_EQ(written_again(read), text);
  EXPECT_EQ(read->settings, table.settings);
}

TEST(stored_descriptor, of_an_index_has_its_capacity_settings) {
  table_descriptor table = orders();
  table.indexes = {by_place()};
  table.indexes[0].capacity.on_demand_max = {7, 0};
  std::string index(index_text);
  index.insert(index.size() - 1, R"(,"capacity":{"on_demand_read_max":7})");
  std::string text = std::string(table_text) + R"(,"indexes":[)" + index + "]}";
  text.replace(text.find("1"), 1, "2");
  EXPECT_EQ(written(table), text);
  EXPECT_EQ(written_again(read_table_descriptor(text)), text);
}

TEST(stored_descriptor, of_settings_that_are_none_is_refused) {
  const std::string text = std::string(table_text) + R"(,"settings":{"class":"COLD"}})";
  EXPECT_NE(written_again(read_table_descriptor(text)).find("not a table class"), std::string::npos);
}

TEST(stored_descriptor, members_that_are_not_known_are_passed_over) {
  std::string text = std::string(table_text) + R"(,"later":{"id":99,"list":[1,{}]}})";
  EXPECT_EQ(written_again(read_table_descriptor(text)), std::string(table_text) + "}");
}

TEST(stored_descriptor, that_cannot_be_read_says_why) {
  const std::string key = R"("partition":[{"name":"pk","type":"S"}])";
  struct {
    std::string stored, problem;
  } const cases[] = {
      {R"({"format":5})", "not_supported: A stored table descriptor has format 5, this version reads up to 4"},
      {"{}", "corruption: A stored table descriptor cannot be read: unfinished at byte 2"},
      {R"({"format":1,"id":7,"partition":[]})", "corruption: A stored table descriptor cannot be read: unfinished"},
      {R"({"format":1,"id":-7,)" + key + "}",
       "corruption: A stored table descriptor cannot be read: not an unsigned integer"},
      {R"({"format":1,"id":4294967296,)" + key + "}",
       "corruption: A stored table descriptor cannot be read: not an id"},
      {R"({"format":1,"id":7,"partition":[{"name":"pk","type":"X"}]})",
       "corruption: A stored table descriptor cannot be read: not an attribute type"},
      {R"({"format":2,"id":7,)" + key + R"(,"indexes":[{"id":8}]})",
       "corruption: A stored table descriptor cannot be read: not an index"},
      {R"({"format":2,"id":7,)" + key + R"(,"indexes":[{"projection":"SOME"}]})",
       "corruption: A stored table descriptor cannot be read: not a projection"},
      {R"({"format":1,"id":7,)" + key + R"(,"stream":{"view":"X"}})",
       "corruption: A stored table descriptor cannot be read: not a view type"},
      {R"({"format":3,"id":7,)" + key + R"(,"ttl":{"attribute":"a","enabled":true}})",
       "corruption: A stored table descriptor cannot be read: not a time to live"},
      {R"({"format":1,"id":7,)" + key + R"(,"stream":{"first":"x"}})",
       "corruption: A stored table descriptor cannot be read: not a change number"},
  };
  for (const auto& [stored, problem] : cases) {
    const std::string said = written_again(read_table_descriptor(stored));
    EXPECT_TRUE(said.starts_with(problem)) << stored << ": " << said;
  }
  EXPECT_TRUE(written_again(read_stream_descriptor("{}")).starts_with("corruption: A stored stream descriptor"));
}

}  // namespace
}  // namespace dynamo::engine
