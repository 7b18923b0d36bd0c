# The libraries of other people that ours are made of. docs/adr/0007 says why each; dynamo_table-config.cmake.in repeats the list.

if(DYNAMO_FUNCTIONS_ONLY)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(ZLIB_USE_STATIC_LIBS ON)
endif()
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG)  # headers only: Asio, Beast's parser, PFR
if(NOT DYNAMO_FUNCTIONS_ONLY)
  find_package(RocksDB REQUIRED CONFIG)  # its package says that 9.10 is not compatible with 7.8; ours is made for both
  if(RocksDB_VERSION VERSION_LESS 7.8)
    message(FATAL_ERROR "RocksDB ${RocksDB_VERSION} is too old; install 7.8 or later")
  endif()
  include(dynamo_rocksdb)
  find_package(xxhash REQUIRED)
endif()
find_package(fmt 9 REQUIRED CONFIG)
find_package(ZLIB REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(opentelemetry-cpp CONFIG QUIET)  # may be missing: src/opentelemetry
if(NOT opentelemetry-cpp_FOUND AND opentelemetry-cpp_CONSIDERED_CONFIGS)
  message(STATUS "Without dynamo::opentelemetry: opentelemetry-cpp's package lacks what it asks for. ${opentelemetry-cpp_NOT_FOUND_MESSAGE}")
endif()

# What every module builds on: the language, the threads, and the headers of Boost.
add_library(dynamo_platform INTERFACE)
add_library(dynamo::platform ALIAS dynamo_platform)
set_target_properties(dynamo_platform PROPERTIES EXPORT_NAME platform)
target_compile_features(dynamo_platform INTERFACE cxx_std_23)
target_link_libraries(dynamo_platform INTERFACE Boost::headers Threads::Threads)
# Asio's recycling allocator and std::aligned_alloc disagree about sizes under sanitizers, and every file must see the same choice.
target_compile_definitions(dynamo_platform INTERFACE BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC)
if(DYNAMO_FUNCTIONS_ONLY)  # the linker drops what nobody calls
  target_compile_options(dynamo_platform INTERFACE -ffunction-sections -fdata-sections)
endif()
install(TARGETS dynamo_platform EXPORT dynamo_table)
