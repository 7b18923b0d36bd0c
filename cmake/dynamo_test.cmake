# Tests: one GoogleTest program per module, and checks of the source itself.

find_package(GTest 1.12 REQUIRED)
find_package(simdjson REQUIRED CONFIG)  # 3.0 or later, an oracle for our own reader; its package takes no other minor version for compatible
include(GoogleTest)

# Everything that one sanitizer run needs, and nothing else: `ninja threads_tests`.
add_custom_target(threads_tests)
add_custom_target(coroutine_tests)

# dynamo_test(<module> USES <modules>... [LINKS <targets>...] [LABEL <label>])
#
# Makes <module>_test of tests/<module>/*_test.cpp, also in folders named like the module's rooms, and of the files that a further
# sanitizer wants to run
#   <module>_threads_test     of *_threads_test.cpp,   label `threads`    (thread sanitizer)
#   <module>_coroutine_test   of *_coroutine_test.cpp, label `coroutine`  (g++'s address sanitizer)
# Each test is run on its own by ctest as <module>.<suite>.<test>. LABEL is for <module>_test: `threads` if all of it is to run
# under the thread sanitizer. Other files of the folder are the module's own business.
function(dynamo_test module)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "LABEL" "USES;LINKS")
  if(test_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "dynamo_test(${module}): unknown arguments ${test_UNPARSED_ARGUMENTS}")
  endif()
  set(folder "${PROJECT_SOURCE_DIR}/tests/${module}")
  file(GLOB plain CONFIGURE_DEPENDS "${folder}/*_test.cpp")
  foreach(room IN LISTS DYNAMO_ROOMS_${module})
    file(GLOB of_room CONFIGURE_DEPENDS "${folder}/${room}/*_test.cpp")
    list(APPEND plain ${of_room})
  endforeach()
  foreach(kind threads coroutine)
    set(${kind} ${plain})
    list(FILTER ${kind} INCLUDE REGEX "_${kind}_test\\.cpp$")
    list(FILTER plain EXCLUDE REGEX "_${kind}_test\\.cpp$")
    dynamo_test_program(${module}_${kind}_test ${module} "${${kind}}" ${kind})
  endforeach()
  if(NOT test_LABEL)
    set(test_LABEL ${module})
  endif()
  dynamo_test_program(${module}_test ${module} "${plain}" ${test_LABEL})
endfunction()

# For dynamo_test only: reads its arguments.
function(dynamo_test_program target module sources label)
  if(NOT sources)
    return()
  endif()
  set(uses "")
  foreach(used IN LISTS test_USES)
    if(NOT TARGET dynamo_${used})
      message(FATAL_ERROR "Test ${target} uses ${used}, which is not there")
    endif()
    list(APPEND uses dynamo_${used})
  endforeach()
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE ${uses} ${test_LINKS} GTest::gtest_main)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/tests")
  target_compile_options(${target} PRIVATE -O0)  # half the time of compiling it; what is tested is optimised as ever
  if(TARGET ${label}_tests)
    add_dependencies(${label}_tests ${target})
  endif()
  # Only the programs that were built are asked for their tests, so that a sanitizer need not build them all.
  gtest_discover_tests(${target} TEST_PREFIX "${module}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${label} TIMEOUT 600)
endfunction()

# dynamo_test_over_the_wire(<module>): a module's whole suite twice more, with its databases behind a server and dynamo::remote(), by HTTP and by HTTPS
# (tests/support/wired.hpp): one test a program.
function(dynamo_test_over_the_wire module)
  foreach(wire http https)
    foreach(program ${module}_test ${module}_threads_test)
      if(NOT TARGET ${program})
        continue()
      endif()
      set(name ${module}.over_${wire}.${program})
      add_test(NAME ${name} COMMAND ${program})
      set_tests_properties(${name} PROPERTIES LABELS ${module} TIMEOUT 600
        ENVIRONMENT "DYNAMO_TEST_WIRE=${wire};DYNAMO_TEST_SEEDS_MAX=3")
    endforeach()
  endforeach()
endfunction()

# dynamo_must_not_compile(<folder> [USES <modules>...] [PREFIX <of the tests' names>])
#
# Each file of the folder is read by the compiler twice: the test <prefix>.<file>. It must compile; with -DBREAK it must not, and the compiler's answer
# must match each of the file's lines `// expects: <regular expression>`. So adding a pair takes one file.
function(dynamo_must_not_compile folder)
  cmake_parse_arguments(PARSE_ARGV 1 pair "" "PREFIX" "USES")
  if(NOT pair_PREFIX)
    set(pair_PREFIX must_not_compile)
  endif()
  foreach(used IN LISTS pair_USES)
    if(NOT TARGET dynamo_${used})
      message(FATAL_ERROR "Must-not-compile pairs use ${used}, which is not there")
    endif()
  endforeach()
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.cpp")
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME_WE)
    add_test(NAME ${pair_PREFIX}.${name}
      COMMAND ${CMAKE_COMMAND} -D "COMPILER=${CMAKE_CXX_COMPILER}" -D "FILE=${file}" -D "INCLUDE=${PROJECT_SOURCE_DIR}/include"
        -P "${PROJECT_SOURCE_DIR}/cmake/must_not_compile.cmake")
    set_tests_properties(${pair_PREFIX}.${name} PROPERTIES LABELS must_not_compile TIMEOUT 300)
  endforeach()
endfunction()
