// expects: dynamo: the first value is not of the partition key's type
#include "../../movies/movie.hpp"

void mistake(const demo::movies_table& movies) {
#ifdef BREAK
  (void)movies.get({"2013", "Rush"}).run();
#else
  (void)movies.get({2013, "Rush"}).run();
#endif
}
