#include "statement_response.hpp"

#include "capacity_writer.hpp"
#include "projected_item.hpp"

#include <dynamo/json/writer.hpp>
#include <engine/tables/object_writer.hpp>

#include <algorithm>

namespace dynamo::engine {
namespace {

// BatchStatementErrorCodeEnum of the service model.
std::string_view statement_error_code(const error& why) {
  switch (why.code()) {
    case errc::conditional_check_failed: return "ConditionalCheckFailed";
    case errc::duplicate_item: return "DuplicateItem";
    case errc::validation: return "ValidationError";
    case errc::resource_not_found: return "ResourceNotFound";
    case errc::transaction_conflict: return "TransactionConflict";
    case errc::item_collection_too_large: return "ItemCollectionSizeLimitExceeded";
    case errc::throttled:
      return why.detail().type.find("ProvisionedThroughput") != std::string::npos ? "ProvisionedThroughputExceeded"
                                                                                  : "ThrottlingError";
    case errc::access_denied: return "AccessDenied";
    default: return "InternalServerError";
  }
}

void write_table_name(json::buffer& out, std::string_view table_name) {
  out.append(R"({"TableName":)");
  json::write_string(out, table_name);
}

}  // namespace

json::buffer statement_write_response(const write_parameters& p, const write_outcome& came) {
  json::buffer out;
  out.append(R"({"Items":[)");
  write_image(out, p, came);
  out.append(']');
  if (p.capacity != capacity_report::none) {
    out.append(',');
    write_capacity(out, p.capacity, p.table, came.consumed);
  }
  out.append('}');
  return out;
}

json::buffer batch_statement_response(const write_parameters& p, const write_outcome& came) {
  json::buffer out;
  write_table_name(out, p.table);
  const std::size_t before = out.size();
  out.append(R"(,"Item":)");
  if (!write_image(out, p, came)) out.truncate(before);
  out.append('}');
  return out;
}

json::buffer batch_statement_error(const error& why, std::string_view table_name) {
  json::buffer out;
  object_writer response(out);
  object_writer told(response.name("Error"));
  told.member("Code", statement_error_code(why));
  told.member("Message", std::string_view(why.message()));
  told.end();
  const bool was_executed = why.code() == errc::conditional_check_failed || why.code() == errc::duplicate_item;
  if (was_executed) response.member("TableName", table_name);
  response.end();
  return out;
}

batch_item_response::batch_item_response(const get_parameters& p) : p_(p) { write_table_name(out_, p.table); }

void batch_item_response::take(std::string_view item) {
  out_.append(R"(,"Item":)");
  const json::buffer padded(item);
  write_projected(out_, p_.expressions, padded.view());
}

json::buffer batch_item_response::finish() && {
  out_.append('}');
  return std::move(out_);
}

void batch_totals::add(std::string_view table_name, const consumed_capacity& consumed) {
  auto known = std::ranges::find(tables_, table_name, &table::name);
  if (known == tables_.end()) {
    tables_.push_back({std::string(table_name)});
    consumed_.emplace_back();
    known = tables_.end() - 1;
  }
  consumed_[static_cast<std::size_t>(known - tables_.begin())].add(consumed);
}

json::buffer batch_totals::finish(const std::vector<json::buffer>& responses, capacity_report report) const {
  json::buffer out;
  out.append(R"({"Responses":)");
  write_array(out, responses, [](json::buffer& to, const json::buffer& one) { to.append(one.view()); });
  if (!tables_.empty()) write_capacity_of_all(out, report, tables_, consumed_);
  out.append('}');
  return out;
}

}  // namespace dynamo::engine
