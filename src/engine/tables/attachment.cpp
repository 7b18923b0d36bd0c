#include "attachment.hpp"

#include "enumerator.hpp"
#include "object_writer.hpp"

#include <dynamo/json/cursor.hpp>
#include <engine/storage/big_endian.hpp>
#include <engine/storage/key_space.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <utility>

namespace dynamo::engine {
namespace {

// The version of all stored forms below. Readers refuse a greater one.
constexpr std::uint64_t attachment_format = 1;

constexpr auto kinds =
    std::to_array({attachment::tags, attachment::policy, attachment::recovery, attachment::insights});
constexpr auto mode_names = std::to_array<std::string_view>({"ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"});

std::uint64_t microseconds_of(instant t) { return static_cast<std::uint64_t>(t.time_since_epoch().count()); }
instant instant_of(std::uint64_t microseconds) {
  return instant(std::chrono::microseconds(static_cast<std::int64_t>(microseconds)));
}

std::uint64_t read_unsigned(json::cursor& at) {
  const std::string_view digits = at.read_number();
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc() || end != digits.data() + digits.size()) at.fail("not an unsigned integer");
  return value;
}

// Calls `read(name)` for each member of an object; it answers whether it has read the value.
template <class Read>
void read_members(json::cursor& at, Read read) {
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    if (!read(name)) at.skip();
  }
}

template <class Value, class Read>
result<Value> read_stored(std::string_view what, std::string_view stored, Read read) {
  const json::buffer padded(stored);
  json::cursor at(padded);
  std::uint64_t format = 0;
  Value value{};
  read_members(at, [&](std::string_view name) {
    if (name != "format") return read(at, name, value);
    format = read_unsigned(at);
    return true;
  });
  if (at.ok() && format > attachment_format) {
    return fail(errc::not_supported,
                fmt::format("The stored {} have format {}, this version reads up to {}: open the database with the "
                            "version that wrote it, or a later one",
                            what, format, attachment_format));
  }
  if (!at.ok() || format == 0) {
    return fail(errc::corruption, fmt::format("The stored {} cannot be read: {} at byte {}", what,
                                              at.problem() == nullptr ? "no format" : at.problem(), at.position()));
  }
  return value;
}

template <class Write>
std::string stored(Write write) {
  json::buffer out;
  object_writer object(out);
  object.member("format", attachment_format);
  write(object);
  object.end();
  return std::string(out.view());
}

tag read_tag(json::cursor& at) {
  tag one;
  read_members(at, [&](std::string_view name) {
    if (name == "key") {
      one.key = at.read_string();
    } else if (name == "value") {
      one.value = at.read_string();
    } else {
      return false;
    }
    return true;
  });
  return one;
}

insights_settings read_one_insights(json::cursor& at) {
  insights_settings one;
  read_members(at, [&](std::string_view name) {
    if (name == "id") {
      const std::uint64_t id = read_unsigned(at);
      if (id == 0 || id > std::numeric_limits<std::uint32_t>::max()) at.fail("not an id");
      one.id = static_cast<std::uint32_t>(id);
    } else if (name == "enabled") {
      one.enabled = at.read_bool();
    } else if (name == "mode") {
      const auto mode = enumerator_of<insights_mode>(mode_names, at.read_string());
      if (!mode) at.fail("not a mode");
      one.mode = mode.value_or(one.mode);
    } else if (name == "updated_us") {
      one.updated = instant_of(read_unsigned(at));
    } else {
      return false;
    }
    return true;
  });
  return one;
}

}  // namespace

std::string_view to_string(insights_mode mode) noexcept { return mode_names[static_cast<std::size_t>(mode)]; }

std::string attachment_key(std::string_view store_prefix, std::uint32_t resource_id, attachment kind) {
  std::string key(store_prefix);
  key += attachment_space;
  append_big_endian(key, resource_id);
  key += static_cast<char>(kind);
  return key;
}

void erase_attachments(write_batch& batch, std::string_view store_prefix, std::uint32_t resource_id) {
  for (const attachment kind : kinds) batch.erase(attachment_key(store_prefix, resource_id, kind));
}

result<std::optional<std::string>> get_attachment(const store& from, std::uint32_t resource_id, attachment kind) {
  json::buffer row;
  value_copier copy(row);
  const auto found = from.get(attachment_key(from.prefix(), resource_id, kind), copy);
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  return std::string(row.view());
}

std::string stored_tags(const std::vector<tag>& tags) {
  return stored([&](object_writer& object) {
    write_array(object.name("tags"), tags, [](json::buffer& out, const tag& one) {
      object_writer written(out);
      written.member("key", one.key);
      written.member("value", one.value);
      written.end();
    });
  });
}

result<std::vector<tag>> read_tags(std::string_view row) {
  return read_stored<std::vector<tag>>("tags", row,
                                       [](json::cursor& at, std::string_view name, std::vector<tag>& tags) {
                                         if (name != "tags") return false;
                                         at.begin_array();
                                         while (at.next_element()) tags.push_back(read_tag(at));
                                         return true;
                                       });
}

std::string stored_policy(const resource_policy& policy) {
  return stored([&](object_writer& object) {
    object.member("document", policy.document);
    object.member("revision", policy.revision);
  });
}

result<resource_policy> read_policy(std::string_view row) {
  return read_stored<resource_policy>("resource policy's members", row,
                                      [](json::cursor& at, std::string_view name, resource_policy& policy) {
                                        if (name == "document") {
                                          policy.document = at.read_string();
                                        } else if (name == "revision") {
                                          policy.revision = read_unsigned(at);
                                        } else {
                                          return false;
                                        }
                                        return true;
                                      });
}

std::string stored_recovery(const recovery_settings& settings) {
  return stored([&](object_writer& object) {
    object.member("days", settings.days);
    object.member("enabled_us", microseconds_of(settings.enabled));
  });
}

result<recovery_settings> read_recovery(std::string_view row) {
  return read_stored<recovery_settings>("settings of point-in-time recovery", row,
                                        [](json::cursor& at, std::string_view name, recovery_settings& settings) {
                                          if (name == "days") {
                                            settings.days = read_unsigned(at);
                                          } else if (name == "enabled_us") {
                                            settings.enabled = instant_of(read_unsigned(at));
                                          } else {
                                            return false;
                                          }
                                          return true;
                                        });
}

std::string stored_insights(const std::vector<insights_settings>& all) {
  return stored([&](object_writer& object) {
    write_array(object.name("insights"), all, [](json::buffer& out, const insights_settings& one) {
      object_writer written(out);
      written.member("id", std::uint64_t{one.id});
      written.member("enabled", one.enabled);
      written.member("mode", one.mode);
      written.member("updated_us", microseconds_of(one.updated));
      written.end();
    });
  });
}

result<std::vector<insights_settings>> read_insights(std::string_view row) {
  using list = std::vector<insights_settings>;
  return read_stored<list>("settings of contributor insights", row,
                           [](json::cursor& at, std::string_view name, list& all) {
                             if (name != "insights") return false;
                             at.begin_array();
                             while (at.next_element()) all.push_back(read_one_insights(at));
                             return true;
                           });
}

}  // namespace dynamo::engine
