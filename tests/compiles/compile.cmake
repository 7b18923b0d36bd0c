# cmake -D COMPILER=... -D FLAGS=... -D FILES=... -D INCLUDE=... -P compile.cmake: see dynamo_must_compile().

foreach(file IN LISTS FILES)
  execute_process(
    COMMAND "${COMPILER}" -std=c++23 -DBOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC ${FLAGS} "-I${INCLUDE}" -c "${file}" -o /dev/null
    RESULT_VARIABLE status ERROR_VARIABLE answer OUTPUT_VARIABLE answer)
  if(NOT status EQUAL 0)
    message(SEND_ERROR "${file} must compile with ${FLAGS}, but:\n${answer}")
  endif()
endforeach()
