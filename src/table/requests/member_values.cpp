#include <table/requests/member_values.hpp>

#include <dynamo/expression/tree.hpp>

namespace dynamo::detail {

error member_error(std::string_view name, std::string_view why) {
  return error(errc::invalid_argument, "attribute `" + std::string(name) + "`: " + std::string(why));
}

expression::path path_to(const field_description& field) { return {expression::path_step(field.name)}; }

result<const field_description*> changeable_field(const update_target& target, std::string_view name) {
  const field_description* field = find_field(target.record, name);
  if (field == nullptr) return std::unexpected(member_error(name, "the table's struct has no such member"));
  if (target.keys.has_key(name))
    return std::unexpected(member_error(name, "key attributes cannot change; put a new item and remove the old one"));
  return field;
}

result<void> try_value(const update_target& target, const field_description& field, std::string_view canonical,
                       value_source source) {
  const json::buffer padded(canonical);
  json::cursor in(padded);
  decoder from(in);
  from.refuse_unknown_names();
  if (source == value_source::plain_json) from.accept_plain_json();
  {
    const codec_context::scope place(from, field.name);
    const attribute_type found = in.begin_value();
    if (in.ok()) {
      field.value->read(from, found, address_of(field, target.scratch));
      in.end_value();
    }
  }
  if (const result<void> done = std::move(from).finish(); !done)
    return fail(errc::invalid_argument, done.error().message());
  return {};
}

result<void> assemble_removal(assembled_update& update, const field_description& field) {
  if (field.required)
    return std::unexpected(member_error(
        field.name, "this member is not optional: an item without it cannot be read, so nothing may remove it"));
  update.part.remove.push_back(path_to(field));
  return {};
}

namespace {

/// Adds SET of what the member holds.
result<void> assemble_member(assembled_update& update, const field_description& field, const void* value) {
  json::buffer text;
  encoder out(text);
  {
    const codec_context::scope place(out, field.name);
    field.value->write(out, value);
  }
  if (result<void> done = std::move(out).finish(); !done) return done;
  expression::set_value to{expression::set_value::kind::operand, {}, {}};
  to.operands.push_back(expression::operand::bound(std::string(text.view())));
  update.part.set.push_back({path_to(field), std::move(to)});
  update.given.push_back(field.name);
  return {};
}

}  // namespace

result<void> assemble_set(assembled_update& update, const update_target& target, const field_description& field,
                          std::string_view canonical, value_source source) {
  if (const result<void> fits = try_value(target, field, canonical, source); !fits) return fits;
  const void* const value = address_of(field, target.scratch);
  if (field.absent != nullptr && field.absent(value)) return assemble_removal(update, field);
  return assemble_member(update, field, value);
}

assembled_update assemble_struct(const record_description& record, const void* object) {
  assembled_update update;
  for (std::size_t i = 0; i < record.count && !update.problem; ++i) {
    const field_description& field = record.fields[i];
    const void* const value = address_of(field, const_cast<void*>(object));
    if (field.absent != nullptr && field.absent(value)) continue;
    if (const result<void> done = assemble_member(update, field, value); !done) update.problem = done.error();
  }
  return update;
}

}  // namespace dynamo::detail
