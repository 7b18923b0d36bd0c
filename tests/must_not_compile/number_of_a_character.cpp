// expects: a character is not a number
#include <dynamo/value/number.hpp>

dynamo::number application(char c) {
#ifdef BREAK
  return c;
#else
  return +c;
#endif
}
