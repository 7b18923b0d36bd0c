// expects: a character cannot be stored, being neither a text nor a number
#include <dynamo/table.hpp>

struct grade {
  std::string pupil;
#ifdef BREAK
  char mark = 'x';
#else
  std::int8_t mark = 1;
#endif
};
struct grades : dynamo::schema<"grades", grade, dynamo::partition_key<&grade::pupil>> {};

void application(const dynamo::table<grades>& table, const grade& one) { (void)table.put(one); }
