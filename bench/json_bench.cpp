/// What reading and writing DynamoDB JSON costs, against simdjson and nlohmann-json doing the same job. One item of ten
/// attributes and about 330 bytes; its attributes come in the order in which the struct lists them ("declared"), or in one
/// that no reader expects ("shuffled").
#include "order_readers.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace dynamo;
using bench::field_of;
using bench::from_text;
using bench::make_order;
using bench::order;
using json::buffer;

void write_double_value(buffer& out, double value) {
  out.append(R"({"N":")");
  char* at = out.extend(32);
  out.commit(static_cast<std::size_t>(std::to_chars(at, at + 32, value).ptr - at));
  out.append(R"("})");
}

/// The members of an item as a typed table writes them, one text each.
std::vector<std::string> members_of(const order& o) {
  std::vector<std::string> members;
  const auto member = [&](std::string_view name, auto write) {
    buffer out;
    json::write_string(out, name);
    out.append(':');
    write(out);
    members.emplace_back(out.view());
  };
  const auto text = [&](std::string_view name, const std::string& value) {
    member(name, [&](buffer& out) { json::write_string_value(out, value); });
  };
  text("customer", o.customer);
  text("id", o.id);
  text("name", o.name);
  text("email", o.email);
  text("status", o.status);
  member("quantity", [&](buffer& out) { json::write_number_value(out, o.quantity); });
  member("amount", [&](buffer& out) { write_double_value(out, o.amount); });
  member("created_at", [&](buffer& out) { json::write_number_value(out, o.created_at); });
  member("active", [&](buffer& out) { json::write_bool_value(out, o.active); });
  member("tags", [&](buffer& out) { json::write_value(out, string_set({o.tags.begin(), o.tags.end()})); });
  return members;
}

enum class layout : std::uint8_t { declared, shuffled, canonical };

std::string item_text(int i, layout order_of_members) {
  std::vector<std::string> members = members_of(make_order(static_cast<std::uint32_t>(i)));
  std::mt19937 shuffle(static_cast<unsigned>(i) + 1);
  if (order_of_members == layout::shuffled) std::ranges::shuffle(members, shuffle);
  if (order_of_members == layout::canonical) std::ranges::sort(members);
  std::string text = "{";
  for (const std::string& member : members) text += (text.size() > 1 ? "," : "") + member;
  return text + "}";
}

buffer get_response(layout order_of_members) { return buffer(R"({"Item":)" + item_text(42, order_of_members) + "}"); }

buffer query_response(layout order_of_members) {
  std::string text = R"({"Count":100,"Items":[)";
  for (int i = 0; i < 100; ++i) text += (i > 0 ? "," : "") + item_text(i, order_of_members);
  return buffer(text + R"(],"ScannedCount":100})");
}

// ---- our cursor ----

void read_order(json::cursor& in, order& o) {
  std::string_view name;
  in.begin_object();
  while (in.next_name(name)) {
    switch (field_of(name)) {
      case 0: o.customer = in.read_scalar(attribute_type::S); break;
      case 1: o.id = in.read_scalar(attribute_type::S); break;
      case 2: o.name = in.read_scalar(attribute_type::S); break;
      case 3: o.email = in.read_scalar(attribute_type::S); break;
      case 4: o.status = in.read_scalar(attribute_type::S); break;
      case 5: o.quantity = from_text<std::int64_t>(in.read_scalar(attribute_type::N)); break;
      case 6: o.amount = from_text<double>(in.read_scalar(attribute_type::N)); break;
      case 7: o.created_at = from_text<std::int64_t>(in.read_scalar(attribute_type::N)); break;
      case 8:
        if (in.begin_value() != attribute_type::BOOL) in.fail("another type");
        o.active = in.read_bool();
        in.end_value();
        break;
      case 9:
        o.tags.clear();
        if (in.begin_value() != attribute_type::SS) in.fail("another type");
        in.begin_array();
        while (in.next_element()) o.tags.emplace(in.read_string());
        in.end_value();
        break;
      default: in.skip();
    }
  }
}

bool read_get(const buffer& text, order& o) {
  json::cursor in(text);
  std::string_view name;
  in.begin_object();
  while (in.next_name(name)) {
    if (name == "Item") {
      read_order(in, o);
    } else {
      in.skip();
    }
  }
  return in.at_end();
}

bool read_query(const buffer& text, std::vector<order>& orders) {
  json::cursor in(text);
  std::string_view name;
  std::size_t count = 0;
  in.begin_object();
  while (in.next_name(name)) {
    if (name != "Items") {
      in.skip();
      continue;
    }
    in.begin_array();
    while (in.next_element()) {
      if (count == orders.size()) orders.emplace_back();
      read_order(in, orders[count++]);
    }
  }
  return in.at_end();
}

// ---- benchmarks ----

void get_cursor(benchmark::State& state, layout members) {
  const buffer text = get_response(members);
  order o;
  for (auto _ : state) {
    if (!read_get(text, o)) state.SkipWithError("not read");
    benchmark::DoNotOptimize(o);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * text.size()));
}

void query_cursor(benchmark::State& state, layout members) {
  const buffer text = query_response(members);
  std::vector<order> orders;
  for (auto _ : state) {
    if (!read_query(text, orders)) state.SkipWithError("not read");
    benchmark::DoNotOptimize(orders.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * text.size()));
}

void get_on_demand(benchmark::State& state, layout members) {
  const simdjson::padded_string text(get_response(members).view());
  simdjson::ondemand::parser parser;
  order o;
  for (auto _ : state) {
    auto document = parser.iterate(text);
    bench::read_order(document["Item"].get_object(), o);
    benchmark::DoNotOptimize(o);
  }
}

void query_on_demand(benchmark::State& state, layout members) {
  const simdjson::padded_string text(query_response(members).view());
  simdjson::ondemand::parser parser;
  std::vector<order> orders(100);
  for (auto _ : state) {
    auto document = parser.iterate(text);
    std::size_t count = 0;
    for (auto item : document["Items"].get_array()) bench::read_order(item.get_object(), orders[count++]);
    benchmark::DoNotOptimize(orders.data());
  }
}

void query_dom(benchmark::State& state, layout members) {
  const simdjson::padded_string text(query_response(members).view());
  simdjson::dom::parser parser;
  std::vector<order> orders(100);
  for (auto _ : state) {
    const simdjson::dom::element document = parser.parse(text);
    std::size_t count = 0;
    for (const auto item : simdjson::dom::array(document["Items"])) bench::read_order(item, orders[count++]);
    benchmark::DoNotOptimize(orders.data());
  }
}

void query_nlohmann(benchmark::State& state, layout members) {
  const std::string text(query_response(members).view());
  std::vector<order> orders(100);
  for (auto _ : state) {
    const auto document = nlohmann::json::parse(text);
    std::size_t count = 0;
    for (const auto& item : document["Items"]) bench::read_order(item, orders[count++]);
    benchmark::DoNotOptimize(orders.data());
  }
}

void put_writer(benchmark::State& state) {
  const order o = make_order(42);
  for (auto _ : state) {
    buffer out;
    out.append(R"({"TableName":"orders","Item":{"customer":)");
    json::write_string_value(out, o.customer);
    out.append(R"(,"id":)");
    json::write_string_value(out, o.id);
    out.append(R"(,"name":)");
    json::write_string_value(out, o.name);
    out.append(R"(,"email":)");
    json::write_string_value(out, o.email);
    out.append(R"(,"status":)");
    json::write_string_value(out, o.status);
    out.append(R"(,"quantity":)");
    json::write_number_value(out, o.quantity);
    out.append(R"(,"amount":)");
    write_double_value(out, o.amount);
    out.append(R"(,"created_at":)");
    json::write_number_value(out, o.created_at);
    out.append(R"(,"active":)");
    json::write_bool_value(out, o.active);
    out.append(R"(,"tags":{"SS":[)");
    for (const std::string& tag : o.tags) {
      if (out.back() != '[') out.append(',');
      json::write_string(out, tag);
    }
    out.append("]}}}");
    benchmark::DoNotOptimize(out.data());
  }
}

void put_nlohmann(benchmark::State& state) {
  const order o = make_order(42);
  for (auto _ : state) benchmark::DoNotOptimize(bench::put_request_by_nlohmann(o));
}

void canonicalise(benchmark::State& state, layout members) {
  const buffer text(item_text(42, members));
  buffer out;
  for (auto _ : state) {
    out.clear();
    json::cursor in(text);
    if (!json::canonicalise_item(in, out)) state.SkipWithError("refused");
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * text.size()));
}

/// What stands in the same place when there is only a JSON library: parse, sort by name, write (nlohmann's objects are maps).
void canonicalise_nlohmann(benchmark::State& state, layout members) {
  const std::string text = item_text(42, members);
  for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(text).dump());
}

void find_attribute(benchmark::State& state, std::string_view name) {
  const buffer text(item_text(42, layout::canonical));
  for (auto _ : state) benchmark::DoNotOptimize(json::find_attribute(text.view(), name));
}

void size_of_item(benchmark::State& state) {
  const buffer text(item_text(42, layout::canonical));
  for (auto _ : state) benchmark::DoNotOptimize(json::size_of_item(text.view()));
}

void read_item(benchmark::State& state) {
  const buffer text(item_text(42, layout::canonical));
  for (auto _ : state) benchmark::DoNotOptimize(json::read_item(text.view()));
}

void skip_query(benchmark::State& state) {
  const buffer text = query_response(layout::declared);
  for (auto _ : state) {
    json::cursor in(text);
    benchmark::DoNotOptimize(in.skip());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * text.size()));
}

void utf8(benchmark::State& state, bool ascii) {
  std::string text(query_response(layout::declared).view());
  if (!ascii) {
    for (std::size_t i = 0; i + 2 < text.size(); i += 12) text.replace(i, 2, "\u00e9");
  }
  for (auto _ : state) benchmark::DoNotOptimize(json::validate_utf8(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * text.size()));
}

void utf8_simdjson(benchmark::State& state, bool ascii) {
  std::string text(query_response(layout::declared).view());
  if (!ascii) {
    for (std::size_t i = 0; i + 2 < text.size(); i += 12) text.replace(i, 2, "\u00e9");
  }
  for (auto _ : state) benchmark::DoNotOptimize(simdjson::validate_utf8(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<std::size_t>(state.iterations()) * text.size()));
}

BENCHMARK_CAPTURE(get_cursor, declared, layout::declared);
BENCHMARK_CAPTURE(get_cursor, shuffled, layout::shuffled);
BENCHMARK_CAPTURE(get_on_demand, declared, layout::declared);
BENCHMARK_CAPTURE(get_on_demand, shuffled, layout::shuffled);
BENCHMARK_CAPTURE(query_cursor, declared, layout::declared);
BENCHMARK_CAPTURE(query_cursor, shuffled, layout::shuffled);
BENCHMARK_CAPTURE(query_on_demand, declared, layout::declared);
BENCHMARK_CAPTURE(query_on_demand, shuffled, layout::shuffled);
BENCHMARK_CAPTURE(query_dom, shuffled, layout::shuffled);
BENCHMARK_CAPTURE(query_nlohmann, shuffled, layout::shuffled);
BENCHMARK(put_writer);
BENCHMARK(put_nlohmann);
BENCHMARK_CAPTURE(canonicalise, canonical, layout::canonical);
BENCHMARK_CAPTURE(canonicalise, shuffled, layout::shuffled);
BENCHMARK_CAPTURE(canonicalise_nlohmann, shuffled, layout::shuffled);
BENCHMARK_CAPTURE(find_attribute, last, "tags");
BENCHMARK_CAPTURE(find_attribute, absent, "aaa");
BENCHMARK(size_of_item);
BENCHMARK(read_item);
BENCHMARK(skip_query);
BENCHMARK_CAPTURE(utf8, ascii, true);
BENCHMARK_CAPTURE(utf8, mixed, false);
BENCHMARK_CAPTURE(utf8_simdjson, ascii, true);
BENCHMARK_CAPTURE(utf8_simdjson, mixed, false);

}  // namespace
