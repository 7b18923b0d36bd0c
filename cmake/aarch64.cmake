# Toolchain: programs for 64-bit Arm, by Debian's cross compiler (g++-aarch64-linux-gnu). The libraries that they are linked with lie in
# DYNAMO_SYSROOT, which infrastructure/sysroot fills with Debian's packages for that architecture; the C and C++ libraries are the compiler's own.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CXX_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

if(NOT DYNAMO_SYSROOT)
  set(DYNAMO_SYSROOT "${CMAKE_CURRENT_LIST_DIR}/../build/sysroot/arm64")
endif()
get_filename_component(DYNAMO_SYSROOT "${DYNAMO_SYSROOT}" ABSOLUTE)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES DYNAMO_SYSROOT)

set(CMAKE_FIND_ROOT_PATH "${DYNAMO_SYSROOT}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(what LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${what} ONLY)
endforeach()
# Where a compiler for its own machine looks by itself: OpenSSL's configuration is a header of the architecture.
set(CMAKE_CXX_FLAGS_INIT "-isystem ${DYNAMO_SYSROOT}/usr/include/aarch64-linux-gnu")
