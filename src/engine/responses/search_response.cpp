#include "search_response.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

// The vector is answered only where an expression names it (observed), whatever the index projects.
bool names_vector(const search_parameters& p, const vector_index_descriptor& index) {
  return p.expressions.projection && std::ranges::any_of(*p.expressions.projection, [&](const expression::path& path) {
           return path.front().name == index.attribute;
         });
}

}  // namespace

search_response::search_response(const search_parameters& p, const vector_index_descriptor& index)
    : p_(p), index_(index), shows_vector_(names_vector(p, index)) {}

result<void> search_response::take(std::string_view row, double score) {
  const auto item = read_vector_row(row, vector_);
  if (!item) {
    return fail(errc::corruption,
                fmt::format("A row of vector index {} has a format that this version does not know", index_.name));
  }
  item_.clear();
  if (shows_vector_) {
    const json::buffer padded(*item);
    append_item_with_vector(item_, index_, padded.view(), vector_);
  } else {
    item_.append(*item);
  }
  out_.append(results_++ > 0 ? R"(,{"Item":)" : R"({"Item":)");
  const std::size_t begin = out_.size();
  if (p_.expressions.projection) {
    expression::project(*p_.expressions.projection, item_.view(), out_);
  } else {
    out_.append(item_.view());
  }
  const json::buffer shown(out_.view().substr(begin));
  returned_bytes_ += json::size_of_item(shown.view());
  out_.append(fmt::format(R"(,"Score":{}}})", score));
  return {};
}

result<reply> search_response::finish(std::size_t compared) && {
  if (out_.size() > limits::search_response_size_max) {  // the words are ours
    return fail(
        errc::validation,
        fmt::format("The response would have more than {} bytes. Ask for fewer results, or for fewer attributes of "
                    "them",
                    limits::search_response_size_max));
  }
  json::buffer body;
  body.append('{');
  if (p_.capacity != capacity_report::none) {
    const std::size_t bytes = compared * sizeof(float) * index_.dimensions + returned_bytes_;
    body.append(
        fmt::format(R"("ConsumedCapacity":{{"VectorSearchRequestBytes":{:.1f}}},)", static_cast<double>(bytes)));
  }
  body.append(R"("SearchResults":[)");
  body.append(out_.view());
  body.append("]}");
  return reply(std::move(body));
}

}  // namespace dynamo::engine
