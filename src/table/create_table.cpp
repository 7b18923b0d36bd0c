#include <dynamo/json/writer.hpp>
#include <dynamo/table/table.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace dynamo::detail {

namespace {

void write_definitions(json::buffer& out, const schema_description& schema) {
  std::vector<key_attribute> attributes;
  const auto add = [&](const keys_description& keys) {
    attributes.insert(attributes.end(), keys.partition, keys.partition + keys.partition_count);
    attributes.insert(attributes.end(), keys.sort, keys.sort + keys.sort_count);
  };
  add(schema.table);
  for (std::size_t i = 0; i < schema.index_count; ++i) add(schema.indexes[i]);
  const auto by_name = [](const key_attribute& a, const key_attribute& b) { return a.name < b.name; };
  const auto same = [](const key_attribute& a, const key_attribute& b) { return a.name == b.name; };
  std::sort(attributes.begin(), attributes.end(), by_name);
  attributes.erase(std::unique(attributes.begin(), attributes.end(), same), attributes.end());

  out.append(",\"AttributeDefinitions\":[");
  for (const key_attribute& attribute : attributes) {
    if (&attribute != attributes.data()) out.append(',');
    out.append("{\"AttributeName\":");
    json::write_string(out, attribute.name);
    out.append(",\"AttributeType\":\"");
    out.append(to_string(attribute.type));
    out.append("\"}");
  }
  out.append(']');
}

void write_key_schema(json::buffer& out, const keys_description& keys) {
  out.append("\"KeySchema\":[");
  const auto write = [&](const key_attribute& attribute, std::string_view role) {
    if (out.back() != '[') out.append(',');
    out.append("{\"AttributeName\":");
    json::write_string(out, attribute.name);
    out.append(",\"KeyType\":\"");
    out.append(role);
    out.append("\"}");
  };
  for (std::size_t i = 0; i < keys.partition_count; ++i) write(keys.partition[i], "HASH");
  for (std::size_t i = 0; i < keys.sort_count; ++i) write(keys.sort[i], "RANGE");
  out.append(']');
}

void write_indexes(json::buffer& out, const schema_description& schema, bool global) {
  bool first = true;
  for (std::size_t i = 0; i < schema.index_count; ++i) {
    const keys_description& index = schema.indexes[i];
    if (index.global != global) continue;
    if (first) {
      out.append(global ? ",\"GlobalSecondaryIndexes\":[" : ",\"LocalSecondaryIndexes\":[");
    } else {
      out.append(',');
    }
    first = false;
    out.append("{\"IndexName\":");
    json::write_string(out, index.name);
    out.append(',');
    write_key_schema(out, index);
    out.append(",\"Projection\":{\"ProjectionType\":\"ALL\"}}");
  }
  if (!first) out.append(']');
}

request creation(const table_binding& table, const schema_description& schema, stream_view stream) {
  static constexpr std::string_view views[] = {"", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"};
  json::buffer out(table.opening);
  write_definitions(out, schema);
  out.append(',');
  write_key_schema(out, schema.table);
  write_indexes(out, schema, true);
  write_indexes(out, schema, false);
  if (stream != stream_view::none) {
    out.append(",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"");
    out.append(views[static_cast<std::size_t>(stream)]);
    out.append("\"}");
  }
  out.append(",\"BillingMode\":\"PAY_PER_REQUEST\"}");
  return request(operation_name::create_table, std::move(out));
}

/// What DescribeTable says about a table, as far as it matters here.
struct description {
  std::string status;
  std::string partition, sort;  ///< names of the key attributes
};
void read_key_schema(json::cursor& in, description& found) {
  if (!in.begin_array()) return;
  while (in.next_element()) {
    std::string attribute, role;
    std::string_view name;
    if (!in.begin_object()) return;
    while (in.next_name(name)) {
      if (name == "AttributeName") {
        attribute = in.read_string();
      } else if (name == "KeyType") {
        role = in.read_string();
      } else {
        in.skip();
      }
    }
    (role == "HASH" ? found.partition : found.sort) = attribute;
  }
}
result<description> read_description(const reply& answer) {
  description found;
  json::cursor in(answer.body);
  std::string_view name;
  if (in.begin_object()) {
    while (in.next_name(name)) {
      if (name != "Table" || in.peek() != json::token::object) {
        in.skip();
        continue;
      }
      in.begin_object();
      while (in.next_name(name)) {
        if (name == "TableStatus") {
          found.status = in.read_string();
        } else if (name == "KeySchema") {
          read_key_schema(in, found);
        } else {
          in.skip();
        }
      }
    }
  }
  if (!in.ok()) return fail(errc::decoding, "the description of the table is not JSON: " + std::string(in.problem()));
  return found;
}

/// Sends CreateTable and asks for the table's state until it is ACTIVE. A table takes seconds on AWS, so the time in between is
/// slept; an asynchronous caller gets a thread for it.
class creating_endpoint final : public endpoint {
 public:
  creating_endpoint(std::shared_ptr<const table_binding> table, const schema_description& schema)
      : table_(std::move(table)), schema_(schema) {}

  result<reply> call(request creation) override {
    using namespace std::chrono_literals;
    constexpr auto longest_wait = 1s;
    constexpr auto patience = 5min;
    const auto deadline = creation.deadline.value_or(std::chrono::steady_clock::now() + patience);
    const std::stop_token stop = creation.stop;
    result<reply> created = table_->via->call(std::move(creation));
    if (!created && created.error().code() != errc::resource_in_use) return created;
    for (auto wait = 5ms;; wait = std::min<std::chrono::milliseconds>(wait * 2, longest_wait)) {
      json::buffer body(table_->opening);
      body.append('}');
      result<reply> answer =
          table_->via->call(request(operation_name::describe_table, std::move(body), repeatable::yes));
      if (!answer) return answer;
      const result<description> found = read_description(*answer);
      if (!found) return std::unexpected(found.error());
      if (const result<void> fits = check_keys(*found); !fits) return std::unexpected(fits.error());
      if (found->status == "ACTIVE") return answer;
      if (stop.stop_requested()) return fail(errc::cancelled, "cancelled while waiting for table " + table_->name);
      if (std::chrono::steady_clock::now() + wait > deadline) {
        return fail(errc::timed_out, "table " + table_->name + " is still " + found->status);
      }
      std::this_thread::sleep_for(wait);
    }
  }
  void start(request creation, reply_sink& sink) override {
    std::thread([self = creating_endpoint(*this), creation = std::move(creation), &sink]() mutable {
      sink.complete(self.call(std::move(creation)));
    }).detach();
  }

 private:
  result<void> check_keys(const description& found) const {
    const std::string_view sort = schema_.table.sort_count != 0 ? schema_.table.sort[0].name : std::string_view();
    if (found.partition == schema_.table.partition[0].name && found.sort == sort) return {};
    return fail(errc::invalid_argument, "table " + table_->name + " exists with other keys: partition key `" +
                                            found.partition + "`, sort key `" + found.sort + "`; the schema has `" +
                                            std::string(schema_.table.partition[0].name) + "`, `" + std::string(sort) +
                                            "`");
  }

  std::shared_ptr<const table_binding> table_;
  const schema_description& schema_;
};

}  // namespace

operation<void> create_table(const std::shared_ptr<const table_binding>& table, const schema_description& schema,
                             stream_view stream) {
  return {std::make_shared<creating_endpoint>(table, schema), creation(*table, schema, stream),
          [](reply&&, void*) { return result<void>(); }};
}

}  // namespace dynamo::detail
