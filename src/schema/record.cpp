#include <dynamo/schema/detail/record.hpp>

#include <schema/direct.hpp>

#include <algorithm>
#include <cstring>
#include <string>

namespace dynamo::detail {

namespace {

const void* address_of(const field_description& field, const void* object) {
  if (field.locate != nullptr) return field.locate(const_cast<void*>(object));
  return static_cast<const char*>(object) + field.offset;
}

/// `,"name":` or, for the first one, `{"name":`.
void write_name(json::buffer& out, const field_description& field, char before) {
  if (!field.plain_name) [[unlikely]] {
    out.append(before);
    json::write_string(out, field.name);
    out.append(':');
    return;
  }
  const std::size_t size = field.name.size();
  char* at = out.extend(size + 4);
  at[0] = before;
  at[1] = '"';
  std::memcpy(at + 2, field.name.data(), size);
  at[size + 2] = '"';
  at[size + 3] = ':';
  out.commit(size + 4);
}

void write_field(encoder& out, const field_description& field, const void* value, char before) {
  write_name(out.out(), field, before);
  codec_context::scope place(out, field.name);
  field.value->write(out, value);
}

template <class T>
bool read_number_directly(json::cursor& in, void* to) {
  std::string_view text;
  if (!in.try_scalar(attribute_type::N, text)) return false;
  if (read_plain(text, *static_cast<T*>(to))) [[likely]]
    return true;
  in.take_back(text);
  return false;
}

/// Reads a whole value at the cursor if it is of a frequent kind and stands there in the usual form; otherwise reads nothing.
bool read_directly(json::cursor& in, direct kind, void* to) {
  switch (kind) {
    case direct::no: return false;
    case direct::text: {
      std::string_view text;
      if (!in.try_scalar(attribute_type::S, text)) return false;
      assign_text(*static_cast<std::string*>(to), text);
      return true;
    }
    case direct::signed_integer: return read_number_directly<std::int64_t>(in, to);
    case direct::unsigned_integer: return read_number_directly<std::uint64_t>(in, to);
    case direct::real: return read_number_directly<double>(in, to);
    case direct::boolean: return in.try_bool(*static_cast<bool*>(to));
  }
  return false;
}

template <class Word>
Word load(const char* at) noexcept {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}
/// The first and the last bytes of two texts as words, which overlap where the texts are shorter than both.
template <class Word>
bool same_ends(const char* a, const char* b, std::size_t size) noexcept {
  return load<Word>(a) == load<Word>(b) && load<Word>(a + size - sizeof(Word)) == load<Word>(b + size - sizeof(Word));
}
/// For names, which are short: comparing them here is quicker than calling memcmp.
bool same_name(std::string_view a, std::string_view b) noexcept {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  if (size > 16) return std::memcmp(a.data(), b.data(), size) == 0;
  if (size >= 8) return same_ends<std::uint64_t>(a.data(), b.data(), size);
  if (size >= 4) return same_ends<std::uint32_t>(a.data(), b.data(), size);
  if (size >= 2) return same_ends<std::uint16_t>(a.data(), b.data(), size);
  return size == 0 || a[0] == b[0];
}

class seen_fields {
 public:
  void mark(std::size_t index) noexcept { words_[index / 64] |= std::uint64_t{1} << (index % 64); }
  bool test(std::size_t index) const noexcept { return (words_[index / 64] >> (index % 64) & 1) != 0; }

 private:
  std::uint64_t words_[record_fields_max / 64] = {};
};

/// A writer of items has an order of its own if not ours, and nearly always the same: which field came after which is remembered,
/// by each thread for the few records that it reads at a time. A guess that is wrong costs one comparison.
class order_memo {
 public:
  static order_memo& of(const record_description& record) noexcept {
    constexpr std::size_t memos_count = 8;
    thread_local order_memo memos[memos_count];
    order_memo& memo = memos[reinterpret_cast<std::uintptr_t>(&record) / alignof(record_description) % memos_count];
    if (memo.of_ != &record) memo = order_memo(&record);
    return memo;
  }
  /// Places are counted from 1, that of no field is 0.
  std::size_t after(std::size_t place) const noexcept { return next_[place]; }
  void learn(std::size_t place, std::size_t index) noexcept { next_[place] = static_cast<std::uint8_t>(index); }

  constexpr order_memo() noexcept = default;

 private:
  explicit order_memo(const record_description* record) noexcept : of_(record) {}
  const record_description* of_ = nullptr;
  std::uint8_t next_[record_fields_max + 1] = {};
};

}  // namespace

void write_record(encoder& out, const record_description& record, const void* object) {
  char before = '{';
  for (std::size_t i = 0; i < record.count; ++i) {
    const field_description& field = record.fields[i];
    const void* value = address_of(field, object);
    if (field.absent != nullptr && field.absent(value)) continue;
    write_field(out, field, value, before);
    before = ',';
  }
  if (before == '{') out.out().append('{');
  out.out().append('}');
}

void write_members(encoder& out, const record_description& record, const void* object,
                   std::span<const std::string_view> names) {
  char before = '{';
  for (const std::string_view name : names) {
    const field_description* field = find_field(record, name);
    if (field == nullptr) continue;
    write_field(out, *field, address_of(*field, object), before);
    before = ',';
  }
  if (before == '{') out.out().append('{');
  out.out().append('}');
}

void* address_of(const field_description& field, void* object) noexcept {
  if (field.locate != nullptr) return field.locate(object);
  return static_cast<char*>(object) + field.offset;
}

const field_description* find_field(const record_description& record, std::string_view name) noexcept {
  const field_description* end = record.fields + record.count;
  const field_description* at = std::lower_bound(
      record.fields, end, name, [](const field_description& field, std::string_view n) { return field.name < n; });
  return at != end && at->name == name ? at : nullptr;
}

void read_record(decoder& in, const record_description& record, void* object) {
  json::cursor& json = in.in();
  if (!json.begin_object()) return;
  seen_fields seen;
  std::size_t expected = 0;  // canonical items have our order: the next name is the one after the last
  order_memo* memo = nullptr;
  std::string_view name;
  while (json.next_name(name)) {
    const field_description* field = nullptr;
    if (expected < record.count && same_name(record.fields[expected].name, name)) [[likely]] {
      field = &record.fields[expected];
    } else {
      if (memo == nullptr) memo = &order_memo::of(record);
      const std::size_t guess = memo->after(expected);
      if (guess < record.count && record.fields[guess].name == name) {
        field = &record.fields[guess];
      } else {
        field = find_field(record, name);
        if (field == nullptr) {
          if (in.unknown_names_refused()) {
            const std::string unknown(name);
            codec_context::scope place(in, unknown);
            return in.fail("the struct has no such member");
          }
          json.skip();
          continue;
        }
        memo->learn(expected, static_cast<std::size_t>(field - record.fields));
      }
    }
    const auto index = static_cast<std::size_t>(field - record.fields);
    expected = index + 1;
    seen.mark(index);
    void* const member = address_of(*field, object);
    if (read_directly(json, field->value->kind, member)) [[likely]]
      continue;
    codec_context::scope place(in, field->name);
    const attribute_type found = json.begin_value();
    if (!json.ok()) return;
    field->value->read(in, found, member);
    json.end_value();
  }
  if (!json.ok()) return;
  for (std::size_t i = 0; i < record.count; ++i) {
    if (!record.fields[i].required || seen.test(i)) continue;
    codec_context::scope place(in, record.fields[i].name);
    return in.fail(
        "is missing, and the member it is read into is not optional; for items that were written without it, make the "
        "member a std::optional, or give it a default by dynamo::defaulted");
  }
}

}  // namespace dynamo::detail
