#include <remote/service/remote_endpoint.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::aws {
namespace {

using counter =
    std::shared_ptr<std::atomic<std::size_t>>;  // may outlive the endpoint: a call whose last owner is its own sink

/// One call under way, as long as this lives.
class counted {
 public:
  explicit counted(counter in) : in_(std::move(in)) { in_->fetch_add(1, std::memory_order_relaxed); }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { in_->fetch_sub(1, std::memory_order_relaxed); }

 private:
  counter in_;
};

class counted_call final : public reply_sink {
 public:
  counted_call(counter in, reply_sink& outcome) : counted_(std::move(in)), outcome_(outcome) {}

  void complete(result<reply> answer) noexcept override {
    reply_sink& outcome = outcome_;
    delete this;
    outcome.complete(std::move(answer));
  }

 private:
  counted counted_;
  reply_sink& outcome_;
};

}  // namespace

void remote_endpoint::limit(request& asked) const noexcept {
  if (asked.times || operation_.count() == 0) return;
  const auto ours = waits_.steady_now() + operation_;
  asked.deadline = std::min(asked.deadline.value_or(ours), ours);
}

result<void> remote_endpoint::preconnect(std::size_t idle) const {
  const auto who = who_.get();
  if (!who) return std::unexpected(who.error());
  const auto way = to_->find(request(operation_name::list_tables, json::buffer("{}")), (*who)->account_id);
  if (!way) return std::unexpected(way.error());
  (*way)->by->preconnect(idle);
  return {};
}

result<reply> remote_endpoint::call(request asked) {
  const counted one(under_way_);
  limit(asked);
  return inner_->call(std::move(asked));
}

void remote_endpoint::start(request asked, reply_sink& outcome) {
  limit(asked);
  inner_->start(std::move(asked), *std::make_unique<counted_call>(under_way_, outcome).release());
}

}  // namespace dynamo::aws
