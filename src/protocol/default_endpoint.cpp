#include <dynamo/protocol/default_endpoint.hpp>

#include <mutex>
#include <utility>

#include <pthread.h>

namespace dynamo {
namespace {

struct the_default {
  std::mutex mutex;
  std::shared_ptr<endpoint> current;
};

/// Never destroyed: static tables may make calls while the program ends.
the_default& shared() {
  static the_default& instance = *new the_default;
  // A child of fork() must not find it locked by a thread that it does not have.
  [[maybe_unused]] static const int free_in_children =
      pthread_atfork([] { instance.mutex.lock(); }, [] { instance.mutex.unlock(); }, [] { instance.mutex.unlock(); });
  return instance;
}

std::unexpected<error> none_set() {
  return fail(errc::not_supported,
              "No default endpoint is set, and DynamoDB over HTTPS is not supported yet. Name an endpoint, for example "
              "dynamo::table<schema>{*dynamo::database::open(\"./data\")} or {*dynamo::database::in_memory()}, or set "
              "one with dynamo::set_default_endpoint()");
}

class forwarding final : public endpoint {
 public:
  result<reply> call(request r) override {
    const std::shared_ptr<endpoint> to = current_default_endpoint();
    if (!to) return none_set();
    return to->call(std::move(r));
  }
  void start(request r, reply_sink& outcome) override {
    const std::shared_ptr<endpoint> to = current_default_endpoint();
    if (!to) return outcome.complete(none_set());
    to->start(std::move(r), outcome);
  }
};

}  // namespace

result<void> set_default_endpoint(std::shared_ptr<endpoint> next, if_set how) {
  if (next == default_endpoint()) {
    return fail(errc::invalid_argument, "default_endpoint() cannot be its own target");
  }
  // `next` becomes what was set before, and is released after the lock: closing a database takes its time.
  const std::scoped_lock lock(shared().mutex);
  auto& current = shared().current;
  if (current && current != next && how == if_set::fail) {
    return fail(errc::in_use, "Another default endpoint is set already; pass dynamo::if_set::replace to replace it");
  }
  std::swap(current, next);
  return {};
}

const std::shared_ptr<endpoint>& default_endpoint() {
  static const std::shared_ptr<endpoint>& instance = *new std::shared_ptr<endpoint>(std::make_shared<forwarding>());
  return instance;
}

std::shared_ptr<endpoint> current_default_endpoint() {
  const std::scoped_lock lock(shared().mutex);
  return shared().current;
}

}  // namespace dynamo
