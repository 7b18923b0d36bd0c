#include <dynamo/table/request_builder.hpp>

#include <table/expressions.hpp>

#include <algorithm>

namespace dynamo::detail {

table_binding::table_binding(std::shared_ptr<endpoint> endpoint, std::string_view table_name)
    : via(or_absent(std::move(endpoint))), name(table_name) {
  json::buffer text("{\"TableName\":");
  json::write_string(text, name);
  opening = text.view();
}

const std::shared_ptr<const table_binding>& no_binding() noexcept {
  static const std::shared_ptr<const table_binding>& none =
      *new std::shared_ptr<const table_binding>(std::make_shared<const table_binding>(nullptr, ""));
  return none;
}

request_builder::request_builder(operation_name operation, const table_binding& table)
    : via_(table.via), operation_(operation) {
  body_.append(table.opening);
}
request_builder::request_builder(request_builder&&) noexcept = default;
request_builder::~request_builder() = default;

void request_builder::name(std::string_view literal_name) {
  body_.append(",\"");
  body_.append(literal_name);
  body_.append("\":");
}
void request_builder::member(std::string_view literal_name, std::string_view json) {
  name(literal_name);
  body_.append(json);
}

void request_builder::item(const record_description& record, const void* object) {
  name("Item");
  encoder out(body_);
  write_record(out, record, object);
  if (result<void> done = std::move(out).finish(); !done) problem(std::move(done).error());
}
void request_builder::key(std::string_view json) { member("Key", json); }

expressions& request_builder::parts() {
  if (!parts_) parts_ = std::make_unique<expressions>();
  return *parts_;
}

void request_builder::condition(const untyped_condition& c) {
  problem(c.problem());
  answer_depends_ = true;
  join(parts().condition, c.tree());
}
void request_builder::filter(const untyped_condition& c) {
  problem(c.problem());
  join(parts().filter, c.tree());
}
void request_builder::key_condition(const untyped_condition& c) {
  problem(c.problem());
  join(parts().key_condition, c.tree());
}
void request_builder::key_equals(std::string_view attribute, const bound_value& value) {
  problem(value.problem);
  expression::condition equality{expression::condition::kind::equal, {}, {}};
  equality.operands.push_back(expression::operand::of(expression::path{expression::path_step(attribute)}));
  equality.operands.push_back(expression::operand::bound(value.json));
  join(parts().key_condition, equality);
}

void request_builder::action(const untyped_action& one) {
  problem(one.problem());
  update(one.part());
}
void request_builder::update(const expression::update& more) {
  expression::update& all = parts().update;
  all.set.insert(all.set.end(), more.set.begin(), more.set.end());
  all.remove.insert(all.remove.end(), more.remove.begin(), more.remove.end());
  all.add.insert(all.add.end(), more.add.begin(), more.add.end());
  all.erase.insert(all.erase.end(), more.erase.begin(), more.erase.end());
}

void request_builder::project(const record_description& view, std::span<const std::string_view> always) {
  expression::projection& projection = parts().projection;
  projection.clear();
  for (std::size_t i = 0; i < view.count; ++i) projection.push_back({expression::path_step(view.fields[i].name)});
  for (const std::string_view name : always) {
    if (find_field(view, name) == nullptr) projection.push_back({expression::path_step(name)});
  }
}

void request_builder::return_values(returned what) {
  static constexpr std::string_view words[] = {"\"NONE\"", "\"ALL_OLD\"", "\"ALL_NEW\"", "\"UPDATED_OLD\"",
                                               "\"UPDATED_NEW\""};
  member("ReturnValues", words[static_cast<std::size_t>(what)]);
  if (what == returned::all_old || what == returned::updated_old) answer_depends_ = true;
}
void request_builder::on_failure_return_item() { member("ReturnValuesOnConditionCheckFailure", "\"ALL_OLD\""); }

void request_builder::problem(error why) {
  if (!problem_) problem_ = std::move(why);
}
void request_builder::problem(const std::optional<error>& why) {
  if (why) problem(*why);
}

result<request> request_builder::finish() && {
  if (problem_) return std::unexpected(std::move(*problem_));
  repeatable repeats = answer_depends_ ? repeatable::no : repeatable::yes;
  if (parts_) {
    if (!repeats_itself(parts_->update)) repeats = repeatable::no;
    print_members(*parts_, body_);
  }
  body_.append('}');
  return request(operation_, std::move(body_), repeats);
}

prepared_call request_builder::prepare() && { return prepared_call(via_, std::move(*this).finish()); }

void begin_key_attribute(json::buffer& out, std::string_view name) {
  out.append(out.empty() ? '{' : ',');
  json::write_string(out, name);
  out.append(':');
}

}  // namespace dynamo::detail
