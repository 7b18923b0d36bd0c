// A table on disk behind one C function, as a plug-in of somebody else's program has it.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <cstdio>
#include <string>

namespace {

struct note {
  std::string id;
  int times = 0;
};

struct notes_schema : dynamo::schema<"notes", note, dynamo::partition_key<&note::id>> {};

int report(const dynamo::error& why) {
  std::fprintf(stderr, "%s\n", why.describe().c_str());
  return 1;
}

}  // namespace

/// 0 if a note was written to `directory` and read again.
extern "C" int keep_a_note(const char* directory) {
  auto db = dynamo::database::open(directory);
  if (!db) return report(db.error());
  dynamo::table<notes_schema> notes{*db};
  if (auto created = notes.create_if_absent().run(); !created) return report(created.error());
  const note first{.id = "first", .times = 3};
  if (auto put = notes.put(first).run(); !put) return report(put.error());
  const auto read = notes.get("first").run();
  if (!read) return report(read.error());
  return *read && (*read)->times == 3 ? 0 : 2;
}
