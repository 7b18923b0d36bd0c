#include <dynamo/table/detail/reserved_names.hpp>

#include <dynamo/base/log.hpp>
#include <dynamo/expression/parse.hpp>

#include <string>

namespace dynamo::detail {

void tell_reserved_names(std::string_view table, const record_description& record) {
  std::string names;
  for (std::size_t i = 0; i < record.count; ++i) {
    const std::string_view name = record.fields[i].name;
    if (!expression::is_reserved_word(name)) continue;
    names.append(names.empty() ? "`" : ", `").append(name).append("`");
  }
  if (names.empty()) return;
  log(log_level::info, "table `" + std::string(table) + "`: DynamoDB reserves the attribute names " + names +
                           "; typed calls and raw expressions alias them, other programs have to");
}

}  // namespace dynamo::detail
