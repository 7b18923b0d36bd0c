#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dynamo::bench {

/// Requests as the bytes that an SDK sends, with the fields of a signature, which nobody checks.
std::string request_text(const std::string& operation, const std::string& body);

std::string create_table(const std::string& table, bool with_stream);
std::string get_item(const std::string& table, std::uint32_t number);
std::string put_item(const std::string& table, std::uint32_t number);
std::string put_25_items(const std::string& table, std::uint32_t from);
std::string query_of_100(const std::string& table, std::uint32_t customer);

}  // namespace dynamo::bench
