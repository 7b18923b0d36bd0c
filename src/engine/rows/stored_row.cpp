#include "stored_row.hpp"

#include <fmt/format.h>

namespace dynamo::engine {

std::unexpected<error> unknown_row(std::string_view table_name) {
  return fail(errc::corruption,
              fmt::format("A row of table {} has a format that this version does not know", table_name));
}

}  // namespace dynamo::engine
