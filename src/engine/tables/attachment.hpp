#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <engine/storage/store.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// What is kept of a table or a stream beside its descriptor: tools set it and ask for it, and no read or write of items looks at it. Each kind is
/// one row (docs/formats.md), read from the store when it is asked for; a change of it makes no new version of the table.
enum class attachment : char {
  tags = 't',
  policy = 'p',    ///< a resource policy
  recovery = 'b',  ///< point-in-time recovery, while it is enabled
  insights = 'i',  ///< CloudWatch Contributor Insights, of a table and its indexes
};

std::string attachment_key(std::string_view store_prefix, std::uint32_t resource_id, attachment);
/// Erases all kinds, also those that are still on their way to the store: for the batch that erases the table or the stream.
void erase_attachments(write_batch&, std::string_view store_prefix, std::uint32_t resource_id);
/// The row as the store holds it; nothing if there is none. Errors: storage.
result<std::optional<std::string>> get_attachment(const store&, std::uint32_t resource_id, attachment);

struct tag {
  std::string key;
  std::string value;
  friend bool operator==(const tag&, const tag&) = default;
};

struct resource_policy {
  std::string document;        ///< as it was given
  std::uint64_t revision = 0;  ///< milliseconds since 1970 when it was put, or more: it grows with each change
};

struct recovery_settings {
  std::uint64_t days = 0;
  instant enabled{};
};

enum class insights_mode : std::uint8_t { accessed_and_throttled_keys, throttled_keys };
std::string_view to_string(insights_mode) noexcept;
struct insights_settings {
  std::uint32_t id = 0;  ///< of the table or of the index: an index that is made anew starts without
  bool enabled = false;
  insights_mode mode = insights_mode::accessed_and_throttled_keys;
  instant updated{};
};

// The stored forms: JSON objects with a `format`. Errors of reading: not_supported for a newer format, corruption.
std::string stored_tags(const std::vector<tag>&);
result<std::vector<tag>> read_tags(std::string_view stored);
std::string stored_policy(const resource_policy&);
result<resource_policy> read_policy(std::string_view stored);
std::string stored_recovery(const recovery_settings&);
result<recovery_settings> read_recovery(std::string_view stored);
std::string stored_insights(const std::vector<insights_settings>&);
result<std::vector<insights_settings>> read_insights(std::string_view stored);

}  // namespace dynamo::engine
