#pragma once

#include "statement.hpp"

#include <optional>
#include <string>
#include <vector>

namespace dynamo::partiql {

struct printed {
  std::string text;
  std::vector<std::string> parameters;  ///< canonical values of the `?`, in their order
};

/// A statement's text: parse(print(x)) == x for every statement that a parser can make. Values that PartiQL cannot write (binaries,
/// and sets inside what holds one) become parameters. Nothing for what PartiQL cannot say: ADD of a number, if_not_exists.
std::optional<printed> print(const statement&);

}  // namespace dynamo::partiql
