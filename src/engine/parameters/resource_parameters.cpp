#include "resource_parameters.hpp"

#include "member_reader.hpp"
#include "policy_document.hpp"

#include <fmt/format.h>

#include <set>

namespace dynamo::engine {
namespace {

template <class P>
consteval declared<P> arn_of_resource() {
  return parameter<P, &P::arn>("ResourceArn").required().within(1, limits::resource_arn_size_max);
}

using of_tags = tag_parameters;
constexpr auto tag_resource_members =
    declare(arn_of_resource<of_tags>(), parameter<of_tags, &of_tags::tags>("Tags", tag_members).required());
constexpr auto untag_resource_members = declare(
    arn_of_resource<of_tags>(),
    parameter<of_tags, &of_tags::keys>("TagKeys").required().each_within(1, limits::tag_key_size_max).in_characters());
constexpr auto list_tags_members =
    declare(arn_of_resource<of_tags>(), parameter<of_tags, &of_tags::after>("NextToken"));

using of_policy = policy_parameters;
consteval declared<of_policy> expected_revision() {
  return parameter<of_policy, &of_policy::expected>("ExpectedRevisionId").within(1, limits::policy_revision_size_max);
}
constexpr auto put_policy_members =
    declare(arn_of_resource<of_policy>(), parameter<of_policy, &of_policy::policy>("Policy").required(),
            expected_revision(), parameter<of_policy, &of_policy::confirmed>("ConfirmRemoveSelfResourceAccess"));
constexpr auto get_policy_members = declare(arn_of_resource<of_policy>());
constexpr auto delete_policy_members = declare(arn_of_resource<of_policy>(), expected_revision());

}  // namespace

// The words are ours: AWS's were not recorded.
result<void> check_tags(const std::vector<tag>& tags) {
  std::set<std::string_view> keys;
  for (const tag& one : tags) {
    if (one.key.starts_with("aws:")) {
      return fail(
          errc::validation,
          fmt::format("One or more parameter values were invalid: Tag keys that start with aws: are reserved: {}",
                      one.key));
    }
    if (!keys.insert(one.key).second) {
      return fail(errc::validation,
                  fmt::format("One or more parameter values were invalid: Duplicate tag key: {}", one.key));
    }
  }
  if (tags.size() > limits::tags_max) {
    return fail(errc::validation,
                fmt::format("One or more parameter values were invalid: A resource may have {} tags, {} are given",
                            limits::tags_max, tags.size()));
  }
  return {};
}

result<tag_parameters> read_tag_resource(const request& r) {
  auto given = read_request(r, tag_resource_members);
  if (!given) return given;
  if (auto valid = check_tags(given->tags); !valid) return std::unexpected(valid.error());
  return given;
}
result<tag_parameters> read_untag_resource(const request& r) { return read_request(r, untag_resource_members); }
result<tag_parameters> read_list_tags(const request& r) { return read_request(r, list_tags_members); }

result<policy_parameters> read_put_policy(const request& r) {
  auto given = read_request(r, put_policy_members);
  if (!given) return given;
  if (auto valid = check_policy(given->policy); !valid) return std::unexpected(valid.error());
  return given;
}
result<policy_parameters> read_get_policy(const request& r) { return read_request(r, get_policy_members); }
result<policy_parameters> read_delete_policy(const request& r) { return read_request(r, delete_policy_members); }

}  // namespace dynamo::engine
