#include <remote/provider/configuration.hpp>

#include <remote/actions/files.hpp>

#include <utility>

namespace dynamo::aws {
namespace {

/// Nothing: there is no such file, or nobody knows where it would be.
result<std::optional<auth::secret>> read_shared_file(const std::string& path) {
  if (path.empty()) return std::nullopt;
  auto text = read_small_file(path, shared_file_bytes_max);
  if (!text) return fail(errc::invalid_argument, text.error().message());
  return text;
}

shared_file_text as_text(const std::string& path, const std::optional<auth::secret>& content) {
  shared_file_text of;
  of.path = path;
  if (content) of.text = content->reveal();
  return of;
}

}  // namespace

result<configuration> load_configuration(const explicit_settings& of_program,
                                         const std::optional<auth::credentials>& credentials_of_program,
                                         const environment& variables) {
  const shared_file_paths paths = shared_file_paths_of(variables);
  const auto config = read_shared_file(paths.config);
  if (!config) return fail(config.error());
  const auto credentials = read_shared_file(paths.credentials);
  if (!credentials) return fail(credentials.error());
  auto files = parse_profiles(as_text(paths.config, *config), as_text(paths.credentials, *credentials));
  if (!files) return fail(std::move(files.error()));
  auto applied = resolve_settings(of_program, variables, *files);
  if (!applied) return fail(std::move(applied.error()));
  credential_plan plan = plan_credentials(credentials_of_program, *applied, variables, *files);
  return configuration{std::move(*applied), std::move(plan), variables, std::move(files->notes)};
}

}  // namespace dynamo::aws
