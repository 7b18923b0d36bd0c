#include "keywords.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace dynamo::partiql {
namespace {

// clang-format off: in ascending order, as many as fit in a line
constexpr std::array<std::string_view, 241> reserved = {
    "absolute", "action", "add", "all", "allocate", "alter", "and", "any", "are", "as", "asc", "assertion", "at",
    "authorization", "avg", "bag", "begin", "between", "bit", "bit_length", "blob", "bool", "boolean", "by",
    "cascade", "cascaded", "case", "cast", "catalog", "char", "char_length", "character", "character_length",
    "check", "clob", "close", "coalesce", "collate", "collation", "column", "commit", "conflict", "connect",
    "connection", "constraint", "constraints", "continue", "convert", "corresponding", "count", "create", "cross",
    "current", "current_date", "current_time", "current_timestamp", "current_user", "cursor", "date", "date_add",
    "date_diff", "deallocate", "dec", "decimal", "declare", "default", "deferrable", "deferred", "delete", "desc",
    "describe", "descriptor", "diagnostics", "disconnect", "distinct", "do", "domain", "double", "drop", "else",
    "end", "escape", "except", "exception", "exec", "execute", "exists", "external", "extract", "false", "fetch",
    "first", "float", "for", "foreign", "found", "from", "full", "get", "global", "go", "goto", "grant", "group",
    "having", "identity", "immediate", "in", "index", "indicator", "initially", "inner", "input", "insensitive",
    "insert", "int", "integer", "intersect", "interval", "into", "is", "isolation", "join", "key", "language",
    "last", "left", "level", "like", "limit", "list", "local", "lower", "match", "max", "min", "missing",
    "modified", "module", "names", "national", "natural", "nchar", "new", "next", "no", "not", "nothing", "null",
    "nullif", "numeric", "octet_length", "of", "old", "on", "only", "open", "option", "or", "order", "outer",
    "output", "overlaps", "pad", "partial", "pivot", "position", "precision", "prepare", "preserve", "primary",
    "prior", "privileges", "procedure", "public", "read", "real", "references", "relative", "remove", "restrict",
    "returning", "revoke", "right", "rollback", "rows", "schema", "scroll", "section", "select", "session",
    "session_user", "set", "sexp", "size", "smallint", "some", "space", "sql", "sqlcode", "sqlerror", "sqlstate",
    "string", "struct", "substring", "sum", "symbol", "system_user", "table", "temporary", "then", "time",
    "timestamp", "to", "transaction", "translate", "translation", "trim", "true", "tuple", "union", "unique",
    "unknown", "unpivot", "update", "upper", "usage", "user", "using", "value", "values", "varchar", "varying",
    "view", "when", "whenever", "where", "with", "work", "write", "zone"};

constexpr std::array<std::string_view, 24> function_names = {
    "avg", "bag", "bit_length", "cast", "char_length", "character_length", "coalesce", "count", "date_add",
    "date_diff", "exists", "extract", "list", "lower", "max", "min", "nullif", "octet_length", "sexp", "size",
    "substring", "sum", "trim", "upper"};
// clang-format on

static_assert(std::ranges::is_sorted(reserved) && std::ranges::is_sorted(function_names));

/// Where the keywords of each letter begin, and where those of the last one end.
constexpr std::array<std::size_t, 27> of_letter = [] {
  std::array<std::size_t, 27> made{};
  for (const std::string_view word : reserved) ++made[static_cast<std::size_t>(word.front() - 'a') + 1];
  for (std::size_t i = 1; i < made.size(); ++i) made[i] += made[i - 1];
  return made;
}();

}  // namespace

bool is_keyword(std::string_view small_letters) noexcept {
  if (small_letters.empty() || small_letters.front() < 'a' || small_letters.front() > 'z') return false;
  const auto letter = static_cast<std::size_t>(small_letters.front() - 'a');
  for (std::size_t i = of_letter[letter]; i < of_letter[letter + 1]; ++i) {
    if (reserved[i] == small_letters) return true;
  }
  return false;
}

bool is_function_keyword(std::string_view small_letters) noexcept {
  return std::ranges::binary_search(function_names, small_letters);
}

}  // namespace dynamo::partiql
