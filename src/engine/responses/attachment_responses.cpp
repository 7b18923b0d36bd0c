#include "attachment_responses.hpp"

#include <dynamo/base/binary.hpp>
#include <dynamo/json/buffer.hpp>
#include <engine/tables/object_writer.hpp>

#include <string>
#include <utility>

namespace dynamo::engine {

reply empty_response() { return reply(json::buffer("{}")); }

reply empty_list_response(std::string_view member) {
  json::buffer out;
  object_writer answer(out);
  answer.name(member).append("[]");
  answer.end();
  return reply(std::move(out));
}

reply tags_response(std::span<const tag> page, bool more) {
  json::buffer out;
  object_writer answer(out);
  if (more) answer.member("NextToken", token_after(page.back().key));
  write_array(answer.name("Tags"), page, [](json::buffer& to, const tag& one) {
    object_writer written(to);
    written.member("Key", one.key);
    written.member("Value", one.value);
    written.end();
  });
  answer.end();
  return reply(std::move(out));
}

std::string token_after(std::string_view last) { return base64_encode(last); }

std::optional<std::string> place_of_token(std::string_view token) {
  std::string place;
  return !token.empty() && base64_decode(token, place) ? std::optional(std::move(place)) : std::nullopt;
}

reply policy_response(const resource_policy& policy) {
  json::buffer out;
  object_writer answer(out);
  answer.member("Policy", policy.document);
  answer.member("RevisionId", std::to_string(policy.revision));
  answer.end();
  return reply(std::move(out));
}

reply revision_response(std::uint64_t revision) {
  json::buffer out;
  object_writer answer(out);
  answer.member("RevisionId", std::to_string(revision));
  answer.end();
  return reply(std::move(out));
}

}  // namespace dynamo::engine
