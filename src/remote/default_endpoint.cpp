#include <dynamo/remote/default_endpoint.hpp>

#include "make_remote.hpp"

#include <dynamo/base/detail/own_process.hpp>

#include <fmt/format.h>

#include <mutex>
#include <optional>
#include <utility>

#include <pthread.h>

namespace dynamo {
namespace {

/// A remote endpoint, and what it was made from.
struct made_endpoint {
  aws::made_remote remote;
  remote_options options;
  own_process process;
};

struct the_default {
  std::mutex mutex;
  std::shared_ptr<endpoint> set;      // by the program
  std::optional<made_endpoint> made;  // by init(), and then it is what is set; or by the first use
};

/// Never destroyed: static tables may make calls while the program ends.
the_default& shared() {
  static the_default& instance = *new the_default;
  // A child of fork() must not find it locked by a thread that it does not have.
  [[maybe_unused]] static const int free_in_children =
      pthread_atfork([] { instance.mutex.lock(); }, [] { instance.mutex.unlock(); }, [] { instance.mutex.unlock(); });
  return instance;
}

result<made_endpoint> make(const remote_options& options) {
  auto remote = aws::make_remote(options, retry_settings::adaptive());
  if (!remote) return std::unexpected(std::move(remote.error()));
  return made_endpoint{*std::move(remote), options, {}};
}

/// Says in the words of who named no endpoint what is missing.
std::unexpected<error> no_default(const error& why) {
  error_detail detail = why.detail();
  detail.message = fmt::format(
      "No default endpoint is set, and DynamoDB cannot be one: {}. To work without AWS name an endpoint, for example "
      "dynamo::table<schema>{{*dynamo::database::open(\"./data\")}} or {{*dynamo::database::in_memory()}}, or set one "
      "with dynamo::set_default_endpoint()",
      detail.message);
  return fail(error(std::move(detail)));
}

result<std::shared_ptr<endpoint>> endpoint_of_the_moment() {
  the_default& all = shared();
  const std::scoped_lock lock(all.mutex);
  if (all.set) return all.set;
  if (!all.made) {
    auto made = make(remote_options());
    if (!made) return no_default(made.error());
    all.made = *std::move(made);
  }
  return all.made->remote.outer;
}

class forwarding final : public endpoint {
 public:
  result<reply> call(request r) override {
    const auto to = endpoint_of_the_moment();
    if (!to) return std::unexpected(to.error());
    return (*to)->call(std::move(r));
  }
  void start(request r, reply_sink& outcome) override {
    const auto to = endpoint_of_the_moment();
    if (!to) return outcome.complete(std::unexpected(to.error()));
    (*to)->start(std::move(r), outcome);
  }
};

}  // namespace

result<void> set_default_endpoint(std::shared_ptr<endpoint> next, if_set how) {
  if (next == default_endpoint()) {
    return fail(errc::invalid_argument, "default_endpoint() cannot be its own target");
  }
  // `next` and `made` become what was before, and are released after the lock: closing a database takes its time.
  std::optional<made_endpoint> made;
  const std::scoped_lock lock(shared().mutex);
  auto& current = shared().set;
  if (current && current != next && how == if_set::fail) {
    return fail(errc::in_use, "Another default endpoint is set already; pass dynamo::if_set::replace to replace it");
  }
  std::swap(current, next);
  if (!current) std::swap(shared().made, made);
  return {};
}

result<void> init(const remote_options& options) {
  the_default& all = shared();
  std::optional<made_endpoint> before;  // released after the lock
  const std::scoped_lock lock(all.mutex);
  if (all.set && (!all.made || all.made->remote.outer != all.set)) {
    return fail(errc::in_use,
                "Another default endpoint is set already, by dynamo::set_default_endpoint(): dynamo::init() replaces "
                "only what it made itself");
  }
  const bool is_ours =
      all.made && all.made->process.is_this();  // or the parent's, of which a child of fork() has no use
  if (is_ours && all.made->options == options) {
    all.set = all.made->remote.outer;
    return {};
  }
  if (is_ours && all.made->remote.itself->calls_under_way() > 0) {
    return fail(errc::in_use,
                "Calls of the default endpoint are under way; dynamo::init() with other options has to wait for them, "
                "or to come before the first of them");
  }
  auto made = make(options);
  if (!made) return std::unexpected(std::move(made.error()));
  std::swap(all.made, before);
  all.made = *std::move(made);
  all.set = all.made->remote.outer;
  return {};
}

const std::shared_ptr<endpoint>& default_endpoint() {
  static const std::shared_ptr<endpoint>& instance = *new std::shared_ptr<endpoint>(std::make_shared<forwarding>());
  return instance;
}

std::shared_ptr<endpoint> current_default_endpoint() {
  const std::scoped_lock lock(shared().mutex);
  return shared().set;
}

}  // namespace dynamo
