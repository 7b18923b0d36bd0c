#include "item_response.hpp"

#include "capacity_writer.hpp"

#include <dynamo/expression/evaluate.hpp>

#include <utility>

namespace dynamo::engine {

item_response::item_response(const get_parameters& p) : p_(p) { out_.append('{'); }

void item_response::take(std::string_view item) {
  out_.append(R"("Item":)");
  if (!p_.expressions.projection) return out_.append(item);
  const json::buffer padded(item);
  expression::project(*p_.expressions.projection, padded.view(), out_);
}

reply item_response::finish(const consumed_capacity& consumed) && {
  if (p_.capacity != capacity_report::none) {
    if (out_.size() > 1) out_.append(',');
    write_capacity(out_, p_.capacity, p_.table, consumed);
  }
  out_.append('}');
  return reply(std::move(out_));
}

}  // namespace dynamo::engine
