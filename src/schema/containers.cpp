#include <dynamo/schema/containers.hpp>

#include <algorithm>
#include <cstring>

namespace dynamo {

namespace {

void write_one(encoder& out, const void* value, const detail::value_operations& type) {
  if (type.null_when_absent && type.absent(value)) return json::write_null_value(out.out());
  type.write(out, value);
}
void read_one(decoder& in, void* value, const detail::value_operations& type) {
  const attribute_type found = in.in().begin_value();
  if (!in.in().ok()) return;
  type.read(in, found, value);
  in.in().end_value();
}

}  // namespace

void detail::write_list(encoder& out, const void* first, std::size_t count, std::size_t stride,
                        const value_operations& type) {
  out.out().append("{\"L\":[");
  codec_context::scope place(out, std::size_t{0});
  for (std::size_t index = 0; index < count; ++index) {
    if (index != 0) out.out().append(',');
    place.element(index);
    write_one(out, static_cast<const char*>(first) + index * stride, type);
  }
  out.out().append("]}");
}

void detail::read_list(decoder& in, attribute_type found, void* list, void* (*append)(void*),
                       const value_operations& type) {
  if (!in.expect(found, attribute_type::L) || !in.in().begin_array()) return;
  codec_context::scope place(in, std::size_t{0});
  for (std::size_t index = 0; in.in().next_element(); ++index) {
    place.element(index);
    read_one(in, append(list), type);
  }
}

void detail::read_array(decoder& in, attribute_type found, void* first, std::size_t count, std::size_t stride,
                        const value_operations& type) {
  if (!in.expect(found, attribute_type::L) || !in.in().begin_array()) return;
  std::size_t index = 0;
  while (in.in().next_element()) {
    if (index == count) return in.fail("the list is longer than the array it is read into");
    codec_context::scope place(in, index);
    read_one(in, static_cast<char*>(first) + index++ * stride, type);
  }
  if (in.in().ok() && index != count) in.fail("the list is shorter than the array it is read into");
}

void detail::write_map_member(encoder& out, bool first, const std::string& name, const void* value,
                              const value_operations& type) {
  codec_context::scope place(out, name);
  if (!first) out.out().append(',');
  json::write_string(out.out(), name);
  out.out().append(':');
  write_one(out, value, type);
}

void detail::read_map(decoder& in, attribute_type found, void* map, void* (*insert)(void*, const std::string&),
                      const value_operations& type) {
  if (!in.expect(found, attribute_type::M) || !in.in().begin_object()) return;
  std::string_view name;
  std::string key;
  while (in.in().next_name(name)) {
    key = name;
    codec_context::scope place(in, key);
    read_one(in, insert(map, key), type);
  }
}

void detail::sort_members(std::vector<const void*>& members, bool (*less)(const void*, const void*)) {
  std::sort(members.begin(), members.end(), less);
}

void codec<std::vector<bool>>::write(encoder& out, const std::vector<bool>& from) {
  out.out().append("{\"L\":[");
  bool first = true;
  for (const bool element : from) {
    if (!first) out.out().append(',');
    first = false;
    json::write_bool_value(out.out(), element);
  }
  out.out().append("]}");
}
void codec<std::vector<bool>>::read(decoder& in, attribute_type found, std::vector<bool>& to) {
  to.clear();
  if (!in.expect(found, attribute_type::L) || !in.in().begin_array()) return;
  detail::codec_context::scope place(in, std::size_t{0});
  while (in.in().next_element()) {
    place.element(to.size());
    bool element = false;
    detail::read_whole(in, element);
    to.push_back(element);
  }
}

void detail::write_bytes(encoder& out, const void* first, std::size_t count) {
  json::write_binary_value(out.out(), {static_cast<const char*>(first), count});
}
void detail::read_bytes(decoder& in, attribute_type found, void* to, void* (*room)(decoder&, void*, std::size_t)) {
  if (!in.expect(found, attribute_type::B)) return;
  std::string bytes;
  if (!base64_decode(in.in().read_string(), bytes)) return in.fail("the stored binary is not base64");
  if (!in.in().ok()) return;
  void* const at = room(in, to, bytes.size());
  if (at != nullptr && !bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
}
void detail::refuse_bytes(decoder& in, std::size_t count, std::size_t wanted) {
  in.fail("the stored binary has " + std::to_string(count) + " bytes, the array that it is read into has " +
          std::to_string(wanted));
}

void detail::refuse_empty_set(encoder& out) {
  out.fail("a set cannot be empty here: DynamoDB has no empty sets, and only a struct's member can be left out");
  json::write_null_value(out.out());
}

void codec<std::set<std::string>>::write(encoder& out, const std::set<std::string>& from) {
  if (from.empty()) return detail::refuse_empty_set(out);
  out.out().append("{\"SS\":[");
  bool first = true;
  for (const std::string& member : from) {
    if (!first) out.out().append(',');
    first = false;
    json::write_string(out.out(), member);
  }
  out.out().append("]}");
}
void codec<std::set<std::string>>::read(decoder& in, attribute_type found, std::set<std::string>& to) {
  to.clear();
  if (!detail::begin_set(in, found, stored)) return;
  while (in.in().next_element()) {
    if (found == stored) [[likely]] {
      to.emplace_hint(to.end(), in.in().read_string());
    } else {
      std::string member;
      detail::read_whole(in, member);
      to.insert(std::move(member));
    }
  }
}

}  // namespace dynamo
