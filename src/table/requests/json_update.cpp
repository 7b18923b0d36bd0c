#include <dynamo/json/canonical.hpp>
#include <dynamo/table/partial_update.hpp>
#include <dynamo/value/limits.hpp>

#include <table/requests/member_values.hpp>

#include <set>

namespace dynamo {

namespace {

using detail::value_source;

/// Plain JSON as DynamoDB JSON, before members have their say: arrays are lists, numbers are N. Nesting is bounded.
void write_as_attribute_value(json::cursor& in, json::buffer& out, std::size_t depth) {
  if (depth > limits::nesting_depth_max) return in.fail("values are nested more than 32 levels deep");
  switch (in.peek()) {
    case json::token::string: return json::write_string_value(out, in.read_string());
    case json::token::number: {
      const result<number> parsed = number::parse(in.read_number());
      if (!parsed) return in.fail("a number that DynamoDB cannot hold: it has 38 digits, and magnitudes up to 1e125");
      return json::write_number_value(out, *parsed);
    }
    case json::token::boolean: return json::write_bool_value(out, in.read_bool());
    case json::token::null: in.read_null(); return json::write_null_value(out);
    case json::token::array: {
      in.begin_array();
      out.append("{\"L\":[");
      for (bool first = true; in.next_element(); first = false) {
        if (!first) out.append(',');
        write_as_attribute_value(in, out, depth + 1);
      }
      return out.append("]}");
    }
    case json::token::object: {
      in.begin_object();
      out.append("{\"M\":{");
      std::string_view name;
      for (bool first = true; in.next_name(name); first = false) {
        if (!first) out.append(',');
        json::write_string(out, name);
        out.append(':');
        write_as_attribute_value(in, out, depth + 1);
      }
      return out.append("}}");
    }
    case json::token::end:
    case json::token::invalid: in.skip(); return in.fail("a value is missing");
  }
}

error malformed(const json::cursor& in) {
  return error(errc::invalid_argument, "the JSON of an update is malformed: " + std::string(in.problem()) +
                                           " at byte " + std::to_string(in.position()));
}

/// The value at the cursor, canonical. Empty for a plain `null`.
result<json::buffer> read_canonical(json::cursor& in, std::string_view name, value_source source) {
  json::buffer canonical;
  if (source == value_source::dynamodb_json) {
    const result<std::size_t> read = json::canonicalise_value(in, canonical);
    if (!read) return std::unexpected(detail::member_error(name, read.error().message()));
    return canonical;
  }
  if (in.peek() == json::token::null) {
    in.read_null();
    return canonical;
  }
  json::buffer converted;
  write_as_attribute_value(in, converted, 0);
  if (!in.ok()) return std::unexpected(detail::member_error(name, malformed(in).message()));
  json::cursor again(converted);
  const result<std::size_t> read = json::canonicalise_value(again, canonical);
  if (!read) return std::unexpected(detail::member_error(name, read.error().message()));
  return canonical;
}

result<void> read_members(std::string_view text, value_source source, const detail::update_target& target,
                          detail::assembled_update& update) {
  // The largest request; an item is smaller, but may be written with many escapes.
  if (text.size() > limits::request_size_max)
    return fail(errc::invalid_argument, "the JSON of an update is larger than a request of DynamoDB's, 16 MB");
  if (!json::validate_utf8(text)) return fail(errc::invalid_argument, "the JSON of an update is not UTF-8");
  const json::buffer padded(text);
  json::cursor in(padded);
  if (in.peek() != json::token::object) return fail(errc::invalid_argument, "the JSON of an update is no object");
  in.begin_object();
  std::set<std::string, std::less<>> seen;
  std::string_view name;
  while (in.next_name(name)) {
    const auto [own, fresh] = seen.emplace(name);
    if (!fresh) return std::unexpected(detail::member_error(*own, "the JSON of an update names it twice"));
    const result<const detail::field_description*> field = detail::changeable_field(target, *own);
    if (!field) return std::unexpected(field.error());
    const result<json::buffer> value = read_canonical(in, *own, source);
    if (!value) return std::unexpected(value.error());
    const result<void> done = value->empty() ? detail::assemble_removal(update, **field)
                                             : detail::assemble_set(update, target, **field, value->view(), source);
    if (!done) return done;
  }
  if (in.ok() && !in.at_end()) in.fail("trailing data after the object");
  if (!in.ok()) return std::unexpected(malformed(in));
  return {};
}

}  // namespace

json_update::json_update(detail::text_argument text, form of) : text_(text.get()), form_(of), null_(text.is_null()) {}

detail::assembled_update json_update::assemble(const detail::update_target& target) const {
  detail::assembled_update update;
  if (null_) {
    update.problem.emplace(errc::invalid_argument, "the JSON of an update is a null pointer");
    return update;
  }
  const value_source source = form_ == form::plain ? value_source::plain_json : value_source::dynamodb_json;
  if (const result<void> read = read_members(text_, source, target, update); !read) update.problem = read.error();
  return update;
}

}  // namespace dynamo
