#pragma once

#include <dynamo/base/log.hpp>
#include <dynamo/protocol/call_observer.hpp>

#include <chrono>
#include <memory>

namespace dynamo {

/// What logging_observer() writes.
struct call_log_settings {
  log_level failed = log_level::warning;
  std::chrono::milliseconds slow{0};  ///< a call that succeeds and takes as long has a line too; 0: none has
  log_level slow_level = log_level::info;

  call_log_settings() = default;
};

/// An observer that writes a line to the log (log.hpp) for each call that failed, or was slow, and at log_level::debug for each attempt that failed:
///
///     GetItem users failed: throttled (ProvisionedThroughputExceededException) after 3 attempts in 1204.113 ms, request 4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG
///
/// One more tells when the circuit of retries is opened or closed (retry_budget), at the level of calls that failed. Failed conditions, which programs expect, and calls that their program cancelled are at log_level::debug. No line has item data or secrets: of an error of
/// the service's it has the type, and not the text. What comes from outside is cut, and no byte of it ends a line.
/// Thread-safe. Cost: an allocation and a search for the table's name a call; a line, where there is one.
std::shared_ptr<call_observer> logging_observer(const call_log_settings& = {});

}  // namespace dynamo
