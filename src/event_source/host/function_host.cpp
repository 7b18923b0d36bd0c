#include <dynamo/event_source/function_host.hpp>

#include <event_source/host/supervisor.hpp>

#include <cerrno>
#include <system_error>
#include <utility>

namespace dynamo::event_source {

function_host::function_host(owned s) : supervisor_(std::move(s)) {}

result<std::shared_ptr<function_host>> function_host::start(host_options options) {
  auto rings = std::make_shared<wakeup>();
  if (!rings->is_open()) {
    return fail(errc::unavailable,
                "Cannot create an eventfd for the function host: " + std::generic_category().message(errno));
  }
  owned runs(new supervisor(std::move(options), std::move(rings)));
  if (result<void> begun = runs->begin(); !begun) return std::unexpected(std::move(begun).error());
  return std::shared_ptr<function_host>(new function_host(std::move(runs)));
}

function_host::~function_host() { stop(std::chrono::milliseconds(500)); }

void function_host::invoke(invocation what, outcome_sink& to) {
  if (!process_.is_this())
    return to.complete({outcome::kind::not_executed, made_before_fork("This function host").error().message()});
  supervisor_->invoke(std::move(what), to);
}
std::string_view function_host::arn() const noexcept { return supervisor_->arn(); }
void function_host::stop(std::chrono::milliseconds grace_period) {
  if (process_.is_this()) supervisor_->stop(grace_period);
}

}  // namespace dynamo::event_source
