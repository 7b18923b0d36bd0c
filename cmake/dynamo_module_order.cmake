# The modules from low to high. A module uses only modules before it; docs/architecture.md says what each is for.
# Read by CMake and by tests/architecture.
set(DYNAMO_MODULES
  base value json expression protocol decorators schema table auth http remote engine database streams lambda event_source
  server testing cli)

# The modules that may include the engine's private headers: the facade that opens it, and what tests or operates it.
set(DYNAMO_MODULES_ABOVE_ENGINE database testing cli)

# Public headers that do not lie in the folder of their module.
set(DYNAMO_HEADER_asio protocol)  # include/dynamo/asio.hpp; include/dynamo/<module>.hpp belongs to <module>
