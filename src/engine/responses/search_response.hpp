#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/parameters/search_parameters.hpp>
#include <engine/rows/vector_row.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Writes what SearchVectors answers, the nearest result first. Not thread-safe. The parameters and the index outlive it.
class search_response {
 public:
  search_response(const search_parameters&, const vector_index_descriptor&);

  /// A row that was found, as it is stored. Errors: corruption.
  result<void> take(std::string_view row, double score);
  /// `compared` vectors were looked at. Errors: validation for a response of more than 16 MB.
  result<reply> finish(std::size_t compared) &&;

 private:
  const search_parameters& p_;
  const vector_index_descriptor& index_;
  const bool shows_vector_;
  json::buffer out_;
  json::buffer item_;
  std::vector<float> vector_;
  std::size_t results_ = 0;
  std::size_t returned_bytes_ = 0;
};

}  // namespace dynamo::engine
