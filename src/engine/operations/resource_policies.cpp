// PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy.
#include "attachment_change.hpp"
#include "operations.hpp"
#include "resource_lookup.hpp"
#include "tag_list.hpp"

#include <engine/parameters/resource_parameters.hpp>
#include <engine/responses/attachment_responses.hpp>

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::string_view none_expected = "NO_POLICY";

std::unexpected<error> policy_not_found(std::string_view more) {
  return std::unexpected(
      error({.code = errc::resource_not_found,
             .message = fmt::format("Resource-based policy not found for the provided ResourceArn{}", more),
             .type = "com.amazonaws.dynamodb.v20120810#PolicyNotFoundException"}));
}

// AWS's words, but for those of a policy that is not there.
result<void> check_expected(const std::optional<std::string>& expected, const attached_resource& resource,
                            const std::optional<resource_policy>& present) {
  if (!expected) return {};
  if (!present) {
    if (*expected == none_expected) return {};
    return policy_not_found(
        fmt::format(": Requested update for policy with revision id {}, but target table {} has no policy.", *expected,
                    resource.name));
  }
  const std::string revision = std::to_string(present->revision);
  if (*expected == revision) return {};
  if (*expected == none_expected) {
    return policy_not_found(
        fmt::format(": Requested policy update expecting none to be present for table {}, but a policy exists with "
                    "revision id {}.",
                    resource.name, revision));
  }
  return policy_not_found(
      fmt::format(": Requested update for policy with revision id {}, but the policy associated to target table {} has "
                  "revision id {}.",
                  *expected, resource.name, revision));
}

result<std::optional<resource_policy>> policy_in(std::optional<std::string_view> row) {
  if (!row) return std::nullopt;
  auto policy = read_policy(*row);
  if (!policy) return std::unexpected(policy.error());
  return *std::move(policy);
}

// The policy that there was, and the one that is put; of these the revision is told.
struct policy_change {
  std::optional<resource_policy> before;
  std::optional<resource_policy> after;
};

result<policy_change> change_policy(engine_core& core, const policy_parameters& p, bool put) {
  policy_change came;
  const auto find = [&] { return find_resource(core, p.arn, resource_kind::table_or_stream); };
  const auto decide = [&](const attached_resource& resource,
                          std::optional<std::string_view> row) -> result<attachment_decision> {
    auto present = policy_in(row);
    if (!present) return std::unexpected(present.error());
    if (auto as = check_expected(p.expected, resource, *present); !as) return std::unexpected(as.error());
    came.before = came.after = *present;
    if (!put) {
      came.after.reset();
      if (!came.before) return attachment_decision();
      return attachment_decision{.what = attachment_decision::kind::erase};
    }
    if (came.before && came.before->document == p.policy) return attachment_decision();
    came.after = resource_policy{p.policy, revision_after(came.before ? came.before->revision : 0, core.now())};
    return attachment_decision{.what = attachment_decision::kind::put, .row = stored_policy(*came.after)};
  };
  if (auto changed = change_attachment(core, attachment::policy, find, decide); !changed) {
    return std::unexpected(changed.error());
  }
  return came;
}

}  // namespace

result<reply> put_resource_policy(engine_core& core, const request& r) {
  const auto p = read_put_policy(r);
  if (!p) return std::unexpected(p.error());
  const auto came = change_policy(core, *p, true);
  if (!came) return std::unexpected(came.error());
  return revision_response(came->after->revision);
}

// Deleting what is not there is no error. There is no revision to tell then.
result<reply> delete_resource_policy(engine_core& core, const request& r) {
  const auto p = read_delete_policy(r);
  if (!p) return std::unexpected(p.error());
  const auto came = change_policy(core, *p, false);
  if (!came) return std::unexpected(came.error());
  return came->before ? revision_response(came->before->revision) : empty_response();
}

result<reply> get_resource_policy(const engine_core& core, const request& r) {
  const auto p = read_get_policy(r);
  if (!p) return std::unexpected(p.error());
  const auto resource = find_resource(core, p->arn, resource_kind::table_or_stream);
  if (!resource) return std::unexpected(resource.error());
  const auto row = get_attachment(*core.rows, resource->id, attachment::policy);
  if (!row) return std::unexpected(row.error());
  const auto policy = policy_in(*row);
  if (!policy) return std::unexpected(policy.error());
  if (!*policy) return policy_not_found(": " + p->arn);
  return policy_response(**policy);
}

}  // namespace dynamo::engine
