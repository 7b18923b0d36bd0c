#pragma once

#include <dynamo/json/buffer.hpp>

#include <string>

namespace dynamo::detail {

/// Texts of records, one after the other, with json::buffer::padding bytes at the end so that cursors may read any of them.
/// Immutable once the records have been read.
struct record_texts {
  std::string all;
};

}  // namespace dynamo::detail
