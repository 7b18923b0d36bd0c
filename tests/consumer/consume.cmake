# cmake -D BUILD=... -D PROJECTS=... -D WORK=... -D COMPILER=... -P consume.cmake

function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    string(REPLACE ";" " " command "${ARGN}")
    message(FATAL_ERROR "failed: ${command}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK}")  # a header that is no longer installed must not be found
step(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${WORK}/prefix")
foreach(project program plugin)
  step(${CMAKE_COMMAND} -G Ninja -S "${PROJECTS}/${project}" -B "${WORK}/${project}" "-DCMAKE_PREFIX_PATH=${WORK}/prefix"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}")
  step(${CMAKE_COMMAND} --build "${WORK}/${project}")
endforeach()
step("${WORK}/program/app")
step("${WORK}/plugin/host" "${WORK}/plugin/plugin.so")
