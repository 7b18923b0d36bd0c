#pragma once

#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/change_log/change_record.hpp>
#include <engine/tables/object_writer.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstddef>
#include <string_view>

namespace dynamo::engine {

/// The response of GetRecords: records until they are 1 MB.
class records_page {
 public:
  /// What it is given outlives this.
  records_page(std::string_view region, const stream_descriptor&);

  /// Takes the next record; false if the page is full, and the record belongs to the next one.
  bool take(change_number, const change_record&);
  std::size_t count() const noexcept { return count_; }
  std::size_t bytes() const noexcept { return size_; }  ///< SizeBytes of all records

  /// The iterator is empty if the shard has ended.
  reply finish(std::string_view next_iterator) &&;

 private:
  std::string_view region_;
  const stream_descriptor& stream_;
  json::buffer out_;
  object_writer answer_;  // to out_
  std::size_t count_ = 0;
  std::size_t size_ = 0;
};

}  // namespace dynamo::engine
