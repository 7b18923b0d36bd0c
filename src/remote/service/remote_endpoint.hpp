#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <remote/provider/credential_provider.hpp>
#include <remote/service/routes.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

namespace dynamo::aws {

/// The outermost endpoint of a service: gives every request a deadline, counts those under way, and can be closed. `inner` is a sender with retries around it, and perhaps
/// an observer around these.
class remote_endpoint final : public endpoint {
 public:
  /// `operation`: how long a request may take that has neither times nor an earlier deadline of its own; 0: any time.
  remote_endpoint(std::shared_ptr<endpoint> inner, std::shared_ptr<retrying_endpoint> retries,
                  std::shared_ptr<routes> to, credential_provider who, std::chrono::milliseconds operation,
                  timer& waits)
      : inner_(std::move(inner)),
        retries_(std::move(retries)),
        to_(std::move(to)),
        who_(std::move(who)),
        operation_(operation),
        waits_(waits) {}

  result<reply> call(request) override;
  void start(request, reply_sink&) override;
  /// Has connections to DynamoDB made until so many are idle. Waits for credentials, which say where it is, and not for the connections.
  result<void> preconnect(std::size_t idle) const;
  void close() noexcept { to_->close(); }
  retry_statistics retries() const { return retries_->statistics(); }
  std::size_t calls_under_way() const noexcept { return under_way_->load(std::memory_order_relaxed); }

 private:
  void limit(request&) const noexcept;

  const std::shared_ptr<endpoint> inner_;
  const std::shared_ptr<retrying_endpoint> retries_;
  const std::shared_ptr<routes> to_;
  const credential_provider who_;
  const std::chrono::milliseconds operation_;
  timer& waits_;
  const std::shared_ptr<std::atomic<std::size_t>> under_way_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace dynamo::aws
