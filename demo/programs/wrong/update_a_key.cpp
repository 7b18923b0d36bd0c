// expects: dynamo: key attributes cannot change
#include "../../movies/movie.hpp"

void mistake(const demo::movies_table& movies) {
#ifdef BREAK
  (void)movies.update({2013, "Rush"}, set(demo::title, "Rush 2")).run();
#else
  (void)movies.update({2013, "Rush"}, set(demo::rating, 9)).run();
#endif
}
