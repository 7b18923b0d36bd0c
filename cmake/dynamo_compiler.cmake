# What every file of this project is compiled with. An application that adds us with add_subdirectory() keeps its own flags.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12)
  message(FATAL_ERROR "dynamo_table needs g++ 12 or clang 19: this is g++ ${CMAKE_CXX_COMPILER_VERSION}")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  # Debian's default clang 14 cannot parse libstdc++'s <expected>.
  message(FATAL_ERROR "dynamo_table needs clang 19 or g++ 12: this is clang ${CMAKE_CXX_COMPILER_VERSION}")
endif()

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(DYNAMO_CCACHE ccache)
mark_as_advanced(DYNAMO_CCACHE)
if(DYNAMO_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${DYNAMO_CCACHE}")
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor)
if(DYNAMO_WERROR)
  add_compile_options(-Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 warns falsely about overlapping copies wherever strings are concatenated with optimisation on (GCC bug 105651).
  add_compile_options(-Wno-restrict)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's std::stable_sort uses what C++17 deprecated, and clang blames the caller.
  add_compile_options(-Wno-deprecated-declarations)
endif()
