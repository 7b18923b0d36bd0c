#include <dynamo/remote.hpp>

#include "make_remote.hpp"

#include <dynamo/decorators/observed.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/decorators/timed.hpp>

#include <fmt/format.h>
#include <remote/actions/process_environment.hpp>
#include <remote/calls/call_head.hpp>
#include <remote/provider/configuration.hpp>
#include <remote/provider/credential_provider.hpp>
#include <remote/service/pooled_carriers.hpp>
#include <remote/service/sender.hpp>

#include <utility>

namespace dynamo {
namespace {

aws::explicit_settings settings_of(const remote_options& options) {
  aws::explicit_settings out;  // what is empty is looked up
  out.profile = options.profile;
  out.region = options.region;
  out.endpoint_url = options.endpoint_url;
  out.streams_endpoint_url = options.streams_endpoint_url;
  out.fips = options.fips;
  out.dual_stack = options.dual_stack;
  out.ca_bundle = options.ca_bundle;
  out.app_id = options.app_id;
  return out;
}

/// By the program, else by the environment and the profile, else as the caller has it.
retry_settings retries_of(const remote_options& options, const aws::settings& applied,
                          const retry_settings& otherwise) {
  if (options.retries) return *options.retries;
  retry_settings out = otherwise;
  if (applied.retries) {
    out = retry_settings::standard();
    if (applied.retries->value == aws::retry_mode::adaptive) out.send_rate.emplace();
  }
  if (applied.max_attempts) out.attempts = applied.max_attempts->value;
  return out;
}

}  // namespace

result<aws::made_remote> aws::make_remote(const remote_options& options, const retry_settings& unless_set) {
  auto loaded = aws::load_configuration(settings_of(options), options.credentials, aws::process_environment());
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  const aws::settings applied = loaded->applied;
  if (auto where = aws::resolve_endpoint(applied, aws::service_id::dynamodb); !where) {
    return std::unexpected(std::move(where.error()));
  }
  const clock& time = options.time != nullptr ? *options.time : system_clock();
  timer& waits = options.waits != nullptr ? *options.waits : system_timer();
  random_source& random = options.random != nullptr ? *options.random : system_random();

  aws::provider_ports ports;
  ports.time = &time;
  ports.waits = options.waits;
  ports.random = &random;
  const auto to = std::make_shared<aws::routes>(
      applied, loaded->variables, aws::user_agent(DYNAMO_VERSION, applied.app_id ? applied.app_id->value : ""),
      aws::pooled_carriers(options, applied));
  aws::credential_provider who(*std::move(loaded), ports);
  auto sender = aws::make_sender(aws::sender_parts(to, who, time, waits));
  auto patient = retrying(std::move(sender), retries_of(options, applied, unless_set), waits, random);
  auto inner = timed(patient, options.times, waits);
  auto itself = std::make_shared<aws::remote_endpoint>(std::move(inner), std::move(patient), to, who);
  auto outer = observed(itself, options.observer, waits);
  return made_remote{std::move(itself), std::move(outer)};
}

result<remote_service> remote(const remote_options& options) {
  auto made = aws::make_remote(options, retry_settings::standard());
  if (!made) return std::unexpected(std::move(made.error()));
  return remote_service(std::move(made->itself), std::move(made->outer));
}

result<void> remote_service::preconnect(std::size_t idle) const { return itself_->preconnect(idle); }

retry_statistics remote_service::retries() const { return itself_->retries(); }

void remote_service::close() noexcept { itself_->close(); }

}  // namespace dynamo
