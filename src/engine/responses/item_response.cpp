#include "item_response.hpp"

#include "capacity_writer.hpp"
#include "projected_item.hpp"

#include <utility>

namespace dynamo::engine {

item_response::item_response(const get_parameters& p, form what) : p_(p), form_(what) {
  out_.append(form_ == form::item ? "{" : R"({"Items":[)");
}

void item_response::take(std::string_view item) {
  if (form_ == form::item) out_.append(R"("Item":)");
  if (!p_.expressions.projection) return out_.append(item);
  const json::buffer padded(item);
  write_projected(out_, p_.expressions, padded.view());
}

reply item_response::finish(const consumed_capacity& consumed) && {
  if (form_ == form::items) out_.append(']');
  if (p_.capacity != capacity_report::none) {
    if (out_.size() > 1) out_.append(',');
    write_capacity(out_, p_.capacity, p_.table, consumed);
  }
  out_.append('}');
  return reply(std::move(out_));
}

}  // namespace dynamo::engine
