#include "batch_write_parameters.hpp"

#include "java_text.hpp"
#include "member_reader.hpp"
#include "request_items.hpp"

#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dynamo::engine {
namespace {

using of_request = write_parameters;
constexpr auto batch_put_members = declare(read_by<of_request, read_item>("Item").required()).of("PutRequest");
constexpr auto batch_delete_members = declare(key<of_request>()).of("DeleteRequest");

/// One element of a table's list, while it is read.
struct element_parameters {
  batch_write_parameters& of;
  int kinds = 0;

  batch_request& add(operation_name operation) {
    ++kinds;
    batch_request& made = of.requests.emplace_back(of.tables.size() - 1, operation);
    made.write.table = of.tables.back().name;
    return made;
  }
};
void read_put(element_parameters& element, member_reader& in) {
  in.structure(element.add(operation_name::put_item).write, batch_put_members);
}
void read_delete(element_parameters& element, member_reader& in) {
  in.structure(element.add(operation_name::delete_item).write, batch_delete_members);
}
constexpr auto element_members = declare(read_by<element_parameters, read_put>("PutRequest"),
                                         read_by<element_parameters, read_delete>("DeleteRequest"))
                                     .of("WriteRequest");

/// What is wrong with an element as such is told after everything that is wrong with single values.
struct whole_parameters : batch_write_parameters {
  bool wrong_kinds = false;
};

void read_requests(whole_parameters& parameters, member_reader& entry, batch_write_table& table) {
  if (entry.in().null()) return;
  entry.elements([&](member_reader& in, std::size_t) {
    if (++table.requests > limits::batch_write_requests_max) {  // beyond what any request may have nothing is kept
      in.in().cursor().skip();
      return;
    }
    element_parameters element{parameters};
    in.structure(element, element_members);
    if (element.kinds != 1) parameters.wrong_kinds = true;
  });
}

// How a wrong number of requests is quoted.
constexpr auto quoted_put = std::to_array<member>(
    {{.name = "Item", .what = member::form::item}, {.name = "WorkloadProfileName", .what = member::form::text}});
constexpr auto quoted_delete = std::to_array<member>({{.name = "Key", .what = member::form::item}});
constexpr auto quoted_request = std::to_array<member>(
    {{.name = "PutRequest", .what = member::form::structure, .shape = "PutRequest", .members = quoted_put},
     {.name = "DeleteRequest", .what = member::form::structure, .shape = "DeleteRequest", .members = quoted_delete}});
constexpr member quoted_requests{
    .name = {}, .what = member::form::structures, .shape = "WriteRequest", .members = quoted_request};

void read_tables(whole_parameters& parameters, member_reader& in) {
  const std::size_t begin = in.in().cursor().position();
  read_request_items(in, "java.util.List<" + std::string(java_package) + "WriteRequest>", parameters.tables,
                     limits::batch_write_requests_max,
                     [&](member_reader& entry, batch_write_table& table) { read_requests(parameters, entry, table); });
  tell_missing_tables(in, parameters.tables.empty(), "BatchWriteItem");
  const auto fits = [](const batch_write_table& table) {
    return table.requests > 0 && table.requests <= limits::batch_write_requests_max;
  };
  if (!in.in().ok() || std::ranges::all_of(parameters.tables, fits)) return;
  in.violated(java_map_text(in.in().cursor().text_since(begin), quoted_requests),
              fmt::format("Map value must satisfy constraint: [Member must have length less than or equal to {}, "
                          "Member must have length greater than or equal to 1]",
                          limits::batch_write_requests_max));
}

using of_batch_write = whole_parameters;
constexpr auto batch_write_members =
    declare(consumed_capacity_report<of_batch_write>(), item_collection_report<of_batch_write>(),
            read_by<of_batch_write, read_tables>("RequestItems").required().newly_worded(newer_words::least));

}  // namespace

result<batch_write_parameters> read_batch_write_item(const request& r, error_wording era) {
  auto parameters = read_request(r, batch_write_members, wording_of(r.operation, era));
  if (!parameters) return std::unexpected(parameters.error());
  if (parameters->wrong_kinds) {
    return fail(errc::validation,
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
                "datatypes");
  }
  for (batch_request& one : parameters->requests) {
    if (auto valid = check_item_size(one.write); !valid) return std::unexpected(valid.error());
    one.write.capacity = parameters->capacity;
  }
  if (parameters->requests.size() > limits::batch_write_requests_max) {
    return fail(errc::validation, "Too many items requested for the BatchWriteItem call");
  }
  return std::move(*parameters);
}

}  // namespace dynamo::engine
