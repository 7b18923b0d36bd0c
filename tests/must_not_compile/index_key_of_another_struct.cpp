// expects: the keys of an index must be members of the table's struct
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

struct other {
  std::string text;
};

void application() {
#ifdef BREAK
  using by_other = dynamo::global_index<"by_other", dynamo::partition_key<&other::text>>;
  struct broken : dynamo::schema<"places", place, dynamo::partition_key<&place::id>, by_other> {};
  (void)broken::description;
#else
  using by_note = dynamo::global_index<"by_note", dynamo::partition_key<&place::note>>;
  struct broken : dynamo::schema<"places", place, dynamo::partition_key<&place::id>, by_note> {};
  (void)broken::description;
#endif
}
