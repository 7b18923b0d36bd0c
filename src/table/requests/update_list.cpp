#include <dynamo/table/update_list.hpp>

#include <dynamo/json/canonical.hpp>

#include <table/requests/member_values.hpp>

#include <map>

namespace dynamo {

/// One pass over the entries.
class update_list::assembly {
 public:
  explicit assembly(const detail::update_target& target) : target_(target) {}

  result<void> take(const entry& one) {
    if (one.null_name) return fail(errc::invalid_argument, "the name of an attribute is a null pointer");
    if (one.problem) return std::unexpected(detail::member_error(one.name, one.problem->message()));
    if (one.record != nullptr && one.record != &target_.record)
      return std::unexpected(detail::member_error(one.name, "this attribute belongs to another table's items"));
    const result<const detail::field_description*> field = detail::changeable_field(target_, one.name);
    if (!field) return std::unexpected(field.error());
    const bool whole = one.what != kind::typed || one.gives;
    const auto [at, fresh] = seen_.try_emplace((*field)->name, whole);
    if (!fresh && (whole || at->second))
      return std::unexpected(detail::member_error(one.name, "one update changes it twice"));
    switch (one.what) {
      case kind::set: return set(one, **field);
      case kind::remove: return detail::assemble_removal(made, **field);
      case kind::add: return add(one, **field);
      case kind::erase: return erase(one, **field);
      case kind::typed: typed(one, **field); return {};
    }
    return {};
  }

  detail::assembled_update made;

 private:
  result<void> set(const entry& one, const detail::field_description& field) {
    if (one.absent) return detail::assemble_removal(made, field);
    return detail::assemble_set(made, target_, field, one.json, detail::value_source::dynamodb_json);
  }

  static bool is_set(attribute_type type) {
    return type == attribute_type::SS || type == attribute_type::NS || type == attribute_type::BS;
  }
  result<void> fits(const detail::field_description& field, std::string_view canonical) const {
    return detail::try_value(target_, field, canonical, detail::value_source::dynamodb_json);
  }

  result<void> add(const entry& one, const detail::field_description& field) {
    if (one.absent) return {};
    const attribute_type type = json::type_of(one.json);
    if (type != attribute_type::N && !is_set(type))
      return std::unexpected(detail::member_error(one.name, "add applies to numbers and sets"));
    // A step need not be a value of the member: -1 is none of an unsigned one.
    if (const result<void> done = fits(field, type == attribute_type::N ? R"({"N":"0"})" : one.json); !done)
      return done;
    if (type != attribute_type::N || field.value->range == nullptr) {
      made.part.add.push_back({detail::path_to(field), one.json});
      made.given.push_back(field.name);
      return {};
    }
    std::string scratch;
    const result<number> step = number::parse(json::scalar(one.json, scratch));
    if (!step || (!step->is_zero() && step->exponent() < 0))
      return std::unexpected(detail::member_error(one.name, "the step is not an integer, but the member is"));
    detail::bound_value value;
    value.json = one.json;
    const detail::untyped_action action(detail::path_to(field), std::move(value), *field.value->range);
    if (action.problem()) return std::unexpected(detail::member_error(one.name, action.problem()->message()));
    made.part.add.push_back(action.part().add.front());
    if (action.range() != nullptr) made.ranges.push_back(*action.range());
    made.given.push_back(field.name);
    return {};
  }

  result<void> erase(const entry& one, const detail::field_description& field) {
    if (one.absent) return {};
    if (!is_set(json::type_of(one.json)))
      return std::unexpected(
          detail::member_error(one.name, "erase takes members out of sets; remove() removes an attribute"));
    if (const result<void> done = fits(field, one.json); !done) return done;
    made.part.erase.push_back({detail::path_to(field), one.json});
    return {};
  }

  void typed(const entry& one, const detail::field_description& field) {
    const auto append = [](auto& all, const auto& more) { all.insert(all.end(), more.begin(), more.end()); };
    append(made.part.set, one.part.set);
    append(made.part.remove, one.part.remove);
    append(made.part.add, one.part.add);
    append(made.part.erase, one.part.erase);
    if (one.range) made.ranges.push_back(*one.range);
    if (one.gives) made.given.push_back(field.name);
  }

  const detail::update_target& target_;
  std::map<std::string_view, bool> seen_;  // by attribute: changed as a whole
};

update_list& update_list::append(kind what, const detail::text_argument& name, detail::bound_value value) {
  entry& one = entries_.emplace_back();
  one.what = what;
  one.null_name = name.is_null();
  one.name = name.get();
  one.absent = value.absent;
  one.json = std::move(value.json);
  one.problem = std::move(value.problem);
  return *this;
}

update_list& update_list::append_typed(const detail::untyped_action& action, const detail::record_description& record,
                                       std::string_view root, bool gives) {
  entry& one = entries_.emplace_back();
  one.what = kind::typed;
  one.gives = gives;
  one.name = root;
  one.problem = action.problem();
  one.part = action.part();
  if (action.range() != nullptr) one.range = *action.range();
  one.record = &record;
  return *this;
}

detail::assembled_update update_list::assemble(const detail::update_target& target) const {
  assembly all(target);
  for (const entry& one : entries_) {
    if (const result<void> taken = all.take(one); !taken) {
      all.made.problem = taken.error();
      break;
    }
  }
  return std::move(all.made);
}

}  // namespace dynamo
