#include <decorators/throughput_key.hpp>

#include <dynamo/decorators/retry.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/protocol/service_error.hpp>

#include <decorators/consumed.hpp>

#include <algorithm>
#include <string_view>

namespace dynamo {
namespace {

constexpr std::string_view index_part = "/index/";

/// The index that a request reads; empty for most.
std::string index_of(const json::buffer& body) {
  json::cursor at(body);
  std::string_view name;
  if (at.peek() != json::token::object) return {};
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "IndexName" && at.peek() == json::token::string) return std::string(at.read_string());
    at.skip();
  }
  return {};
}

/// "users" or "users/index/by_email" of an ARN; what is none of the two unchanged.
std::string resource_of(std::string_view arn) {
  constexpr std::string_view of_table = ":table/";
  if (const auto found = arn.find(of_table); found != std::string_view::npos)
    arn.remove_prefix(found + of_table.size());
  const auto table_end = arn.find('/');
  if (table_end == std::string_view::npos) return std::string(arn);
  if (!arn.substr(table_end).starts_with(index_part)) return std::string(arn.substr(0, table_end));
  return std::string(arn.substr(0, arn.find('/', table_end + index_part.size())));
}

std::string table_of(std::string_view resource) { return std::string(resource.substr(0, resource.find('/'))); }

void add_once(std::vector<throughput_key>& keys, throughput_key key) {
  if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
}

}  // namespace

std::vector<throughput_key> throughput_of(const request& r) {
  const operation_facts& facts = facts_of(r.operation);
  const capacity_kind capacity = capacity_of(r);
  if (capacity == capacity_kind::none)
    return {{capacity, facts.service == wire_service::streams ? "(streams)" : "(control plane)"}};
  std::vector<std::string> tables;
  if (facts.capacity != capacity_rule::by_statement) tables = tables_of(r.operation, r.body);
  if (tables.empty()) return {{capacity, ""}};
  if (r.operation == operation_name::query || r.operation == operation_name::scan) {
    if (const std::string index = index_of(r.body); !index.empty()) tables.front().append(index_part).append(index);
  }
  std::vector<throughput_key> keys;
  keys.reserve(tables.size());
  for (std::string& table : tables) keys.push_back({capacity, std::move(table)});
  return keys;
}

std::vector<throughput_key> throttled_by(const error& why, const std::vector<throughput_key>& drawn_on) {
  if (!is_throttling(why)) return {};
  std::vector<throughput_key> throttled;
  bool own = false;
  for (const throttling_reason& each : throttling_reasons(why)) {
    if (each.resource.empty()) continue;
    throughput_key named{drawn_on.front().capacity, resource_of(each.resource)};
    if (each.reason.find("Read") != std::string::npos) named.capacity = capacity_kind::read;
    if (each.reason.find("Write") != std::string::npos) {
      named.capacity = capacity_kind::write;
      named.resource = table_of(named.resource);
    }
    for (const throughput_key& one : drawn_on) {
      const bool hit = one == named || (one.capacity == named.capacity && table_of(one.resource) == named.resource);
      if (hit) add_once(throttled, one);
      own = own || hit;
    }
    add_once(throttled, std::move(named));
  }
  if (!own) {
    for (const throughput_key& one : drawn_on) add_once(throttled, one);
  }
  return throttled;
}

}  // namespace dynamo
