#include <table/reads/read_state.hpp>

#include <dynamo/json/writer.hpp>

#include <table/reads/cursor_text.hpp>
#include <table/requests/item_key.hpp>

#include <algorithm>
#include <charconv>

namespace dynamo::detail {

namespace {

std::uint64_t read_count(json::cursor& in) {
  const std::string_view digits = in.read_number();
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

void append_part(std::string& to, std::string_view part) {
  to += std::to_string(part.size());
  to += ':';
  to += part;
}

}  // namespace

std::uint64_t read_state::count_items(const reply& answer) const {
  const bool looks = bad_items_ && bad_items_->probe != nullptr;
  std::uint64_t count = 0, readable = 0;
  json::cursor in(answer.body);
  std::string_view name;
  if (!in.begin_object()) return 0;
  while (in.next_name(name)) {
    if (name == "Count") {
      count = read_count(in);
    } else if (looks && name == "Items" && in.begin_array()) {
      while (in.next_element()) {
        const std::string_view item = in.skip();
        if (in.ok() && bad_items_->probe(item)) ++readable;
      }
    } else {
      in.skip();
    }
  }
  return looks ? readable : count;
}

read_options::read_options() = default;
read_options::~read_options() = default;

single_read::single_read(request_builder&& builder, const table_binding& table, const schema_description& schema,
                         const keys_description* index, read_options&& options)
    : read_state(options.bad_items),
      via_(table.via),
      operation_(builder.operation_),
      body_(std::move(builder.body_)),
      parts_(std::move(builder.parts_)),
      problem_(std::move(builder.problem_)),
      options_(options) {
  if (options_.prefetch) ahead_ = std::make_shared<prefetching_endpoint>(via_);
  if (!parts_) parts_ = std::make_unique<expressions>();
  filtered_ = parts_->filter.has_value();
  key_names_ = detail::key_names(schema.table);
  if (index != nullptr) {
    const std::vector<std::string_view> more = detail::key_names(*index);
    key_names_.insert(key_names_.end(), more.begin(), more.end());
  }
  std::sort(key_names_.begin(), key_names_.end());
  key_names_.erase(std::unique(key_names_.begin(), key_names_.end()), key_names_.end());

  append_part(binding_, to_string(operation_));
  append_part(binding_, table.name);
  append_part(binding_, index != nullptr ? index->name : std::string_view());
  if (parts_->key_condition) {
    json::buffer values;
    std::string text;
    expression::substitutions names;
    expression::print(*parts_->key_condition, names, text);
    names.write_members(values);
    append_part(binding_, text);
    append_part(binding_, values.view());
  }
  const auto complain = [&](const char* why) {
    if (!problem_) problem_.emplace(errc::invalid_argument, why);
  };
  const auto member = [&](std::string_view text) { body_.append(text); };
  if (options_.part) {
    if (options_.part->index() >= options_.part->count())
      complain("a scan's segments are numbered from 0 to one less than their count");
    append_part(binding_, std::to_string(options_.part->index()) + "/" + std::to_string(options_.part->count()));
    member(",\"Segment\":");
    json::write_integer(body_, std::uint64_t{options_.part->index()});
    member(",\"TotalSegments\":");
    json::write_integer(body_, std::uint64_t{options_.part->count()});
  }
  if (index != nullptr) {
    fetches_ = !index->global && index->projection != projected::all;
    member(",\"IndexName\":");
    json::write_string(body_, index->name);
  }
  if (options_.consistent) member(",\"ConsistentRead\":true");
  if (options_.descending) member(",\"ScanIndexForward\":false");
  if (options_.keys.signer() && !problem_) problem_ = options_.keys.signer()->problem();
  if (options_.page_size == 0) complain("a page_size is at least 1");
  if (options_.item_limit == 0 || options_.examined_limit == 0 || options_.page_limit == 0) finished_ = true;
  if (options_.resume && !problem_) {
    result<std::string> key = open_cursor(binding_, *options_.resume, options_.keys);
    if (key) {
      start_key_ = std::move(*key);
    } else if (!problem_) {
      problem_ = std::move(key).error();
    }
  }
  if (problem_) finished_ = false;  // so that it is reported
}

request_builder single_read::copy_of(const request_builder& from, const table_binding& table) {
  request_builder copy(from.operation_, table);
  copy.body_ = from.body_.copy();
  if (from.parts_) copy.parts_ = std::make_unique<expressions>(*from.parts_);
  copy.problem_ = from.problem_;
  return copy;
}

void single_read::project(const record_description& view) {
  expression::projection& projection = parts_->projection;
  projection.clear();
  for (std::size_t i = 0; i < view.count; ++i) projection.push_back({expression::path_step(view.fields[i].name)});
  for (const std::string_view name : key_names_) {
    if (find_field(view, name) == nullptr) projection.push_back({expression::path_step(name)});
  }
}
void single_read::limit_items(std::uint64_t items) {
  options_.item_limit = std::min(options_.item_limit.value_or(items), items);
}
void single_read::count_only() {
  counting_ = true;
  without_prefetch();
  parts_->projection.clear();
  body_.append(",\"Select\":\"COUNT\"");
}

void single_read::print() {
  if (!parts_) return;
  // Without it an index answers what it projects.
  if (fetches_ && !counting_ && parts_->projection.empty()) body_.append(",\"Select\":\"ALL_ATTRIBUTES\"");
  print_members(*parts_, body_);
  parts_.reset();
}

result<request> single_read::next_request() {
  if (problem_) return std::unexpected(*problem_);
  print();
  json::buffer body = body_.copy();
  std::uint64_t limit = options_.page_size.value_or(0);
  const auto at_most = [&](std::uint64_t items) { limit = limit == 0 ? items : std::min(limit, items); };
  if (options_.examined_limit) at_most(*options_.examined_limit - examined_);
  if (options_.item_limit && !filtered_) at_most(*options_.item_limit - returned_);
  if (limit != 0) {
    body.append(",\"Limit\":");
    json::write_integer(body, std::min<std::uint64_t>(limit, INT32_MAX));  // the service model's Integer has 32 bits
  }
  if (!start_key_.empty()) {
    body.append(",\"ExclusiveStartKey\":");
    body.append(start_key_);
  }
  body.append('}');
  return request(operation_, std::move(body), repeatable::yes);
}

page_facts::page_facts() = default;
page_facts::page_facts(const page_facts&) = default;
page_facts::page_facts(page_facts&&) noexcept = default;
page_facts& page_facts::operator=(const page_facts&) = default;
page_facts& page_facts::operator=(page_facts&&) noexcept = default;
page_facts::~page_facts() = default;

namespace {

/// Reads the items of a page, or only looks at them, and takes those that can be read.
class item_taker {
 public:
  /// `filler` null: looks.
  item_taker(item_filler* filler, const bad_item_policy& policy, const reply& page,
             std::span<const std::string_view> key_names)
      : filler_(filler), policy_(policy), page_(page), key_names_(key_names) {}

  /// False: it is a bad one.
  bool take(std::string_view item) {
    const result<void> read = filler_ != nullptr ? fill(item) : policy_.probe(item);
    if (read) return true;
    std::string key = key_of_item(item, key_names_);
    error why = naming_item(read.error(), key);
    bad_.emplace_back(std::move(key), std::string(item), std::move(why));
    return false;
  }
  std::vector<bad_item>& bad() noexcept { return bad_; }

 private:
  result<void> fill(std::string_view item) {
    json::cursor in(item);
    decoder from(in);
    filler_->read(from, page_.body.size());
    result<void> done = std::move(from).finish();
    if (!done) filler_->drop_last();
    return done;
  }

  item_filler* filler_;
  const bad_item_policy& policy_;
  const reply& page_;
  std::span<const std::string_view> key_names_;
  std::vector<bad_item> bad_;
};

}  // namespace

result<void> single_read::take(const reply& answer, const item_sink* sink, page_facts& facts) {
  std::optional<item_filler> filler;
  if (sink != nullptr) filler.emplace(*sink);
  std::optional<item_taker> taker;
  if (bad_items() && !counting_ && (filler || bad_items()->probe != nullptr))
    taker.emplace(filler ? &*filler : nullptr, *bad_items(), answer, key_names_);
  const std::uint64_t wanted = options_.item_limit ? *options_.item_limit - returned_ : UINT64_MAX;
  json::cursor in(answer.body);
  decoder from(in);
  std::uint64_t count = 0, examined = 0, taken = 0;
  std::size_t item_at = 0;
  std::string_view last_key, last_item;
  std::string_view name;
  if (in.begin_object()) {
    while (in.next_name(name)) {
      if (name == "Items" && (filler || taker)) {
        if (!in.begin_array()) break;
        while (in.next_element()) {
          if (taken == wanted) {
            in.skip();
            continue;
          }
          item_at = in.position();
          if (taker) {
            const std::string_view item = in.skip();
            if (in.ok() && !taker->take(item)) continue;
          } else {
            filler->read(from, answer.body.size());
          }
          if (!in.ok()) break;
          if (++taken == wanted) last_item = answer.body.view().substr(item_at, in.position() - item_at);
        }
      } else if (name == "Count") {
        count = read_count(in);
      } else if (name == "ScannedCount") {
        examined = read_count(in);
      } else if (name == "LastEvaluatedKey") {
        last_key = in.skip();
      } else {
        in.skip();
      }
    }
  }
  if (const result<void> done = std::move(from).finish(); !done)
    return std::unexpected(naming_item_at(done.error(), answer.body.view(), item_at, key_names_));

  if (filler) filler->keep();
  if (!filler && !taker) taken = std::min(count, wanted);
  std::uint64_t seen = taken;
  if (taker) {
    facts.bad_items = std::move(taker->bad());
    seen += facts.bad_items.size();
  }
  returned_ += taken;
  examined_ += examined;
  ++pages_;
  facts.examined = examined;
  std::string next(last_key);
  if (seen < count && !last_item.empty())
    next = key_of_item(last_item, key_names_);  // the page was cut short: go on after what was kept
  finished_ = next.empty() || (options_.item_limit && returned_ >= *options_.item_limit) ||
              (options_.examined_limit && examined_ >= *options_.examined_limit) ||
              (options_.page_limit && pages_ >= *options_.page_limit);
  at_end_ = next.empty();
  if (!next.empty()) {
    facts.next = make_cursor(binding_, next, options_.keys);
    start_key_ = std::move(next);
  }
  if (ahead_ && !finished_) {
    if (result<request> following = next_request()) ahead_->ask(std::move(*following));
  }
  if (taker && bad_items()->report) {
    for (const bad_item& one : facts.bad_items) bad_items()->report(one);
  }
  return {};
}

}  // namespace dynamo::detail
