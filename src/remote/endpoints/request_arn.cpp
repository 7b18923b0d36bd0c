#include <remote/endpoints/request_arn.hpp>

#include <dynamo/json/cursor.hpp>

namespace dynamo::aws {
namespace {

/// The member that may be an ARN; empty: none, or one that lies deeper.
std::string_view arn_member(operation_name of) {
  switch (of) {
    case operation_name::batch_execute_statement:
    case operation_name::batch_get_item:
    case operation_name::batch_write_item:
    case operation_name::describe_endpoints:
    case operation_name::describe_limits:
    case operation_name::execute_statement:
    case operation_name::execute_transaction:
    case operation_name::import_table:
    case operation_name::list_bulk_operations:
    case operation_name::list_global_tables:
    case operation_name::list_streams:
    case operation_name::list_tables:
    case operation_name::transact_get_items:
    case operation_name::transact_write_items: return {};
    case operation_name::create_global_table:
    case operation_name::describe_global_table:
    case operation_name::describe_global_table_settings:
    case operation_name::update_global_table:
    case operation_name::update_global_table_settings: return "GlobalTableName";
    case operation_name::cancel_bulk_operation:
    case operation_name::describe_bulk_operation: return "BulkOperationArn";
    case operation_name::delete_backup:
    case operation_name::describe_backup: return "BackupArn";
    case operation_name::delete_resource_policy:
    case operation_name::get_resource_policy:
    case operation_name::list_tags_of_resource:
    case operation_name::put_resource_policy:
    case operation_name::tag_resource:
    case operation_name::untag_resource: return "ResourceArn";
    case operation_name::describe_export: return "ExportArn";
    case operation_name::describe_import: return "ImportArn";
    case operation_name::export_table_to_point_in_time:
    case operation_name::list_exports:
    case operation_name::list_imports: return "TableArn";
    case operation_name::restore_table_from_backup:
    case operation_name::restore_table_to_point_in_time: return "TargetTableName";
    case operation_name::describe_stream:
    case operation_name::get_shard_iterator: return "StreamArn";
    case operation_name::get_records: return "ShardIterator";
    default: return "TableName";
  }
}

/// Goes to the value of a member of the object that stands here.
bool enter_member(json::cursor& at, std::string_view member) {
  if (at.peek() != json::token::object || !at.begin_object()) return false;
  for (std::string_view name; at.next_name(name); at.skip()) {
    if (name == member) return true;
  }
  return false;
}

bool enter_first_element(json::cursor& at) {
  return at.peek() == json::token::array && at.begin_array() && at.next_element();
}

std::optional<std::string> text_here(json::cursor& at) {
  if (at.peek() != json::token::string) return std::nullopt;
  return std::string(at.read_string());
}

/// The table of {"Put": {"TableName": ...}}, whichever action it is.
std::optional<std::string> table_of_action(json::cursor& at) {
  if (at.peek() != json::token::object || !at.begin_object()) return std::nullopt;
  std::string_view action;
  if (!at.next_name(action) || !enter_member(at, "TableName")) return std::nullopt;
  return text_here(at);
}

std::optional<std::string> name_in_request(operation_name of, json::cursor& at) {
  switch (of) {
    case operation_name::batch_get_item:
    case operation_name::batch_write_item: {
      std::string_view table;
      if (!enter_member(at, "RequestItems") || at.peek() != json::token::object || !at.begin_object())
        return std::nullopt;
      if (!at.next_name(table)) return std::nullopt;
      return std::string(table);
    }
    case operation_name::transact_get_items:
    case operation_name::transact_write_items:
      if (!enter_member(at, "TransactItems") || !enter_first_element(at)) return std::nullopt;
      return table_of_action(at);
    case operation_name::import_table:
      if (!enter_member(at, "TableCreationParameters") || !enter_member(at, "TableName")) return std::nullopt;
      return text_here(at);
    default: break;
  }
  const std::string_view member = arn_member(of);
  if (member.empty() || !enter_member(at, member)) return std::nullopt;
  return text_here(at);
}

}  // namespace

std::optional<std::string> arn_of_request(operation_name of, const json::buffer& body) {
  if (body.view().find("\"arn:") == std::string_view::npos) return std::nullopt;
  json::cursor at(body);
  std::optional<std::string> name = name_in_request(of, at);
  if (!at.ok() || !name || !name->starts_with("arn:")) return std::nullopt;
  return name;
}

}  // namespace dynamo::aws
