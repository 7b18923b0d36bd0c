// TagResource, UntagResource and ListTagsOfResource.
#include "attachment_change.hpp"
#include "operations.hpp"
#include "resource_lookup.hpp"
#include "tag_list.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/parameters/resource_parameters.hpp>
#include <engine/responses/attachment_responses.hpp>

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

result<std::vector<tag>> tags_in(std::optional<std::string_view> row) {
  if (!row) return std::vector<tag>();
  return read_tags(*row);
}

// Has `change` make the next tags of the present ones, and stores them.
result<reply> change_tags(engine_core& core, const std::string& arn,
                          const std::function<result<std::vector<tag>>(std::vector<tag>)>& change) {
  const auto find = [&] { return find_resource(core, arn, resource_kind::table); };
  const auto decide = [&](const attached_resource&,
                          std::optional<std::string_view> row) -> result<attachment_decision> {
    auto present = tags_in(row);
    if (!present) return std::unexpected(present.error());
    auto next = change(*present);
    if (!next) return std::unexpected(next.error());
    if (*next == *present) return attachment_decision();
    if (next->empty()) return attachment_decision{.what = attachment_decision::kind::erase};
    return attachment_decision{.what = attachment_decision::kind::put, .row = stored_tags(*next)};
  };
  if (auto changed = change_attachment(core, attachment::tags, find, decide); !changed) {
    return std::unexpected(changed.error());
  }
  return empty_response();
}

}  // namespace

result<reply> tag_resource(engine_core& core, const request& r) {
  const auto p = read_tag_resource(r);
  if (!p) return std::unexpected(p.error());
  return change_tags(core, p->arn, [&](std::vector<tag> present) -> result<std::vector<tag>> {
    auto next = with_tags(std::move(present), p->tags);
    if (auto valid = check_tags(next); !valid) return std::unexpected(valid.error());
    return next;
  });
}

result<reply> untag_resource(engine_core& core, const request& r) {
  const auto p = read_untag_resource(r);
  if (!p) return std::unexpected(p.error());
  return change_tags(core, p->arn, [&](std::vector<tag> present) -> result<std::vector<tag>> {
    return without_tags(std::move(present), p->keys);
  });
}

result<reply> list_tags_of_resource(const engine_core& core, const request& r) {
  const auto p = read_list_tags(r);
  if (!p) return std::unexpected(p.error());
  const auto resource = find_resource(core, p->arn, resource_kind::table);
  if (!resource) return std::unexpected(resource.error());
  const auto after = p->after ? place_of_token(*p->after) : std::string();
  if (!after) return fail(errc::validation, "Invalid NextToken");  // the words are ours
  const auto row = get_attachment(*core.rows, resource->id, attachment::tags);
  if (!row) return std::unexpected(row.error());
  const auto tags = tags_in(*row);
  if (!tags) return std::unexpected(tags.error());
  const auto first = std::ranges::upper_bound(*tags, *after, {}, &tag::key);
  const std::span<const tag> rest(first, tags->end());
  const bool more = rest.size() > limits::tags_page_max;
  return tags_response(more ? rest.first(limits::tags_page_max) : rest, more);
}

}  // namespace dynamo::engine
