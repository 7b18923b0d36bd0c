#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

/// The parameters of operations on what this engine never has: backups, exports, imports, global tables, bulk operations. Lists of it are empty
/// and a name of it is unknown, whatever narrows the list; so the parameters are read only to be checked.
struct absent_parameters {
  std::string name;                  ///< what is described: an ARN, or the name of a global table
  std::optional<std::string> table;  ///< what a list is narrowed to
  std::optional<std::string> after;
  std::optional<std::string> region;
  std::optional<std::int64_t> limit;
  std::optional<instant> since;
  std::optional<instant> until;
  std::optional<bool> all;  ///< BackupType; whichever is asked for
};

result<absent_parameters> read_list_backups(const request&);
result<absent_parameters> read_list_exports(const request&);
result<absent_parameters> read_list_imports(const request&);
result<absent_parameters> read_list_global_tables(const request&);
result<absent_parameters> read_list_bulk_operations(const request&);
/// Of DescribeBackup and DeleteBackup; of DescribeBulkOperation and CancelBulkOperation; of DescribeGlobalTable and its settings.
result<absent_parameters> read_backup_arn(const request&);
result<absent_parameters> read_export_arn(const request&);
result<absent_parameters> read_import_arn(const request&);
result<absent_parameters> read_bulk_operation_arn(const request&);
result<absent_parameters> read_global_table_name(const request&);

}  // namespace dynamo::engine
