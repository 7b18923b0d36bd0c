# dynamo_function(<name> [TLS] <sources>...)
#
# Makes the program of a Lambda function, linked with dynamo::lambda: one static file that starts on any Linux of its architecture, whatever C
# library that has (Debian's is newer than Amazon Linux's: docs/adr/0010). Only where DYNAMO_FUNCTIONS_ONLY is on, as in the presets `arm64`
# and `x86_64`: then all of the library is compiled for it. The program of a target <name> is bootstrap/<name>.
# TLS: it speaks HTTPS, with dynamo::remote() for one. Without it OpenSSL is left out, and the linker names `SSL_...` where it is needed.
# An application's own project, which adds this one with add_subdirectory(), calls it too.
function(dynamo_function name)
  cmake_parse_arguments(PARSE_ARGV 1 function "TLS" "" "")
  if(NOT DYNAMO_FUNCTIONS_ONLY)
    message(FATAL_ERROR "dynamo_function(${name}): configure with -DDYNAMO_FUNCTIONS_ONLY=ON")
  endif()
  add_executable(${name} ${function_UNPARSED_ARGUMENTS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bootstrap" DYNAMO_TLS "${function_TLS}")
  target_link_libraries(${name} PRIVATE dynamo_lambda)
  # ld warns of getaddrinfo, which needs the same glibc where it runs for names that neither a file nor DNS has.
  target_link_options(${name} PRIVATE -static -no-pie -Wl,--gc-sections -Wl,-z,noseparate-code -Wl,--no-warnings)
endfunction()

# OpenSSL's headers, and its archives for the functions that asked for them. What others hold of it in vain is dropped with its section, before the
# linker asks who defines it.
if(DYNAMO_FUNCTIONS_ONLY)
  add_library(dynamo_tls_of_function INTERFACE)
  target_include_directories(dynamo_tls_of_function SYSTEM INTERFACE "${OPENSSL_INCLUDE_DIR}")
  target_link_libraries(dynamo_tls_of_function INTERFACE
    "$<$<BOOL:$<TARGET_PROPERTY:DYNAMO_TLS>>:OpenSSL::SSL>" "$<$<BOOL:$<TARGET_PROPERTY:DYNAMO_TLS>>:OpenSSL::Crypto>")
endif()
