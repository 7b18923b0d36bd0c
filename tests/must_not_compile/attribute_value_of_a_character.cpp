// expects: a character is neither a text nor a number
#include <dynamo/value/attribute_value.hpp>

dynamo::attribute_value application(char c) {
#ifdef BREAK
  return c;
#else
  return std::string(1, c);
#endif
}
