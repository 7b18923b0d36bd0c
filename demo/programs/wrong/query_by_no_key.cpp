// expects: dynamo: only the sort key can be compared here
#include "../../movies/movie.hpp"

void mistake(const demo::movies_table& movies) {
#ifdef BREAK
  (void)movies.query(2013, demo::rating >= 8).count().run();
#else
  (void)movies.query(2013, filter(demo::rating >= 8)).count().run();
#endif
}
