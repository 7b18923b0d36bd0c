#include <dynamo/table/detail/request_builder.hpp>

#include <dynamo/decorators/metered.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/decorators/timed.hpp>
#include <dynamo/expression/evaluate.hpp>
#include <dynamo/value/limits.hpp>

#include <table/requests/conversation.hpp>
#include <table/requests/expressions.hpp>
#include <table/requests/item_key.hpp>

#include <algorithm>

namespace dynamo::detail {

namespace {

/// For a table whose name was a null pointer.
class nameless_endpoint final : public endpoint {
 public:
  result<reply> call(request) override { return why(); }
  void start(request, reply_sink& to) override { to.complete(why()); }

 private:
  static std::unexpected<error> why() { return fail(errc::invalid_argument, "The table's name is a null pointer"); }
};

/// Times stand inside: what they cut short is measured.
std::shared_ptr<endpoint> with_settings(std::shared_ptr<endpoint> to, const binding_settings& settings) {
  if (settings.retries) to = retried_as(std::move(to), *settings.retries);
  if (settings.times) to = timed(std::move(to), *settings.times);
  if (settings.metrics) to = metered(std::move(to), settings.metrics, settings.counted);
  return to;
}

}  // namespace

binding_settings::binding_settings() = default;
binding_settings::binding_settings(const binding_settings&) = default;
binding_settings::~binding_settings() = default;

table_binding::table_binding(std::shared_ptr<endpoint> endpoint, text_argument table_name,
                             const binding_settings& around)
    : given(table_name.is_null() ? std::make_shared<nameless_endpoint>() : or_absent(std::move(endpoint))),
      settings(around),
      via(with_settings(given, settings)),
      name(table_name.get()) {
  json::buffer text("{\"TableName\":");
  json::write_string(text, name);
  opening = text.view();
}

std::shared_ptr<const table_binding> bind_table(std::shared_ptr<endpoint> via, text_argument name) {
  return std::make_shared<const table_binding>(std::move(via), name);
}

std::shared_ptr<const table_binding> bind_with_times(const table_binding& table, const call_times& times) {
  binding_settings changed = table.settings;
  changed.times = times;
  return std::make_shared<const table_binding>(table.given, table.name, changed);
}
std::shared_ptr<const table_binding> bind_with_metrics(const table_binding& table,
                                                       std::shared_ptr<call_metrics> metrics, bool has_vector_indexes) {
  binding_settings changed = table.settings;
  changed.metrics = std::move(metrics);
  changed.counted = has_vector_indexes ? capacity_counted::by_index : capacity_counted::always;
  return std::make_shared<const table_binding>(table.given, table.name, changed);
}
std::shared_ptr<const table_binding> bind_on(const table_binding& table, std::shared_ptr<endpoint> to) {
  return std::make_shared<const table_binding>(std::move(to), table.name, table.settings);
}

std::shared_ptr<const table_binding> bind_with_retries(const table_binding& table, const retry_settings& retries) {
  binding_settings changed = table.settings;
  changed.retries = std::make_shared<const retry_settings>(retries);
  return std::make_shared<const table_binding>(table.given, table.name, changed);
}

const std::shared_ptr<const table_binding>& no_binding() noexcept {
  static const std::shared_ptr<const table_binding>& none =
      *new std::shared_ptr<const table_binding>(std::make_shared<const table_binding>(nullptr, text_argument("")));
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
void request_builder::key(std::string_view json) {
  name("Key");
  key_at_ = body_.size();
  key_size_ = json.size();
  body_.append(json);
}
std::shared_ptr<void> request_builder::shared_key() const {
  return std::make_shared<std::string>(body_.view().substr(key_at_, key_size_));
}

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
void request_builder::search_condition(const untyped_condition& c) {
  problem(c.problem());
  join(parts().search_condition, c.tree());
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
  if (one.range()) parts().ranges.push_back(*one.range());
}
void request_builder::update(const expression::update& more) {
  expression::update& all = parts().update;
  all.set.insert(all.set.end(), more.set.begin(), more.set.end());
  all.remove.insert(all.remove.end(), more.remove.begin(), more.remove.end());
  all.add.insert(all.add.end(), more.add.begin(), more.add.end());
  all.erase.insert(all.erase.end(), more.erase.begin(), more.erase.end());
}

void request_builder::update(const assembled_update& more) {
  problem(more.problem);
  update(more.part);
  expressions& all = parts();
  all.ranges.insert(all.ranges.end(), more.ranges.begin(), more.ranges.end());
  all.given.insert(all.given.end(), more.given.begin(), more.given.end());
  all.assembled = true;
}
void request_builder::existing_unless_complete(const record_description& record, const keys_description& keys,
                                               std::span<const std::string_view> given) {
  for (std::size_t i = 0; i < record.count; ++i) {
    const field_description& field = record.fields[i];
    if (!field.required || keys.has_key(field.name) || std::ranges::count(given, field.name) != 0 ||
        std::ranges::count(parts().given, field.name) != 0)
      continue;
    return existing_only(keys.partition[0].name, field.name);
  }
}

void request_builder::check_length() {
  expression::substitutions unused;
  std::string text;
  expression::print(parts().update, unused, text);
  if (text.size() <= limits::expression_size_max) return;
  problem(error(errc::invalid_argument, "the update has too many actions: its expression has " +
                                            std::to_string(text.size()) + " bytes, and DynamoDB takes " +
                                            std::to_string(limits::expression_size_max)));
}

void request_builder::project(const record_description& view, std::span<const std::string_view> always) {
  expression::projection& projection = parts().projection;
  projection.clear();
  for (std::size_t i = 0; i < view.count; ++i) projection.push_back({expression::path_step(view.fields[i].name)});
  for (const std::string_view name : always) {
    if (find_field(view, name) == nullptr) projection.push_back({expression::path_step(name)});
  }
}

void request_builder::project_with_keys(const record_description& view, const keys_description& keys) {
  project(view, key_names(keys));
}

void request_builder::returning(return_values what) {
  static constexpr std::string_view words[] = {"\"NONE\"", "\"ALL_OLD\"", "\"ALL_NEW\"", "\"UPDATED_OLD\"",
                                               "\"UPDATED_NEW\""};
  member("ReturnValues", words[static_cast<std::size_t>(what)]);
  if (what == return_values::all_old || what == return_values::updated_old) answer_depends_ = true;
}
void request_builder::on_failure_return_item(const keys_description& keys) {
  return_current_item();
  current_item_ = &keys;
}
void request_builder::return_current_item() { member("ReturnValuesOnConditionCheckFailure", "\"ALL_OLD\""); }

void request_builder::problem(error why) {
  if (!problem_) problem_ = std::move(why);
}
void request_builder::problem(const std::optional<error>& why) {
  if (why) problem(*why);
}

namespace {

/// As in an expression, with the names as they are: `stops[2].street`.
std::string path_text(const expression::path& path) {
  std::string text;
  for (const expression::path_step& step : path) {
    if (step.index) {
      text.append("[").append(std::to_string(*step.index)).append("]");
    } else {
      text.append(text.empty() ? "" : ".").append(step.name);
    }
  }
  return text;
}

}  // namespace

void request_builder::demand_existence() {
  using kind = expression::condition::kind;
  expression::condition exists{kind::attribute_exists, {}, {}};
  exists.operands.push_back(expression::operand::of(expression::path{expression::path_step(key_attribute_)}));
  std::optional<expression::condition>& all = parts().condition;
  if (all) {
    static const json::buffer no_item("{}");
    if (!expression::evaluate(*all, no_item.view())) return;  // it is met by an item only
    expression::condition creates = exists;
    creates.what = kind::attribute_not_exists;
    if (*all == creates || (all->what == kind::all && std::ranges::count(all->children, creates) != 0))
      return problem(error(errc::invalid_argument,
                           "this update is for an item that does not exist, and leaves out `" + std::string(lacking_) +
                               "`, which is not optional: the new item could not be read (put() it whole, or see "
                               "dynamo::create_partial)"));
  }
  join(all, exists);
  why_absent_.append(": there is no such item, and the update does not create one, since it leaves out `")
      .append(lacking_)
      .append("`, which is not optional (see dynamo::create_partial)");
}

void request_builder::demand_ranges() {
  for (const expression::condition& range : parts().ranges) {
    join(parts().condition, range);
    const expression::condition& comparison = range.children.empty() ? range : range.children.back();
    why_out_of_range_
        .append(why_out_of_range_.empty() ? ": the result would be out of the range of the member `" : " or `")
        .append(path_text(comparison.operands.front().at))
        .append("`");
  }
}

result<request> request_builder::finish() && {
  const bool has_condition = parts_ && parts_->condition;
  if (!lacking_.empty() && !problem_) demand_existence();
  if (parts_ && !parts_->ranges.empty() && !problem_) demand_ranges();
  if (has_condition) {
    why_absent_.clear();
    why_out_of_range_.clear();
  }
  // Which of the two has failed, the item tells.
  if (!why_absent_.empty() && !why_out_of_range_.empty() && current_item_ == nullptr) return_current_item();
  if (parts_ && parts_->assembled && !problem_) check_length();
  if (problem_) return std::unexpected(std::move(*problem_));
  repeatable repeats = answer_depends_ ? repeatable::no : repeatable::yes;
  if (parts_) {
    if (!repeats_itself(parts_->update)) repeats = repeatable::no;
    print_members(*parts_, body_);
  }
  body_.append('}');
  return request(operation_, std::move(body_), repeats);
}

namespace {

/// Adds to the error of a failed condition what the service does not know: what the condition was for, if it is only ours, and the key
/// of the item it brings along, which current_item() names if it cannot be read.
class explained_failure final : public conversation {
 public:
  explained_failure(std::string absent, std::string out_of_range, const keys_description* keys)
      : absent_(std::move(absent)), out_of_range_(std::move(out_of_range)), keys_(keys) {}

  std::optional<request> next(result<reply>& answer) override {
    if (!answer && answer.error().code() == errc::conditional_check_failed) {
      error_detail why = answer.error().detail();
      const bool exists = absent_.empty() || (!out_of_range_.empty() && has_current_item(why.body));
      why.message.append(exists ? out_of_range_ : absent_);
      if (keys_ != nullptr) add_current_key(why.body, *keys_);
      answer = std::unexpected(error(std::move(why)));
    }
    return std::nullopt;
  }

 private:
  std::string absent_, out_of_range_;
  const keys_description* keys_;
};

}  // namespace

prepared_call request_builder::prepare() && {
  result<request> made = std::move(*this).finish();
  std::shared_ptr<endpoint> via = via_;
  if (!why_absent_.empty() || !why_out_of_range_.empty() || current_item_ != nullptr) {
    auto explaining =
        std::make_unique<explained_failure>(std::move(why_absent_), std::move(why_out_of_range_), current_item_);
    via = converse(std::move(via), std::move(explaining));
  }
  prepared_call call(std::move(via), std::move(made));
  if (capacity_by_index_) call.tell_capacity_by_index();
  return call;
}

void begin_key_attribute(json::buffer& out, std::string_view name) {
  out.append(out.empty() ? '{' : ',');
  json::write_string(out, name);
  out.append(':');
}

}  // namespace dynamo::detail
