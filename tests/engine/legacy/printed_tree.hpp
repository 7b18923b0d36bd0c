#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/print.hpp>

#include <string>

namespace dynamo::engine {

/// The tree as text, with its names and values in the place of their aliases; or the message of the error.
template <class Tree>
std::string printed(const result<Tree>& tree) {
  if (!tree) return tree.error().message();
  expression::substitutions aliases;
  std::string text;
  expression::print(*tree, aliases, text);
  json::buffer members;
  aliases.write_members(members);
  return text + std::string(members.view());
}

}  // namespace dynamo::engine
