#include <dynamo/json/canonical.hpp>
#include <dynamo/table/detail/request_builder.hpp>

#include <table/requests/item_key.hpp>

namespace dynamo::detail {

namespace {

/// Finds `member` in an object of anything and reads it as an item.
result<bool> read_member(std::string_view padded, std::string_view member, const record_description& record,
                         void* object) {
  json::cursor in(padded);
  decoder from(in);
  bool found = false;
  std::string_view name;
  if (in.begin_object()) {
    while (in.next_name(name)) {
      if (name == member) {
        found = true;
        read_record(from, record, object);
      } else {
        in.skip();
      }
    }
  }
  if (result<void> done = std::move(from).finish(); !done) return std::unexpected(std::move(done).error());
  return found;
}

}  // namespace

result<bool> read_item(const reply& answer, std::string_view member, const record_description& record,
                       const keys_description& keys, const std::string* key, void* object) {
  result<bool> present = read_member(answer.body.view(), member, record, object);
  if (present) return present;
  std::string about;
  if (key != nullptr) {
    about = *key;
  } else if (const result<std::string> item = read_item_text(answer, member)) {
    about = key_of_item(*item, key_names(keys));
  } else {
    return present;
  }
  return about == "{}" ? present : std::unexpected(naming_item(present.error(), about));
}

result<bool> read_returned(const reply& answer, const record_description& record, const keys_description& keys,
                           void* object) {
  result<bool> present = read_item(answer, "Attributes", record, keys, nullptr, object);
  if (!present) return std::unexpected(after_write(present.error()));
  return present;
}
error unreadable_return(const error& why, std::string_view key) { return after_write(naming_item(why, key)); }

result<std::string> read_item_text(const reply& answer, std::string_view member) {
  json::cursor in(answer.body);
  std::string text = "{}";
  std::string_view name;
  if (in.begin_object()) {
    while (in.next_name(name)) {
      const bool wanted = name == member;
      const std::string_view value = in.skip();
      if (wanted) text = value;
    }
  }
  if (!in.ok()) return fail(errc::decoding, "the reply is not JSON: " + std::string(in.problem()));
  return text;
}

result<bool> read_attribute(std::string_view padded_item, std::string_view wanted, const value_operations& value,
                            void* to) {
  json::cursor in(padded_item);
  decoder from(in);
  bool found = false;
  std::string_view name;
  if (in.begin_object()) {
    while (in.next_name(name)) {
      if (name != wanted) {
        in.skip();
        continue;
      }
      found = true;
      codec_context::scope place(from, wanted);
      const attribute_type type = in.begin_value();
      if (!in.ok()) break;
      value.read(from, type, to);
      in.end_value();
    }
  }
  if (result<void> done = std::move(from).finish(); !done) return std::unexpected(std::move(done).error());
  return found;
}

result<bool> read_current_item(const error& why, const record_description& record, void* object) {
  if (why.detail().body.empty()) return false;
  const json::buffer padded(why.detail().body);
  result<bool> present = read_member(padded.view(), "Item", record, object);
  if (present) return present;
  const std::string key = current_key(padded.view());
  return key.empty() ? present : std::unexpected(naming_item(present.error(), key));
}

}  // namespace dynamo::detail
