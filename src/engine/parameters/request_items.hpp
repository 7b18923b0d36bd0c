#pragma once

#include "parameters.hpp"

#include <dynamo/base/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// RequestItems, the parameter of the batches: a map from names of tables to what is asked of each.
class request_items {
 public:
  /// Reads the map where the reader stands: calls `read(table)` for a new element of `tables` that has its name. More of them than
  /// requests are allowed need not be kept.
  template <class Table, class Read>
  void take(parameter_reader& in, std::vector<Table>& tables, std::size_t requests_max, Read read) {
    if (in.null()) return;
    given_ = true;
    in.members([&](std::string_view name) {
      if (tables.size() > requests_max) {  // too many requests already, as each table has one
        in.cursor().skip();
        return;
      }
      add_name(name);
      Table& table = tables.emplace_back();
      table.name = name;
      read(table);
    });
  }

  /// Notes what is wrong with the map as such: that it is missing or empty, or a name that no table can have. An error at once for a
  /// name that comes twice: which one was meant cannot be known.
  result<void> check(violations&) const;

 private:
  void add_name(std::string_view);

  bool given_ = false;
  std::vector<std::string> names_;
  std::optional<std::string> twice_;
};

std::unexpected<error> duplicate_keys();

}  // namespace dynamo::engine
