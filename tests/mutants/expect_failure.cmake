# PROGRAM must fail, or hang for longer than it may, and say under which seed.
cmake_minimum_required(VERSION 3.25)
unset(ENV{DYNAMO_TEST_SEEDS})  # its default seeds
execute_process(COMMAND "${PROGRAM}" --gtest_filter=${FILTER} --gtest_fail_fast TIMEOUT 240
  OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE came)
if(came STREQUAL "0")
  message(FATAL_ERROR "The mutant survives: the tests pass with a mistake in the engine\n${output}")
endif()
if(NOT output MATCHES "seed [0-9]+")
  message(FATAL_ERROR "The mutant was noticed (${came}), but the seed was not printed\n${output}")
endif()
message("noticed (${came}), ${CMAKE_MATCH_0}")
string(SUBSTRING "${output}" 0 3000 output)
message("${output}")
