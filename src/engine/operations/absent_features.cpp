// Operations on what this engine never has. A list of it is empty, and a name of it is unknown: that is the truth, and tools go on with it.
#include "operations.hpp"

#include <engine/parameters/absent_parameters.hpp>
#include <engine/responses/attachment_responses.hpp>

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace dynamo::engine {
namespace {

using reader = result<absent_parameters> (*)(const request&);

result<reply> empty_list(const request& r, reader read, std::string_view member) {
  if (const auto p = read(r); !p) return std::unexpected(p.error());
  return empty_list_response(member);
}

// The exceptions are AWS's, the words ours.
result<reply> unknown(const request& r, reader read, std::string_view exception, std::string_view what) {
  const auto p = read(r);
  if (!p) return std::unexpected(p.error());
  return std::unexpected(error({.code = errc::resource_not_found,
                                .message = fmt::format("{} not found: {}", what, p->name),
                                .type = fmt::format("com.amazonaws.dynamodb.v20120810#{}", exception)}));
}

}  // namespace

result<reply> list_backups(const engine_core&, const request& r) {
  return empty_list(r, read_list_backups, "BackupSummaries");
}
result<reply> list_exports(const engine_core&, const request& r) {
  return empty_list(r, read_list_exports, "ExportSummaries");
}
result<reply> list_imports(const engine_core&, const request& r) {
  return empty_list(r, read_list_imports, "ImportSummaryList");
}
result<reply> list_global_tables(const engine_core&, const request& r) {
  return empty_list(r, read_list_global_tables, "GlobalTables");
}
result<reply> list_bulk_operations(const engine_core&, const request& r) {
  return empty_list(r, read_list_bulk_operations, "BulkOperationsSummaryList");
}

result<reply> describe_or_delete_backup(const engine_core&, const request& r) {
  return unknown(r, read_backup_arn, "BackupNotFoundException", "Backup");
}
result<reply> describe_export(const engine_core&, const request& r) {
  return unknown(r, read_export_arn, "ExportNotFoundException", "Export");
}
result<reply> describe_import(const engine_core&, const request& r) {
  return unknown(r, read_import_arn, "ImportNotFoundException", "Import");
}
result<reply> describe_global_table(const engine_core&, const request& r) {
  return unknown(r, read_global_table_name, "GlobalTableNotFoundException", "Global table");
}
result<reply> describe_or_cancel_bulk_operation(const engine_core&, const request& r) {
  return unknown(r, read_bulk_operation_arn, "ResourceNotFoundException", "Bulk operation");
}

}  // namespace dynamo::engine
