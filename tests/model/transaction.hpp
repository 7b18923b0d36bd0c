#pragma once

#include "operation.hpp"

#include <string>
#include <vector>

namespace dynamo::model {

/// One action of a TransactWriteItems.
struct action {
  item_write write;
  bool only_checks = false;  ///< a ConditionCheck of the write's condition
};

/// The actions, of distinct items, that an operation stands for.
std::vector<action> transaction_of(const operation&);

/// TransactWriteItems of these actions, with a token if one is given, and TransactGetItems of their places.
std::string transact_write_text(const std::vector<action>&, const std::string& token);
std::string transact_get_text(const std::vector<action>&);

/// The nearest actions that PartiQL can say; ExecuteTransaction of these, and of SELECTs of their places.
std::vector<action> sayable(std::vector<action>);
std::string transact_statements_text(const std::vector<action>&, const std::string& token);
std::string transact_selects_text(const std::vector<action>&);

}  // namespace dynamo::model
