# cmake -D COMPILER=... -D FILE=... -D INCLUDE=... -P must_not_compile.cmake: see dynamo_must_not_compile().

file(STRINGS "${FILE}" expected REGEX "^// expects: ")
if(NOT expected)
  message(FATAL_ERROR "${FILE} says no `// expects: <regular expression>`: it might be refused for the wrong reason")
endif()

set(command "${COMPILER}" -std=c++23 -fsyntax-only -DBOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC "-I${INCLUDE}" "${FILE}")
execute_process(COMMAND ${command} RESULT_VARIABLE status ERROR_VARIABLE answer OUTPUT_VARIABLE answer)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${FILE} must compile without BREAK, but:\n${answer}")
endif()

execute_process(COMMAND ${command} -DBREAK RESULT_VARIABLE status ERROR_VARIABLE answer OUTPUT_VARIABLE answer)
if(status EQUAL 0)
  message(FATAL_ERROR "${FILE} must not compile with BREAK, but does")
endif()
foreach(line IN LISTS expected)
  string(REGEX REPLACE "^// expects: *" "" words "${line}")
  if(NOT answer MATCHES "${words}")
    message(FATAL_ERROR "${FILE} is refused, but not in the expected words `${words}`:\n${answer}")
  endif()
endforeach()
message("${answer}")  # what a user sees: ctest -V shows it
