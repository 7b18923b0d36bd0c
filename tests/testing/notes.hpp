#pragma once

#include <dynamo/table.hpp>

#include <string>

namespace dynamo::testing_support {

struct Note {
  std::string id, text;
  bool operator==(const Note&) const = default;
};
struct notes_schema : schema<"notes", Note, partition_key<&Note::id>> {};

}  // namespace dynamo::testing_support
