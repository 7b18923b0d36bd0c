# The modules from low to high. A module uses only modules before it; docs/architecture.md says what each is for.
# Read by CMake and by tests/architecture.
set(DYNAMO_MODULES
  base value json expression partiql protocol decorators opentelemetry auth http remote schema table vector_search engine database streams lambda
  event_source server testing cli)

# What a Lambda function is not made of: left out by DYNAMO_FUNCTIONS_ONLY.
set(DYNAMO_MODULES_NOT_OF_FUNCTIONS partiql opentelemetry vector_search engine database event_source server testing cli)

# The rooms of a module that is laid out in folders, from low to high. A room uses only rooms before it.
set(DYNAMO_ROOMS_table requests creation reads batch)
set(DYNAMO_ROOMS_http message server exchange pool client)
set(DYNAMO_ROOMS_remote profiles endpoints settings credentials actions provider calls service)
set(DYNAMO_ROOMS_engine wording storage tables rows throughput commit vector_memory change_log item_changes maintenance legacy parameters statements responses operations)
set(DYNAMO_ROOMS_event_source invocation mapping host)

# The modules that may include the engine's private headers: the facade that opens it, and what tests or operates it.
set(DYNAMO_MODULES_ABOVE_ENGINE database testing cli)
# Likewise of http's private headers: the parts of a connection; and of remote's: what an endpoint is made from, for `dynamo doctor`.
set(DYNAMO_MODULES_ABOVE_HTTP remote)
set(DYNAMO_MODULES_ABOVE_REMOTE cli)
# PartiQL has no public header: the engine reads statements, and tests write them.
set(DYNAMO_MODULES_ABOVE_PARTIQL engine)

# Public headers that do not lie in the folder of their module, as include/dynamo/<module>/*.hpp and include/dynamo/<module>.hpp do.
set(DYNAMO_HEADER_asio protocol)
set(DYNAMO_HEADER_database_options engine)
