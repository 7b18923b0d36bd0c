#include "write_response.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <engine/responses/capacity_writer.hpp>

namespace dynamo::engine {

bool write_image(json::buffer& out, const write_parameters& p, const write_outcome& came) {
  std::string_view image;
  bool only_touched = false;
  switch (p.returns) {
    case return_values::none: return false;
    case return_values::all_old: image = came.old_item; break;
    case return_values::all_new: image = came.new_item; break;
    case return_values::updated_old:
      image = came.old_item;
      only_touched = true;
      break;
    case return_values::updated_new:
      image = came.new_item;
      only_touched = true;
      break;
  }
  if (image.empty() || (only_touched && !p.expressions.update)) return false;
  if (!only_touched) {
    out.append(image);
    return true;
  }
  const std::size_t start = out.size();
  expression::project(expression::touched(*p.expressions.update), image, out);
  if (out.size() - start > 2) return true;
  out.truncate(start);  // "{}": nothing of what was touched exists in this image
  return false;
}

json::buffer write_response(const write_parameters& p, const write_outcome& came) {
  json::buffer out;
  out.append(R"({"Attributes":)");
  if (!write_image(out, p, came)) out.truncate(1);
  if (p.capacity != capacity_report::none) {
    if (out.size() > 1) out.append(',');
    write_capacity(out, p.capacity, p.table, came.consumed);
  }
  if (!came.item_collection.empty()) {
    if (out.size() > 1) out.append(',');
    out.append(R"("ItemCollectionMetrics":)");
    out.append(came.item_collection.view());
  }
  out.append('}');
  return out;
}

}  // namespace dynamo::engine
