#pragma once

#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/protocol/item_collection.hpp>
#include <dynamo/schema/schema.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::detail {

/// What a BatchGetItem or BatchWriteItem reply says, by keys as batch_key.hpp spells them.
struct batch_reply {
  struct found_item {
    std::string key;
    std::string_view item;  ///< into the reply
  };
  std::vector<found_item> found;
  std::vector<std::string> unprocessed;
  std::optional<double> capacity_units;
  std::optional<double> vector_write_bytes;
  std::vector<item_collection> item_collections;
  std::size_t bytes = 0;  ///< of the reply
};

/// Reads a reply that concerns one table. errc::decoding if it is malformed, or an item or an unprocessed request has no key.
result<batch_reply> read_batch_reply(const reply&, const keys_description& table);

}  // namespace dynamo::detail
