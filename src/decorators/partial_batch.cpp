#include <decorators/partial_batch.hpp>

#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/limits.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace dynamo {
namespace {

using json::cursor;
using json::token;

void write_name(json::buffer& out, std::string_view name) {
  json::write_string(out, name);
  out.append(':');
}

void read_elements(cursor& at, std::vector<std::string>& elements) {
  if (at.peek() != token::array) return at.fail("not a list");
  at.begin_array();
  while (at.next_element()) elements.emplace_back(at.skip());
}

/// {"Keys":[...],"ConsistentRead":true,...} or [...]
batch_part read_part(cursor& at, operation_name operation, std::string_view table) {
  batch_part part{std::string(table), {}, {}};
  if (operation == operation_name::batch_write_item) {
    read_elements(at, part.elements);
    return part;
  }
  if (at.peek() != token::object) {
    at.fail("not an object");
    return part;
  }
  json::buffer parameters;
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "Keys") {
      read_elements(at, part.elements);
    } else {
      parameters.append(',');
      write_name(parameters, name);
      parameters.append(at.skip());
    }
  }
  part.parameters = parameters.view();
  return part;
}

std::vector<batch_part> read_parts(cursor& at, operation_name operation) {
  std::vector<batch_part> parts;
  if (at.peek() != token::object) {
    at.fail("not an object");
    return parts;
  }
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    const std::string table(name);
    parts.push_back(read_part(at, operation, table));
  }
  return parts;
}

void write_parts(json::buffer& out, operation_name operation, const std::vector<batch_part>& parts) {
  const bool reads = operation == operation_name::batch_get_item;
  out.append('{');
  bool first_part = true;
  for (const batch_part& part : parts) {
    if (!std::exchange(first_part, false)) out.append(',');
    write_name(out, part.table);
    out.append(reads ? R"({"Keys":[)" : "[");
    bool first = true;
    for (const std::string& element : part.elements) {
      if (!std::exchange(first, false)) out.append(',');
      out.append(element);
    }
    out.append(']');
    if (!reads) continue;
    out.append(part.parameters);
    out.append('}');
  }
  out.append('}');
}

/// Reads an object, hands the member `wanted` to `take`, and copies the others to `out`, which gets no closing brace.
template <class Take>
bool copy_members(const json::buffer& body, std::string_view wanted, json::buffer& out, Take take) {
  cursor at(body);
  std::string_view name;
  if (at.peek() != token::object) return false;
  at.begin_object();
  out.append('{');
  while (at.next_name(name)) {
    if (name == wanted) {
      take(at);
      continue;
    }
    write_name(out, name);
    out.append(at.skip());
    out.append(',');
  }
  return at.ok() && at.at_end();
}

std::size_t count(const std::vector<batch_part>& parts) {
  return std::accumulate(parts.begin(), parts.end(), std::size_t{0},
                         [](std::size_t sum, const batch_part& part) { return sum + part.elements.size(); });
}

/// For each of `elements` whether it is held back: not all, not none.
std::vector<bool> choose(std::size_t elements, std::uint64_t draw) {
  std::vector<bool> held(elements);
  const std::size_t one = draw % elements;
  std::uint64_t bits = draw;
  for (std::size_t i = 0; i < elements; ++i) {
    bits = bits * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;  // Knuth's linear congruential generator
    held[i] = (bits >> 63) != 0;
  }
  const auto chosen = static_cast<std::size_t>(std::ranges::count(held, true));
  if (chosen == 0 || chosen == elements) held[one] = !held[one];
  return held;
}

}  // namespace

std::optional<divided_batch> divide_batch(const request& batch, std::uint64_t draw) {
  const bool reads = batch.operation == operation_name::batch_get_item;
  if (!reads && batch.operation != operation_name::batch_write_item) return std::nullopt;
  std::vector<batch_part> parts;
  json::buffer executed;
  const bool read =
      copy_members(batch.body, "RequestItems", executed, [&](cursor& at) { parts = read_parts(at, batch.operation); });
  const std::size_t elements = count(parts);
  if (!read || elements == 0 || elements > (reads ? limits::batch_get_keys_max : limits::batch_write_requests_max)) {
    return std::nullopt;
  }
  if (elements == 1) return divided_batch{{}, std::move(parts)};

  const std::vector<bool> chosen = choose(elements, draw);
  std::vector<batch_part> sent;
  divided_batch divided;
  std::size_t i = 0;
  for (batch_part& part : parts) {
    batch_part here{part.table, {}, part.parameters}, held{part.table, {}, part.parameters};
    for (std::string& element : part.elements) {
      (chosen[i++] ? held : here).elements.push_back(std::move(element));
    }
    if (!here.elements.empty()) sent.push_back(std::move(here));
    if (!held.elements.empty()) divided.held.push_back(std::move(held));
  }
  write_name(executed, "RequestItems");
  write_parts(executed, batch.operation, sent);
  executed.append('}');
  divided.executed = std::move(executed);
  return divided;
}

std::optional<json::buffer> with_unprocessed(operation_name operation, const json::buffer& reply_body,
                                             const std::vector<batch_part>& held) {
  const std::string_view member = operation == operation_name::batch_get_item ? "UnprocessedKeys" : "UnprocessedItems";
  json::buffer out;
  std::vector<batch_part> parts;
  if (!copy_members(reply_body, member, out, [&](cursor& at) { parts = read_parts(at, operation); })) {
    return std::nullopt;
  }
  for (const batch_part& more : held) {
    const auto same = std::ranges::find(parts, more.table, &batch_part::table);
    if (same == parts.end()) {
      parts.push_back(more);
    } else {
      same->elements.insert(same->elements.end(), more.elements.begin(), more.elements.end());
    }
  }
  write_name(out, member);
  write_parts(out, operation, parts);
  out.append('}');
  return out;
}

}  // namespace dynamo
