#include "time_to_live.hpp"

#include <dynamo/json/buffer.hpp>
#include <engine/tables/object_writer.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace dynamo::engine {

std::string_view to_string(ttl_status status) noexcept {
  constexpr auto names = std::to_array<std::string_view>({"DISABLED", "ENABLING", "ENABLED", "DISABLING"});
  return names[static_cast<std::size_t>(status)];
}

reply write_ttl_specification(const ttl_descriptor& ttl) {
  json::buffer out;
  object_writer answer(out);
  object_writer specification(answer.name("TimeToLiveSpecification"));
  specification.member("AttributeName", ttl.attribute);
  specification.member("Enabled", ttl.enabled);
  specification.end();
  answer.end();
  return reply(std::move(out));
}

reply write_ttl_description(const std::optional<ttl_descriptor>& ttl, ttl_status status) {
  json::buffer out;
  object_writer answer(out);
  object_writer description(answer.name("TimeToLiveDescription"));
  if (ttl && status != ttl_status::disabled) description.member("AttributeName", ttl->attribute);
  description.member("TimeToLiveStatus", status);
  description.end();
  answer.end();
  return reply(std::move(out));
}

}  // namespace dynamo::engine
