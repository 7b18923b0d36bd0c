#pragma once

#include "engine_core.hpp"

#include <dynamo/base/result.hpp>
#include <engine/parameters/batch_write_parameters.hpp>
#include <engine/responses/batch_write_response.hpp>
#include <engine/rows/capacity.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dynamo::engine {

/// What becomes of the requests of one BatchWriteItem. Each is a write of its own, by the same code as a single one, and none
/// depends on another; the caller enqueues all before it waits for the first, so that they share a commit.
///
/// Not thread-safe.
class batch_write {
 public:
  batch_write(engine_core&, batch_write_parameters);

  std::size_t size() const noexcept { return p_.requests.size(); }
  prepared_change& change(std::size_t which) const { return *p_.requests[which].change; }

  /// Checks all requests by their tables: that these exist, that keys fit, and that no key comes twice. Nothing is written yet.
  result<void> check();

  /// Takes up a request that the commit queue has admitted. True if it is queued, and its outcome comes to the sink, or to the
  /// caller who waits for the change. False if it is settled: there was nothing to change, or it was refused.
  bool begin(std::size_t which, reply_sink*);
  /// Leaves a request for the caller to send again.
  void leave(std::size_t which) { unprocessed_[which] = true; }
  /// Notes that a write was lost.
  void lose(error);
  bool is_lost() const noexcept { return loss_.has_value(); }

  /// The response, once all is settled. An error if a write was lost, or if no request could be taken up.
  result<reply> answer() const;

 private:
  std::vector<std::set<std::string>> find_item_collections() const;

  engine_core& core_;
  batch_write_parameters p_;
  std::vector<std::shared_ptr<const table_entry>> tables_;  // as they were when they were checked
  std::vector<json::buffer> keys_;                          // of the requests' rows in those
  std::vector<bool> unprocessed_;
  std::vector<consumed_capacity> consumed_;  // by table
  std::size_t begun_ = 0;
  std::size_t conflicts_ = 0;
  std::optional<error> refusal_;  // the first that the state of a table was the reason of
  std::optional<error> loss_;
};

}  // namespace dynamo::engine
