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

/// Records the first empty set, with its path.
void refuse_empty_sets(encoder& out, const attribute_value& in) {
  const auto refuse_if = [&](const auto* set) {
    if (set != nullptr && set->members().empty()) detail::refuse_empty_set(out);
  };
  switch (in.type()) {
    case attribute_type::SS: return refuse_if(in.get_if<string_set>());
    case attribute_type::NS: return refuse_if(in.get_if<number_set>());
    case attribute_type::BS: return refuse_if(in.get_if<binary_set>());
    default: break;
  }
  if (const auto* list = in.get_if<attribute_value::list>()) {
    detail::codec_context::scope place(out, std::size_t{0});
    for (std::size_t index = 0; index < list->size(); ++index) {
      place.element(index);
      refuse_empty_sets(out, (*list)[index]);
    }
  } else if (const auto* map = in.get_if<attribute_value::map>()) {
    for (const auto& [name, value] : *map) {
      detail::codec_context::scope place(out, name);
      refuse_empty_sets(out, value);
    }
  }
}

}  // namespace

// As deep as the value is, like write_value(); what is too deep for DynamoDB is refused where it is read.
void codec<attribute_value>::write(encoder& out, const attribute_value& from) {
  refuse_empty_sets(out, from);
  json::write_value(out.out(), from);
}

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
