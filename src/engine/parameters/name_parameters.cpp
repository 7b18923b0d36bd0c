#include "name_parameters.hpp"

#include "common_parameters.hpp"
#include "member_reader.hpp"

namespace dynamo::engine {
namespace {

constexpr auto name_members = declare(table_name<table_name_parameters>().required(table_name_missing));

using of_list_tables = list_tables_parameters;
constexpr auto list_tables_members =
    declare(parameter<of_list_tables, &of_list_tables::after>("ExclusiveStartTableName")
                .of_name_letters()
                .within(limits::table_name_size_min, limits::table_name_size_max),
            parameter<of_list_tables, &of_list_tables::limit>("Limit").within(1, limits::list_tables_page_max));

struct no_parameters {};
constexpr member_list<no_parameters, 0> no_members{};

}  // namespace

result<void> read_no_parameters(const request& r) {
  no_parameters none;
  return read_request(r, none, no_members);
}
result<table_name_parameters> read_describe_table(const request& r) { return read_request(r, name_members); }
result<table_name_parameters> read_delete_table(const request& r) { return read_request(r, name_members); }
result<list_tables_parameters> read_list_tables(const request& r) { return read_request(r, list_tables_members); }

}  // namespace dynamo::engine
