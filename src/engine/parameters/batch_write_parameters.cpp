#include "batch_write_parameters.hpp"

#include "request_items.hpp"

#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

namespace dynamo::engine {
namespace {

/// Reads the elements of one table's list. What is wrong with them beyond their JSON is noted, to be told in its turn.
class request_reader {
 public:
  request_reader(batch_write_parameters& p, parameter_reader& in, violations& found) : p_(p), in_(in), found_(found) {}

  void read_table(batch_write_table& table) {
    if (in_.null()) return;
    in_.cursor().begin_array();
    while (in_.ok() && in_.cursor().next_element()) {
      // Beyond what any request may hold nothing is kept: it is refused for its length.
      if (++table.requests > limits::batch_write_requests_max) {
        in_.cursor().skip();
      } else {
        read_request();
      }
    }
  }

  bool wrong_kinds() const noexcept { return wrong_kinds_; }

 private:
  void read_request() {
    int kinds = 0;
    in_.members([&](std::string_view name) {
      const bool is_put = name == "PutRequest";
      if (!is_put && name != "DeleteRequest") {
        in_.cursor().skip();
        return;
      }
      if (in_.null()) return;
      ++kinds;
      batch_request& made = p_.requests.emplace_back(p_.tables.size() - 1,
                                                     is_put ? operation_name::put_item : operation_name::delete_item);
      made.write.table = p_.tables.back().name;
      read_content(made);
    });
    wrong_kinds_ = wrong_kinds_ || (in_.ok() && kinds != 1);
  }

  void read_content(batch_request& made) {
    const bool is_put = made.write.operation == operation_name::put_item;
    in_.members([&](std::string_view name) {
      if (is_put && name == "Item") {
        read_item_into(made.change->rows, made.write, in_);
      } else if (!is_put && name == "Key") {
        made.write.item_given = in_.item(made.write.key);
      } else {
        in_.cursor().skip();
      }
    });
    if (!made.write.item_given) {
      found_.add_null(fmt::format("requestItems.{}.member.{}.member.{}", p_.tables.back().name,
                                  p_.tables.back().requests, is_put ? "putRequest.item" : "deleteRequest.key"));
    }
  }

  batch_write_parameters& p_;
  parameter_reader& in_;
  violations& found_;
  bool wrong_kinds_ = false;
};

void check_lengths(const batch_write_parameters& p, violations& found) {
  for (const batch_write_table& table : p.tables) {
    if (table.requests > 0 && table.requests <= limits::batch_write_requests_max) continue;
    found.add("requestItems", fmt::format("{{{}=[{} requests]}}", table.name, table.requests),
              fmt::format("Map value must satisfy constraint: [Member must have length less than or equal to {}, "
                          "Member must have length greater than or equal to 1]",
                          limits::batch_write_requests_max));
  }
}

}  // namespace

result<batch_write_parameters> read_batch_write(const request& r) {
  batch_write_parameters p;
  request_items items;
  bool wrong_kinds = false;
  violations found;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "RequestItems") {
      request_reader requests(p, in, found);
      items.take(in, p.tables, limits::batch_write_requests_max,
                 [&](batch_write_table& table) { requests.read_table(table); });
      wrong_kinds = requests.wrong_kinds();
    } else if (name == "ReturnConsumedCapacity") {
      p.capacity = read_capacity_report(in, found);
    } else if (name == "ReturnItemCollectionMetrics") {
      p.item_collections = read_collection_report(in, found);
    } else {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  if (auto valid = items.check(found); !valid) return std::unexpected(valid.error());
  check_lengths(p, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  if (wrong_kinds) {
    return fail(errc::validation,
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
                "datatypes");
  }
  for (batch_request& one : p.requests) {
    if (auto valid = check_item_size(one.write); !valid) return std::unexpected(valid.error());
    one.write.capacity = p.capacity;
  }
  if (p.requests.size() > limits::batch_write_requests_max) {
    return fail(errc::validation, "Too many items requested for the BatchWriteItem call");
  }
  return p;
}

void write_batch_request(json::buffer& out, const batch_request& one) {
  const bool is_put = one.write.operation == operation_name::put_item;
  out.append(is_put ? R"({"PutRequest":{"Item":)" : R"({"DeleteRequest":{"Key":)");
  out.append(one.keyed());
  out.append("}}");
}

}  // namespace dynamo::engine
