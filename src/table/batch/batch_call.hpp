#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/protocol/detail/request_context.hpp>
#include <dynamo/table/batch.hpp>

#include <table/batch/batch_plan.hpp>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::detail {

/// What a batch call says in each of its requests.
struct batch_wording {
  std::string head;  ///< up to the first entry
  std::string tail;  ///< after the last entry
  operation_name operation{};
};

/// Sends a batch call: asks the plan what is next, does that, and tells it what came of it. For one use, as an endpoint whose
/// only request says deadline, stop token and origin, and whose reply says what was consumed. One lock guards the plan; no
/// request is started under it, since an answer may come inside start(). It lives, and goes on, until its outcome is told, whatever
/// becomes of its owner.
class batch_call final : public endpoint, public std::enable_shared_from_this<batch_call> {
 public:
  batch_call(std::shared_ptr<endpoint> via, const keys_description& table, batch_wording, batch_inputs, batch_settings,
             const batch_policy&, std::size_t puts);

  result<reply> call(request) override;
  void start(request, reply_sink&) override;

  operation_name operation() const noexcept { return wording_.operation; }
  // Once it is done:
  const batch_plan& plan() const noexcept { return *plan_; }
  batch_effort effort() const;
  std::vector<item_collection> item_collections() const;
  /// So many inputs are puts; those after them are removes.
  std::size_t puts() const noexcept { return puts_; }

 private:
  class answer_sink;
  class wake_up;

  void begin(const request&);
  request make_request(std::size_t chunk) const;
  void take_answer(std::size_t chunk, result<reply>&&);
  void answered(std::shared_ptr<batch_call> self, std::size_t chunk, result<reply>&&);
  void send(std::size_t chunk, std::unique_lock<std::mutex>&);
  /// Acts until nothing is left to do but to wait.
  void pump(std::unique_lock<std::mutex>, std::shared_ptr<batch_call> self);
  reply summary();

  std::shared_ptr<endpoint> via_;
  const keys_description& table_;
  batch_wording wording_;
  batch_inputs inputs_;  // until the plan has them
  batch_settings settings_;
  timer& timer_;
  random_source& random_;
  std::size_t puts_;
  std::optional<batch_plan> plan_;
  std::map<std::string, item_collection> collections_;  // by key, as the last reply had each
  std::vector<json::buffer> replies_;                   // what the plan's outcomes point into
  request_context context_;
  std::chrono::steady_clock::time_point began_{};
  std::chrono::microseconds elapsed_{0};

  std::mutex mutex_;
  std::condition_variable answered_;  // for a caller that blocks
  reply_sink* outcome_ = nullptr;     // of a caller that does not
  bool pumping_ = false;
};

}  // namespace dynamo::detail
