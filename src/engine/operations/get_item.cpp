#include "engine_core.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <engine/responses/capacity_writer.hpp>
#include <engine/rows/key_path_rules.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>

namespace dynamo::engine {
namespace {

struct get_parameters {
  std::optional<std::string> table;
  json::buffer key;
  bool key_given = false;
  bool consistent = false;
  capacity_report capacity = capacity_report::none;
  expression_parameters expressions;
};

result<get_parameters> read_get_parameters(const request& r) {
  get_parameters p;
  violations found;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "TableName") {
      p.table = in.string();
    } else if (name == "Key") {
      p.key_given = in.item(p.key);
    } else if (name == "ConsistentRead") {
      p.consistent = in.boolean().value_or(false);
    } else if (name == "ReturnConsumedCapacity") {
      p.capacity = read_capacity_report(in, found);
    } else if (!p.expressions.take(name, in) && !refuse_legacy(name, in)) {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  check_table_name(p.table, found);
  if (!p.key_given) found.add_null("key");
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  if (auto parsed = p.expressions.parse(); !parsed) return std::unexpected(parsed.error());
  return p;
}

/// Copies a stored row's item into a response, straight or through a projection.
class item_writer final : public value_visitor {
 public:
  item_writer(json::buffer& out, const std::optional<expression::projection>& projection)
      : out_(out), projection_(projection) {}

  void operator()(std::string_view value) override {
    stored_row row;
    readable_ = read_row(value, row);
    if (!readable_) return;
    item_size_ = row.item_size;
    out_.append(R"("Item":)");
    if (!projection_) {
      out_.append(row.item);
    } else {
      const json::buffer padded(row.item);
      expression::project(*projection_, padded.view(), out_);
    }
  }
  bool readable() const noexcept { return readable_; }
  std::size_t item_size() const noexcept { return item_size_; }

 private:
  json::buffer& out_;
  const std::optional<expression::projection>& projection_;
  bool readable_ = true;
  std::size_t item_size_ = 0;
};

}  // namespace

result<reply> get_item(const engine_core& core, const request& r) {
  const auto p = read_get_parameters(r);
  if (!p) return std::unexpected(p.error());
  const auto table = core.tables.find(*p->table);
  if (!table) return table_not_found();
  if (auto valid = check_key_paths(table->descriptor, p->expressions.projection); !valid) {
    return std::unexpected(valid.error());
  }
  json::buffer key;
  if (auto made = append_row_key(key, core.rows->prefix(), table->descriptor, p->key.view(), key_use::lookup); !made) {
    return std::unexpected(made.error());
  }
  json::buffer out;
  out.append('{');
  item_writer write(out, p->expressions.projection);
  const auto found = core.rows->get(key.view(), write);
  if (!found) return std::unexpected(found.error());
  if (!write.readable()) {
    return fail(errc::corruption,
                "A row of table " + table->descriptor.name + " has a format that this version does not know");
  }
  if (p->capacity != capacity_report::none) {
    if (*found) out.append(',');
    write_capacity(out, p->capacity, table->descriptor.name, {read_units(write.item_size(), p->consistent), {}, {}});
  }
  out.append('}');
  return reply(std::move(out));
}

}  // namespace dynamo::engine
