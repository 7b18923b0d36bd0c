#include <dynamo/decorators/timed.hpp>

#include <algorithm>
#include <utility>

namespace dynamo {
namespace {

class timed_endpoint final : public endpoint {
 public:
  timed_endpoint(std::shared_ptr<endpoint> inner, const call_times& times, timer& time)
      : inner_(std::move(inner)), times_(times), time_(time) {}

  result<reply> call(request r) override { return inner_->call(limited(std::move(r))); }
  void start(request r, reply_sink& outcome) override { inner_->start(limited(std::move(r)), outcome); }

 private:
  request limited(request r) const {
    if (r.times) return r;
    r.times = times_;
    if (times_.operation.count() > 0) {
      const auto ours = time_.steady_now() + times_.operation;
      r.deadline = std::min(r.deadline.value_or(ours), ours);
    }
    return r;
  }

  const std::shared_ptr<endpoint> inner_;
  const call_times times_;
  timer& time_;
};

}  // namespace

std::shared_ptr<endpoint> timed(std::shared_ptr<endpoint> inner, const call_times& times, timer& time) {
  return std::make_shared<timed_endpoint>(or_absent(std::move(inner)), times, time);
}

}  // namespace dynamo
