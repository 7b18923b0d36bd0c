#include <dynamo/database.hpp>

#include <engine/engine.hpp>

namespace dynamo {

result<database> database::open(const std::string& path, const database_options& options) {
  auto opened = engine::open(path, options);
  if (!opened) return std::unexpected(opened.error());
  return database(*std::move(opened));
}

result<database> database::in_memory(const database_options& options) {
  auto opened = engine::open_in_memory(options);
  if (!opened) return std::unexpected(opened.error());
  return database(*std::move(opened));
}

}  // namespace dynamo
