#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the program when a property does not hold, in every kind of build: a fuzzer takes that for a crash.
#define DYNAMO_REQUIRE(property)                                                    \
  do {                                                                              \
    if (!(property)) {                                                              \
      std::fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #property); \
      std::abort();                                                                 \
    }                                                                               \
  } while (false)
