#include <remote/service/routes.hpp>

#include <dynamo/protocol/operation_facts.hpp>

#include <remote/actions/proxy_on_the_way.hpp>
#include <remote/endpoints/request_arn.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace dynamo::aws {
namespace {

service_id service_of(operation_name operation) noexcept {
  return facts_of(operation).service == wire_service::streams ? service_id::dynamodb_streams : service_id::dynamodb;
}

std::unexpected<error> closed() { return fail(errc::cancelled, "The connection to DynamoDB is closed"); }

}  // namespace

routes::routes(settings s, environment variables, std::string user_agent, make_carrier make)
    : settings_(std::move(s)),
      variables_(std::move(variables)),
      user_agent_(std::move(user_agent)),
      make_carrier_(std::move(make)) {}

result<std::shared_ptr<const route>> routes::find(const request& call, std::string_view account_id) {
  const service_id service = service_of(call.operation);
  const std::optional<std::string> arn = arn_of_request(call.operation, call.body);
  const std::scoped_lock lock(mutex_);
  if (closed_) return closed();
  if (arn) {
    const std::array<std::string_view, 1> arns{*arn};
    return resolve(service, account_id, arns);
  }
  of_account& last = last_[service == service_id::dynamodb_streams ? 1 : 0];
  if (last.to && last.account_id == account_id) return last.to;
  auto found = resolve(service, account_id, {});
  if (found) {
    last.account_id = account_id;
    last.to = *found;
  }
  return found;
}

result<std::shared_ptr<const route>> routes::resolve(service_id service, std::string_view account_id,
                                                     std::span<const std::string_view> arns) {
  const auto account = account_id.empty() ? std::nullopt : std::optional(account_id);
  auto resolved = resolve_endpoint(settings_, service, account, arns);
  if (!resolved) return std::unexpected(std::move(resolved.error()));
  const auto by = proxy_on_the_way(resolved->url, variables_);
  if (!by) return std::unexpected(by.error());
  call_target target(resolved->url, user_agent_, by->has_value() ? &**by : nullptr);
  const auto known = std::ranges::find_if(hosts_, [&](const auto& each) {
    return each->target.begin == target.begin && each->signing_region == resolved->signing_region;
  });
  if (known != hosts_.end()) {
    std::rotate(known, known + 1, hosts_.end());
    return hosts_.back();
  }
  auto made = make_carrier_(resolved->url, *by);
  if (hosts_.size() == hosts_max) hosts_.erase(hosts_.begin());
  hosts_.push_back(
      std::make_shared<const route>(std::move(target), std::move(resolved->signing_region), std::move(made)));
  return hosts_.back();
}

void routes::close() noexcept {
  std::vector<std::shared_ptr<const route>> ended;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    ended.swap(hosts_);
    for (of_account& each : last_) each.to.reset();
  }
  for (const auto& each : ended) each->by->close();
}

}  // namespace dynamo::aws
