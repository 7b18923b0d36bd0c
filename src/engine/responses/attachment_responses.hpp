#pragma once

#include <dynamo/protocol/endpoint.hpp>
#include <engine/tables/attachment.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// What answers nothing but that it is done.
reply empty_response();
/// A list without elements: {"BackupSummaries":[]}.
reply empty_list_response(std::string_view member);

/// A page of tags. `more`: others follow, and the token says after which.
reply tags_response(std::span<const tag>, bool more);
/// NextToken of a list that goes on after `last`, and what such a token says; nothing for a text that is none.
std::string token_after(std::string_view last);
std::optional<std::string> place_of_token(std::string_view token);

/// GetResourcePolicy; PutResourcePolicy and DeleteResourcePolicy tell the revision alone.
reply policy_response(const resource_policy&);
reply revision_response(std::uint64_t revision);

}  // namespace dynamo::engine
