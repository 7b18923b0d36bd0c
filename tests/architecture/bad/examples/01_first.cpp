#include <dynamo/json/cursor.hpp>
#include <dynamo/json/detail/digits.hpp>  // BAD: an internal of the library
