#pragma once

#include <dynamo/schema/detail/record.hpp>

#include <string_view>

namespace dynamo::detail {

/// Logs, as information, which attributes of a table's items have names that are reserved words of DynamoDB's. Nothing breaks
/// here, but in expressions of other programs.
void tell_reserved_names(std::string_view table, const record_description&);

/// In debug builds, once for each schema in a process.
template <class Schema>
void tell_reserved_names_once() {
#ifndef NDEBUG
  [[maybe_unused]] static const bool told =
      (tell_reserved_names(Schema::name, record_of<typename Schema::entity>), true);
#endif
}

}  // namespace dynamo::detail
