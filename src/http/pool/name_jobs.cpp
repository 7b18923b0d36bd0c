#include <http/pool/name_jobs.hpp>

#include <http/pool/loop_core.hpp>

#include <cstring>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace dynamo::http {

std::vector<socket_address> numeric_address(const address& of) {
  sockaddr_in four{};
  if (::inet_pton(AF_INET, of.host.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(of.port);
    return {socket_address(reinterpret_cast<const sockaddr*>(&four), sizeof four)};
  }
  sockaddr_in6 six{};
  if (::inet_pton(AF_INET6, of.host.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(of.port);
    return {socket_address(reinterpret_cast<const sockaddr*>(&six), sizeof six)};
  }
  return {};
}

/// Outlives the worker if its thread does.
struct name_worker::state {
  explicit state(loop_core& l) : loop(l) {}

  loop_core& loop;   // there until `ended`
  std::mutex mutex;  // of what follows
  std::condition_variable changed;
  std::deque<std::shared_ptr<name_job>> asked;
  bool asks_the_system = false;  // now
  bool ended = false;
};

name_worker::~name_worker() { end(); }

bool name_worker::ask(std::shared_ptr<name_job> job) {
  if (!state_) state_ = std::make_shared<state>(loop_);
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->ended) return false;
    state_->asked.push_back(std::move(job));
  }
  state_->changed.notify_one();
  if (thread_.joinable()) return true;
  try {
    thread_ = std::thread([s = state_] { run(s); });
  } catch (const std::system_error&) {
    const std::scoped_lock lock(state_->mutex);
    state_->asked.clear();
    return false;
  }
  return true;
}

void name_worker::end() noexcept {
  if (!thread_.joinable()) return;
  bool abandon = false;
  {
    const std::scoped_lock lock(state_->mutex);
    state_->ended = true;
    state_->asked.clear();
    abandon = state_->asks_the_system;
  }
  state_->changed.notify_one();
  if (abandon) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void name_worker::run(const std::shared_ptr<state>& s) noexcept {
  std::unique_lock lock(s->mutex);
  for (;;) {
    s->changed.wait(lock, [&] { return s->ended || !s->asked.empty(); });
    if (s->ended) return;
    const std::shared_ptr<name_job> job = std::move(s->asked.front());
    s->asked.pop_front();
    s->asks_the_system = &job->names == &system_name_lookup();
    lock.unlock();
    job->found = job->names.find(job->of);
    lock.lock();
    s->asks_the_system = false;
    if (s->ended) return;
    s->loop.post_answer(job);
  }
}

}  // namespace dynamo::http
