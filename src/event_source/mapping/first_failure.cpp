#include <dynamo/json/cursor.hpp>

#include <event_source/mapping/shard_mapping.hpp>

#include <algorithm>

namespace dynamo::event_source {
namespace {

constexpr std::size_t whole_batch = 0;

/// The index of the record that one element of batchItemFailures names; the whole batch if it names none.
std::size_t index_of_failure(json::cursor& in, std::span<const event_record> batch) {
  std::optional<sequence_number> number;
  std::string_view name;
  if (in.peek() != json::token::object) {
    in.fail("an object was expected");
    return whole_batch;
  }
  in.begin_object();
  while (in.next_name(name)) {
    if (name == "itemIdentifier" && in.peek() == json::token::string) {
      if (const result<sequence_number> read = sequence_number::parse(in.read_string())) number = *read;
    } else {
      in.skip();
    }
  }
  if (!number) return whole_batch;
  const auto found = std::ranges::lower_bound(batch, *number, {}, &event_record::number);
  const bool known = found != batch.end() && found->number == *number;
  return known ? static_cast<std::size_t>(found - batch.begin()) : whole_batch;
}

}  // namespace

std::size_t first_failure(std::string_view response, std::span<const event_record> batch) {
  const json::buffer text(response);
  if (!json::validate_utf8(text.view())) return whole_batch;
  json::cursor in(text);
  std::size_t first = batch.size();
  switch (in.peek()) {
    case json::token::end: return first;
    case json::token::null: in.read_null(); break;
    case json::token::object: {
      std::string_view name;
      in.begin_object();
      while (in.next_name(name)) {
        if (name != "batchItemFailures" || in.peek() == json::token::null) {
          in.skip();
          continue;
        }
        in.begin_array();
        while (in.next_element()) first = std::min(first, index_of_failure(in, batch));
      }
      break;
    }
    default: return whole_batch;
  }
  return in.ok() && in.at_end() ? first : whole_batch;
}

}  // namespace dynamo::event_source
