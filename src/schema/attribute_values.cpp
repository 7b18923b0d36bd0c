#include <dynamo/schema/containers.hpp>

namespace dynamo {

namespace {

template <class T>
void read_into(decoder& in, attribute_type found, attribute_value& to) {
  T value{};
  codec<T>::read(in, found, value);
  to = attribute_value(std::move(value));
}

template <class T>
void read_set_into(decoder& in, attribute_type member_type, attribute_value& to) {
  std::vector<T> members;
  if (!in.in().begin_array()) return;
  while (in.in().next_element()) codec<T>::read(in, member_type, members.emplace_back());
  to = attribute_value(set_of<T>(std::move(members)));
}

void read_map(decoder& in, attribute_value& to) {
  attribute_value::map members;
  if (!in.in().begin_object()) return;
  std::string_view name;
  while (in.in().next_name(name)) {
    const auto at = members.try_emplace(std::string(name)).first;
    detail::codec_context::scope place(in, at->first);
    detail::read_whole(in, at->second);
  }
  to = attribute_value(std::move(members));
}

}  // namespace

// Depth is bounded by the cursor's depth_max.
void codec<attribute_value>::read(decoder& in, attribute_type found, attribute_value& to) {
  switch (found) {
    case attribute_type::S: return read_into<std::string>(in, found, to);
    case attribute_type::N: return read_into<number>(in, found, to);
    case attribute_type::B: return read_into<binary>(in, found, to);
    case attribute_type::BOOL: return read_into<bool>(in, found, to);
    case attribute_type::NUL:
      in.in().read_bool();
      to = attribute_value(null_t());
      return;
    case attribute_type::M: return read_map(in, to);
    case attribute_type::L: return read_into<attribute_value::list>(in, found, to);
    case attribute_type::SS: return read_set_into<std::string>(in, attribute_type::S, to);
    case attribute_type::NS: return read_set_into<number>(in, attribute_type::N, to);
    case attribute_type::BS: return read_set_into<binary>(in, attribute_type::B, to);
  }
}

bool detail::begin_set(decoder& in, attribute_type found, attribute_type wanted) {
  if (found == attribute_type::NUL) {
    in.in().read_bool();
    return false;
  }
  return in.expect(found, wanted) && in.in().begin_array();
}

}  // namespace dynamo
