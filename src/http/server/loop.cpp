#include <http/server/loop.hpp>

#include <boost/asio/post.hpp>
#include <http/message/response_head.hpp>
#include <http/server/connection.hpp>

#include <algorithm>
#include <latch>
#include <utility>

namespace dynamo::http {
namespace {

/// How often a loop looks for connections whose time is over: four times within the shortest, so each may last a quarter longer.
std::chrono::microseconds pace(const listener_options& o) {
  const auto shortest = std::min({o.idle_time, o.head_time, o.request_time, o.response_time, o.closing_time});
  return std::clamp<std::chrono::microseconds>(shortest / 4, std::chrono::milliseconds(5), std::chrono::seconds(1));
}

}  // namespace

/// One timer for all connections of a loop: deadlines move with every request, and moving a timer each time would cost more than
/// looking at each connection now and then.
class loop::sweep_task final : public timer_task {
 public:
  explicit sweep_task(loop& of) : context_(of.context_), of_(of.weak_from_this()) {}
  void run() noexcept override {
    boost::asio::post(*context_, [of = of_] {
      if (const auto swept = of.lock()) swept->sweep();
    });
  }

 private:
  std::shared_ptr<boost::asio::io_context> context_;
  std::weak_ptr<loop> of_;
};

loop::loop(std::shared_ptr<listener_shared> s) : shared_(std::move(s)) {}
loop::~loop() = default;

void loop::start() {
  std::latch running(1);
  thread_ = std::thread([this, &running] {
    id_ = std::this_thread::get_id();
    running.count_down();
    context_->run();
  });
  running.wait();
}

void loop::join() {
  if (thread_.joinable()) thread_.join();
}

void loop::adopt(boost::asio::ip::tcp::socket socket, bool admitted) {
  const auto added = std::make_shared<connection>(shared_from_this(), std::move(socket), admitted);
  members_.push_front(added);
  added->start(members_.begin());
  watch();
}

void loop::leave(members::iterator member) noexcept { members_.erase(member); }

void loop::watch() {
  if (watching_ || members_.empty()) return;
  watching_ = static_cast<bool>(shared_->time.after(pace(shared_->options), std::make_shared<sweep_task>(*this)));
}

void loop::sweep() {
  watching_ = false;
  const auto time = now();
  for (auto at = members_.begin(); at != members_.end();) (*at++)->check_time(time);  // it may leave
  watch();
}

void loop::drain() {
  if (std::exchange(draining_, true)) return;
  for (auto at = members_.begin(); at != members_.end();) (*at++)->drain();
  open_.reset();
}

void loop::cut_off() {
  drain();
  for (auto at = members_.begin(); at != members_.end();) (*at++)->close();
}

std::string_view loop::date() {
  const instant time = shared_->wall.now();
  const auto second = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  if (second != date_second_) {
    date_ = http_date(time);
    date_second_ = second;
  }
  return date_;
}

}  // namespace dynamo::http
