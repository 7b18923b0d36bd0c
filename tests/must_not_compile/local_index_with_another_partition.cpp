// expects: a local index has the table's partition key
#include "../table/places.hpp"

using namespace places;

[[maybe_unused]] static dynamo::table<places::schema>& table();

void application() {
#ifdef BREAK
  using by_other = dynamo::local_index<"by_other", dynamo::partition_key<&place::city>, dynamo::sort_key<&place::note>>;
  struct broken : dynamo::schema<"places", place, dynamo::partition_key<&place::country>, dynamo::sort_key<&place::id>,
                                 by_other> {};
  (void)broken::description;
#else
  using by_note =
      dynamo::local_index<"by_note", dynamo::partition_key<&place::country>, dynamo::sort_key<&place::note>>;
  struct fine
      : dynamo::schema<"places", place, dynamo::partition_key<&place::country>, dynamo::sort_key<&place::id>, by_note> {
  };
  (void)fine::description;
#endif
}
