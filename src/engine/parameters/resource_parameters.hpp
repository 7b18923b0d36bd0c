#pragma once

#include "member.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/tables/attachment.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// The parameters of TagResource, UntagResource and ListTagsOfResource.
struct tag_parameters {
  std::string arn;
  std::vector<tag> tags;             ///< TagResource
  std::vector<std::string> keys;     ///< UntagResource
  std::optional<std::string> after;  ///< ListTagsOfResource: the NextToken
};
result<tag_parameters> read_tag_resource(const request&);
result<tag_parameters> read_untag_resource(const request&);
result<tag_parameters> read_list_tags(const request&);

/// The members of a tag, wherever tags are given.
inline constexpr auto tag_members =
    declare(parameter<tag, &tag::key>("Key").required().within(1, limits::tag_key_size_max).in_characters(),
            parameter<tag, &tag::value>("Value").required().within(0, limits::tag_value_size_max).in_characters())
        .of("Tag");
/// What no single tag shows: keys that are reserved or given twice, more tags than a resource may have.
result<void> check_tags(const std::vector<tag>&);

/// The parameters of PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy.
struct policy_parameters {
  std::string arn;
  std::string policy;
  std::optional<std::string> expected;  ///< ExpectedRevisionId
  /// ConfirmRemoveSelfResourceAccess. Nobody is kept from anything here, so nothing has to be confirmed.
  std::optional<bool> confirmed;
};
result<policy_parameters> read_put_policy(const request&);
result<policy_parameters> read_get_policy(const request&);
result<policy_parameters> read_delete_policy(const request&);

}  // namespace dynamo::engine
