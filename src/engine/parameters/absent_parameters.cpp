#include "absent_parameters.hpp"

#include "common_parameters.hpp"
#include "member_reader.hpp"

#include <dynamo/value/limits.hpp>

#include <array>

namespace dynamo::engine {
namespace {

using of_absent = absent_parameters;

consteval declared<of_absent> arn(std::string_view name) {
  return parameter<of_absent, &of_absent::name>(name).required().within(limits::arn_size_min, limits::arn_size_max);
}
consteval declared<of_absent> page_size(std::string_view name, std::int64_t greatest) {
  return parameter<of_absent, &of_absent::limit>(name).within(1, greatest);
}
consteval declared<of_absent> table_arn() {
  return parameter<of_absent, &of_absent::table>("TableArn").within(1, limits::arn_size_max);
}
template <auto Field>
consteval declared<of_absent> global_table(std::string_view name) {
  return parameter<of_absent, Field>(name).of_name_letters().within(limits::table_name_size_min,
                                                                    limits::table_name_size_max);
}

constexpr auto backup_types =
    std::to_array<choice>({{"USER", true}, {"SYSTEM", true}, {"AWS_BACKUP", true}, {"ALL", true}});

constexpr auto list_backups_members =
    declare(optional_table_name<of_absent>(), page_size("Limit", limits::backups_page_max),
            parameter<of_absent, &of_absent::since>("TimeRangeLowerBound"),
            parameter<of_absent, &of_absent::until>("TimeRangeUpperBound"),
            parameter<of_absent, &of_absent::after>("ExclusiveStartBackupArn")
                .within(limits::arn_size_min, limits::arn_size_max),
            parameter<of_absent, &of_absent::all>("BackupType").one_of(backup_types));
constexpr auto list_exports_members = declare(table_arn(), page_size("MaxResults", limits::exports_page_max),
                                              parameter<of_absent, &of_absent::after>("NextToken"));
constexpr auto list_imports_members =
    declare(table_arn(), page_size("PageSize", limits::exports_page_max),
            parameter<of_absent, &of_absent::after>("NextToken").within(112, limits::arn_size_max));
constexpr auto list_global_tables_members = declare(global_table<&of_absent::after>("ExclusiveStartGlobalTableName"),
                                                    parameter<of_absent, &of_absent::limit>("Limit").within(1),
                                                    parameter<of_absent, &of_absent::region>("RegionName"));
constexpr auto list_bulk_operations_members =
    declare(page_size("MaxResults", limits::exports_page_max),
            parameter<of_absent, &of_absent::after>("NextToken").within(1, limits::arn_size_max));

constexpr auto backup_members = declare(arn("BackupArn"));
constexpr auto export_members = declare(arn("ExportArn"));
constexpr auto import_members = declare(arn("ImportArn"));
constexpr auto bulk_operation_members = declare(arn("BulkOperationArn"));
constexpr auto global_table_members = declare(global_table<&of_absent::name>("GlobalTableName").required());

}  // namespace

result<of_absent> read_list_backups(const request& r) { return read_request(r, list_backups_members); }
result<of_absent> read_list_exports(const request& r) { return read_request(r, list_exports_members); }
result<of_absent> read_list_imports(const request& r) { return read_request(r, list_imports_members); }
result<of_absent> read_list_global_tables(const request& r) { return read_request(r, list_global_tables_members); }
result<of_absent> read_list_bulk_operations(const request& r) { return read_request(r, list_bulk_operations_members); }
result<of_absent> read_backup_arn(const request& r) { return read_request(r, backup_members); }
result<of_absent> read_export_arn(const request& r) { return read_request(r, export_members); }
result<of_absent> read_import_arn(const request& r) { return read_request(r, import_members); }
result<of_absent> read_bulk_operation_arn(const request& r) { return read_request(r, bulk_operation_members); }
result<of_absent> read_global_table_name(const request& r) { return read_request(r, global_table_members); }

}  // namespace dynamo::engine
