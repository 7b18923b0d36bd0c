#pragma once

#include <dynamo/decorators/observed.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/protocol/operation_facts.hpp>

#include <string>
#include <vector>

namespace dynamo {

/// Which capacity a request consumes.
capacity_kind capacity_of(const request&);

/// The tables that a request names, without repetition: one for most, several for batches and transactions, none for
/// ListTables and the like. Of an ARN, its last part. Empty also for what is no JSON.
std::vector<std::string> tables_of(operation_name, const json::buffer& body);

/// A reply's ConsumedCapacity, one element a table; `kind` says what plain CapacityUnits are.
std::vector<table_capacity> consumed_in(const json::buffer& reply_body, capacity_kind kind);

/// True if the request says what it wants to know of its capacity (ReturnConsumedCapacity); adds TOTAL, or
/// INDEXES for a write `by_index`, if it does not.
bool asks_for_capacity(const request&);
void ask_for_capacity(request&, bool by_index = false);

}  // namespace dynamo
