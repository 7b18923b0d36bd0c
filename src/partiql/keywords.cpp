#include "keywords.hpp"

#include <algorithm>
#include <array>

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

}  // namespace

bool is_keyword(std::string_view small_letters) noexcept { return std::ranges::binary_search(reserved, small_letters); }

bool is_function_keyword(std::string_view small_letters) noexcept {
  return std::ranges::binary_search(function_names, small_letters);
}

}  // namespace dynamo::partiql
