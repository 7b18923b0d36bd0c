#pragma once

#include "core_fixture.hpp"

#include <engine/operations/write_list.hpp>

#include <memory>
#include <string>
#include <vector>

namespace dynamo::engine_tests {

/// One write of an item, as text.
struct item_request {
  operation_name operation;
  std::string body;
};

/// Writes several items as one change, and answers the first refusal. No operation does that yet.
inline result<void> write_all(engine::engine_core& core, const std::vector<item_request>& requests) {
  auto change = std::make_shared<engine::prepared_change>();
  std::vector<engine::write_parameters> parameters;
  parameters.reserve(requests.size());
  for (const item_request& one : requests) {
    auto read = engine::read_write_item(request(one.operation, json::buffer(one.body)), change->rows);
    if (!read) return std::unexpected(read.error());
    parameters.push_back(*std::move(read));
  }
  core.commits->reserve();
  engine::queue_slot slot(*core.commits);
  engine::write_list list(core, change);
  for (const engine::write_parameters& p : parameters) list.add(p);
  while (true) {
    if (auto prepared = list.prepare(); !prepared) return prepared;
    change->answer_error.reset();
    for (engine::item_write& item : list.items()) {
      if (!change->answer_error) change->answer_error = item.refusal;
    }
    const auto done = list.enqueue(slot);
    if (!done) return std::unexpected(done.error());
    if (*done == engine::write_list::progress::stale) continue;
    if (*done == engine::write_list::progress::queued) {
      if (auto committed = core.commits->wait(*change); !committed) return committed;
    }
    if (change->answer_error) return std::unexpected(*change->answer_error);
    return {};
  }
}

}  // namespace dynamo::engine_tests
