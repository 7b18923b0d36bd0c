# cmake -D PROGRAM=... -D WORK=... -P run.cmake: runs an example where no earlier run has left anything.
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
execute_process(COMMAND "${PROGRAM}" WORKING_DIRECTORY "${WORK}" RESULT_VARIABLE status)
file(REMOVE_RECURSE "${WORK}")
if(NOT status EQUAL 0)
  message(FATAL_ERROR "ended with ${status}")
endif()
