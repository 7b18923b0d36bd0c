#pragma once

#include <dynamo/base/error.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/protocol/operation_facts.hpp>

#include <compare>
#include <string>
#include <vector>

namespace dynamo {

/// What is throttled on its own: one capacity of one table or index.
struct throughput_key {
  capacity_kind capacity{};
  std::string
      resource;  ///< "users", "users/index/by_email"; "(control plane)", "(streams)"; empty for PartiQL statements

  auto operator<=>(const throughput_key&) const = default;
};

/// What a request draws on: the index that it reads; else its tables, several for batches and transactions. Never empty.
std::vector<throughput_key> throughput_of(const request&);

/// What has to be drawn on less after an error, where `drawn_on` is what the request drew on. Empty unless it is throttling.
///
/// It is what the error's throttling_reasons() name. Writes that an index holds up are its table's, for no write says which index
/// it goes to; a query of a local index that its table holds up slows both down. Without reasons, or if nothing of the request's
/// own is among them, it is all of `drawn_on`.
std::vector<throughput_key> throttled_by(const error&, const std::vector<throughput_key>& drawn_on);

}  // namespace dynamo
