# `find_package(dynamo_table)`: one target for everything an application uses, and one per module.

get_property(modules GLOBAL PROPERTY DYNAMO_MODULES_BUILT)
add_library(dynamo_table_all INTERFACE)
add_library(dynamo::dynamo_table ALIAS dynamo_table_all)
set_target_properties(dynamo_table_all PROPERTIES EXPORT_NAME dynamo_table)
foreach(module IN LISTS modules)
  if(NOT module MATCHES "^(testing|cli|opentelemetry)$")  # a program asks for dynamo::testing and dynamo::opentelemetry by name
    target_link_libraries(dynamo_table_all INTERFACE dynamo_${module})
  endif()
endforeach()
install(TARGETS dynamo_table_all EXPORT dynamo_table)

include(CMakePackageConfigHelpers)
set(DYNAMO_HAS_OPENTELEMETRY OFF)
if(TARGET dynamo_opentelemetry)
  set(DYNAMO_HAS_OPENTELEMETRY ON)
endif()
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/dynamo_table")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/dynamo_table-config.cmake.in"
  "${PROJECT_BINARY_DIR}/dynamo_table-config.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/dynamo_table-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(EXPORT dynamo_table FILE dynamo_table-targets.cmake NAMESPACE dynamo:: DESTINATION "${package_dir}")
install(FILES "${PROJECT_BINARY_DIR}/dynamo_table-config.cmake" "${PROJECT_BINARY_DIR}/dynamo_table-config-version.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/Findxxhash.cmake" "${PROJECT_SOURCE_DIR}/cmake/dynamo_rocksdb.cmake" DESTINATION "${package_dir}")
