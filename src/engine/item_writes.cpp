#include "change_record.hpp"
#include "engine_core.hpp"
#include "row_key.hpp"
#include "stored_value.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/protocol/service_error.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr char no_item_padded[2 + json::buffer::padding + 1] = "{}";
constexpr std::string_view no_item(no_item_padded, 2);

struct write_parameters {
  operation_name operation;
  std::optional<std::string> table;
  json::buffer key;         ///< canonical, for update and delete
  bool item_given = false;  ///< the item, for put, lies in the change's arena behind a row header
  write_batch::span row;
  std::size_t item_size = 0;
  expression_parameters expressions;
  return_values returns = return_values::none;
  bool item_on_failure = false;
  capacity_report capacity = capacity_report::none;

  explicit write_parameters(operation_name op) : operation(op) {}
};

void read_item_into(write_batch& rows, write_parameters& p, parameter_reader& in) {
  if (in.null()) return;
  json::buffer& arena = rows.arena();
  p.row.offset = arena.size();
  arena.commit((static_cast<void>(arena.extend(row_header_size)), row_header_size));
  const auto size = json::canonicalise_item(in.cursor(), arena);
  if (!size) return in.refuse(size.error());
  p.item_given = true;
  p.item_size = *size;
  p.row.size = arena.size() - p.row.offset;
  write_row_header(arena.data() + p.row.offset, *size);
}

void read_key_into(write_parameters& p, parameter_reader& in) {
  if (in.null()) return;
  p.item_given = true;
  p.key.clear();
  if (const auto size = json::canonicalise_item(in.cursor(), p.key); !size) in.refuse(size.error());
}

bool returns_allowed(const write_parameters& p) {
  return p.operation == operation_name::update_item || p.returns == return_values::none ||
         p.returns == return_values::all_old;
}

result<write_parameters> read_parameters(const request& r, write_batch& rows) {
  write_parameters p(r.operation);
  const bool is_put = r.operation == operation_name::put_item;
  violations found;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "TableName") {
      p.table = in.string();
    } else if (is_put && name == "Item") {
      read_item_into(rows, p, in);
    } else if (!is_put && name == "Key") {
      read_key_into(p, in);
    } else if (name == "ReturnValues") {
      p.returns = read_return_values(in, found, "returnValues", false);
    } else if (name == "ReturnValuesOnConditionCheckFailure") {
      p.item_on_failure =
          read_return_values(in, found, "returnValuesOnConditionCheckFailure", true) == return_values::all_old;
    } else if (name == "ReturnConsumedCapacity") {
      p.capacity = read_capacity_report(in, found);
    } else if (!p.expressions.take(name, in) && !refuse_legacy(name, in)) {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  check_table_name(p.table, found);
  if (!p.item_given) found.add_null(is_put ? "item" : "key");
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  if (!returns_allowed(p)) return fail(errc::validation, "Return values set to invalid value");
  if (is_put && p.item_size > limits::item_size_max) {
    return fail(errc::validation, "Item size has exceeded the maximum allowed size");
  }
  if (auto parsed = p.expressions.parse(); !parsed) return std::unexpected(parsed.error());
  return p;
}

bool needs_old_item(const write_parameters& p, const table_descriptor& table) {
  return p.operation != operation_name::put_item || p.expressions.condition || p.returns != return_values::none ||
         p.capacity != capacity_report::none || table.stream;
}

/// What a write comes to, seen with the old item.
struct decision {
  enum class kind : std::uint8_t {
    store,      ///< the row at `row` takes the place of the old one
    erase,      ///< the row goes
    unchanged,  ///< nothing is written, no change record is made
    refused     ///< nothing is written, the caller gets the error
  };
  kind what = kind::unchanged;
  write_batch::span row;
  std::optional<error> refusal;

  static decision refuse(error e) {
    decision d;
    d.what = kind::refused;
    d.refusal.emplace(std::move(e));
    return d;
  }
};

error condition_failed(const write_parameters& p, std::string_view old_item) {
  error_detail detail;
  detail.code = errc::conditional_check_failed;
  detail.message = "The conditional request failed";
  detail.type = wire_type(detail.code);
  if (p.item_on_failure && !old_item.empty()) {
    detail.body = fmt::format(R"({{"__type":"{}","Item":{},"message":"{}"}})", detail.type, old_item, detail.message);
  }
  return error(std::move(detail));
}

std::size_t depth_of(const attribute_value& value) {
  std::size_t deepest = 0;
  if (const auto* map = value.get_if<attribute_value::map>()) {
    for (const auto& [name, member] : *map) deepest = std::max(deepest, depth_of(member));
    return deepest + 1;
  }
  if (const auto* list = value.get_if<attribute_value::list>()) {
    for (const attribute_value& member : *list) deepest = std::max(deepest, depth_of(member));
    return deepest + 1;
  }
  return 0;
}

decision decide_update(const write_parameters& p, const table_descriptor& table, std::string_view old_item,
                       write_batch& rows) {
  item tree = json::read_item(old_item.empty() ? p.key.view() : old_item);
  if (p.expressions.update) {
    for (const expression::path& path : touched(*p.expressions.update)) {
      if (table.is_key(path.front().name)) {
        return decision::refuse(error(
            errc::validation, fmt::format("One or more parameter values were invalid: Cannot update attribute {}. This "
                                          "attribute is part of the key",
                                          path.front().name)));
      }
    }
    if (auto applied = expression::apply(*p.expressions.update, tree); !applied)
      return decision::refuse(applied.error());
  }
  const std::size_t size = size_of(tree);
  if (size > limits::item_size_max) {
    return decision::refuse(error(errc::validation, "Item size to update has exceeded the maximum allowed size"));
  }
  for (const auto& [name, value] : tree) {
    if (depth_of(value) >= limits::nesting_depth_max) {
      return decision::refuse(
          error(errc::validation,
                "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
                "supported limit"));
    }
  }
  decision d;
  json::buffer& arena = rows.arena();
  d.row.offset = arena.size();
  arena.commit((static_cast<void>(arena.extend(row_header_size)), row_header_size));
  json::write_item(arena, tree);
  d.row.size = arena.size() - d.row.offset;
  write_row_header(arena.data() + d.row.offset, size);
  const bool same = !old_item.empty() && rows.text(d.row).substr(row_header_size) == old_item;
  d.what = same ? decision::kind::unchanged : decision::kind::store;
  return d;
}

/// Pure but for what it lays down in the arena. `old_item` is empty when there is none or when nobody asked for it.
decision decide(const write_parameters& p, const table_descriptor& table, std::string_view old_item,
                write_batch& rows) {
  if (p.expressions.condition &&
      !expression::evaluate(*p.expressions.condition, old_item.empty() ? no_item : old_item)) {
    return decision::refuse(condition_failed(p, old_item));
  }
  decision d;
  switch (p.operation) {
    case operation_name::update_item: return decide_update(p, table, old_item, rows);
    case operation_name::delete_item:
      d.what = old_item.empty() ? decision::kind::unchanged : decision::kind::erase;
      return d;
    default:
      d.row = p.row;
      d.what = !old_item.empty() && rows.text(p.row).substr(row_header_size) == old_item ? decision::kind::unchanged
                                                                                         : decision::kind::store;
      return d;
  }
}

void write_attributes(json::buffer& out, const write_parameters& p, std::string_view old_item,
                      std::string_view new_item) {
  std::string_view image;
  bool only_touched = false;
  switch (p.returns) {
    case return_values::none: return;
    case return_values::all_old: image = old_item; break;
    case return_values::all_new: image = new_item; break;
    case return_values::updated_old:
      image = old_item;
      only_touched = true;
      break;
    case return_values::updated_new:
      image = new_item;
      only_touched = true;
      break;
  }
  if (image.empty() || (only_touched && !p.expressions.update)) return;
  const std::size_t before = out.size();
  out.append(R"("Attributes":)");
  if (!only_touched) {
    out.append(image);
    return;
  }
  const std::size_t start = out.size();
  expression::project(expression::touched(*p.expressions.update), image, out);
  if (out.size() - start == 2) out.truncate(before);  // "{}": nothing of what was touched exists in this image
}

json::buffer write_response(const write_parameters& p, const table_descriptor& table, std::string_view old_item,
                            std::string_view new_item, std::size_t greater_size) {
  json::buffer out;
  out.append('{');
  write_attributes(out, p, old_item, new_item);
  if (p.capacity != capacity_report::none) {
    if (out.size() > 1) out.append(',');
    write_capacity(out, p.capacity, table.name, write_units(greater_size));
  }
  out.append('}');
  return out;
}

/// A place in the commit queue that is given back unless it is used.
class place {
 public:
  explicit place(committer& in) : in_(&in) {}
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() {
    if (in_ != nullptr) in_->leave();
  }
  void use() noexcept { in_ = nullptr; }

 private:
  committer* in_;
};

/// One write on its way: read parameters, decide under the key's lock, enqueue.
class item_write {
 public:
  /// The parameters outlive this object.
  item_write(engine_core& core, const write_parameters& p, std::shared_ptr<prepared_change> change)
      : core_(core), p_(p), change_(std::move(change)), arena_start_(change_->rows.bytes()) {}

  /// The outcome if it is known without a commit; otherwise the change is in the queue, with its answer.
  std::optional<result<reply>> enqueue(place& in_queue) {
    while (true) {
      change_->rows.forget(arena_start_);
      const auto table = core_.tables.find(*p_.table);
      if (!table) return table_not_found();
      if (auto done = enqueue_for(table, in_queue)) return done;
      if (enqueued_) return std::nullopt;
    }
  }

 private:
  std::optional<result<reply>> enqueue_for(const std::shared_ptr<const table_entry>& entry, place& in_queue) {
    const table_descriptor& table = entry->descriptor;
    write_batch& rows = change_->rows;
    const bool is_put = p_.operation == operation_name::put_item;
    // The key is laid down behind the item, which it must not look into while the arena grows.
    json::buffer key;
    const std::string_view keyed = is_put ? rows.text(p_.row).substr(row_header_size) : p_.key.view();
    if (auto made =
            append_row_key(key, core_.rows->prefix(), table, keyed, is_put ? key_use::in_item : key_use::lookup);
        !made) {
      return std::unexpected(made.error());
    }

    const std::size_t stripe = key_locks::stripe_of(key.view());
    key_locks::guard lock(core_.locks, stripe);
    old_item_ = {};
    old_size_ = 0;
    bool rests_on_pending = false;
    if (needs_old_item(p_, table)) {
      pending_ = lock.latest(key.view());
      rests_on_pending = pending_.has_value();
      if (auto read = rests_on_pending ? take_old(pending_->row) : load_old(key.view()); !read) {
        return std::unexpected(read.error());
      }
    }

    decision decided = decide(p_, table, old_item_, rows);
    if (decided.what == decision::kind::refused || decided.what == decision::kind::unchanged) {
      if (decided.refusal) {
        change_->answer_error = std::move(decided.refusal);
      } else {
        change_->answer = reply(write_response(p_, table, old_item_, old_item_, std::max(old_size_, p_.item_size)));
      }
      if (!rests_on_pending) return settled_answer();
      // Nothing is written, but the reply must not outrun the value it rests on: an empty change takes its place in the queue.
      return finish(entry, lock, std::nullopt, in_queue);
    }

    const std::size_t operation = rows.operations().size();
    const write_batch::span key_span = rows.lay_down(key.view());
    if (decided.what == decision::kind::store) {
      rows.put(key_span, decided.row);
    } else {
      rows.erase(key_span);
    }
    if (table.stream) record_change(*table.stream, table, decided);
    const std::string_view new_item =
        decided.what == decision::kind::store ? rows.text(decided.row).substr(row_header_size) : std::string_view();
    stored_row stored;
    read_row(rows.text(decided.row), stored);
    change_->answer = reply(write_response(p_, table, old_item_, new_item, std::max(old_size_, stored.item_size)));
    change_->visible.push_back({operation, stripe});
    return finish(entry, lock, operation, in_queue);
  }

  /// Into the queue, under the key's lock. Nothing, with enqueued_ unset, if the table changed and all is to be done anew.
  std::optional<result<reply>> finish(const std::shared_ptr<const table_entry>& entry, key_locks::guard& lock,
                                      std::optional<std::size_t> operation, place& in_queue) {
    change_->prepared_for.assign(1, entry);
    switch (core_.commits->enqueue(change_)) {
      case committer::verdict::superseded: reset(); return std::nullopt;
      case committer::verdict::refused: return read_only(core_);
      case committer::verdict::queued: break;
    }
    in_queue.use();
    enqueued_ = true;
    if (operation) lock.publish(change_, *operation);
    lock.release();
    return std::nullopt;
  }

  void reset() {
    change_->number_slots.clear();
    change_->visible.clear();
    change_->answer_error.reset();
  }

  result<reply> settled_answer() {
    if (change_->answer_error) return std::unexpected(*std::move(change_->answer_error));
    return std::move(change_->answer);
  }

  result<void> take_old(std::optional<std::string_view> row) {
    stored_row old;
    if (!row) return {};
    if (!read_row(*row, old)) {
      return fail(errc::corruption,
                  fmt::format("A row of table {} has a format that this version does not know", *p_.table));
    }
    old_item_ = old.item;
    old_size_ = old.item_size;
    return {};
  }

  result<void> load_old(std::string_view key) {
    class copier final : public value_visitor {
     public:
      explicit copier(json::buffer& to) : to_(to) {}
      void operator()(std::string_view value) override { to_.append(value); }

     private:
      json::buffer& to_;
    };
    loaded_.clear();
    copier copy(loaded_);
    const auto found = core_.rows->get(key, copy);
    if (!found) return std::unexpected(found.error());
    return take_old(*found ? std::optional(loaded_.view()) : std::nullopt);
  }

  void record_change(const stream_descriptor& stream, const table_descriptor& table, const decision& decided) {
    change_record record;
    const bool erased = decided.what == decision::kind::erase;
    record.kind = erased ? change_kind::remove : old_item_.empty() ? change_kind::insert : change_kind::modify;
    record.when = core_.now();
    record.old_image = old_item_;
    json::buffer keys;
    write_batch& rows = change_->rows;
    append_keys(keys, table.key, erased ? old_item_ : rows.text(decided.row).substr(row_header_size));
    record.keys = keys.view();
    write_batch::span image;
    if (!erased) image = {decided.row.offset + row_header_size, decided.row.size - row_header_size};
    append_change_record(*change_, core_.rows->prefix(), stream, record, image);
  }

  engine_core& core_;
  const write_parameters& p_;
  std::shared_ptr<prepared_change> change_;
  const std::size_t arena_start_;
  bool enqueued_ = false;
  // The old item, wherever it came from: a view into pending_'s change or into loaded_.
  std::optional<key_locks::guard::pending_value> pending_;
  json::buffer loaded_;
  std::string_view old_item_;
  std::size_t old_size_ = 0;
};

}  // namespace

std::optional<result<reply>> write_item(engine_core& core, const request& r, reply_sink* sink) {
  auto change = std::make_shared<prepared_change>();
  auto parameters = read_parameters(r, change->rows);
  if (!parameters) return std::unexpected(parameters.error());
  if (sink == nullptr) {
    core.commits->admit();
  } else if (!core.commits->try_admit()) {
    return fail(errc::throttled, "The commit queue is full; try again");
  }
  place in_queue(*core.commits);
  change->sink = sink;
  item_write write(core, *parameters, change);
  if (auto known = write.enqueue(in_queue)) return known;
  if (sink != nullptr) {
    core.commits->attend();
    return std::nullopt;
  }
  if (auto committed = core.commits->wait(*change); !committed) return std::unexpected(committed.error());
  if (change->answer_error) return std::unexpected(*std::move(change->answer_error));
  return std::move(change->answer);
}

}  // namespace dynamo::engine
