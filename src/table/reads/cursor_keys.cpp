#include <dynamo/table/cursor.hpp>

#include <table/reads/cursor_text.hpp>

namespace dynamo {

cursor_keys::cursor_keys() = default;
cursor_keys::cursor_keys(std::string_view signing, std::string_view accepted_too) {
  std::vector<auth::secret> all;
  all.emplace_back(std::string(signing));
  if (!accepted_too.empty()) all.emplace_back(std::string(accepted_too));
  signer_ = std::make_shared<const detail::cursor_signer>(std::move(all));
}
cursor_keys::cursor_keys(const std::vector<std::string>& keys) {
  std::vector<auth::secret> all;
  all.reserve(keys.size());
  for (const std::string& key : keys) all.emplace_back(key);
  signer_ = std::make_shared<const detail::cursor_signer>(std::move(all));
}
cursor_keys::cursor_keys(const cursor_keys&) = default;
cursor_keys::cursor_keys(cursor_keys&&) noexcept = default;
cursor_keys& cursor_keys::operator=(const cursor_keys&) = default;
cursor_keys& cursor_keys::operator=(cursor_keys&&) noexcept = default;
cursor_keys::~cursor_keys() = default;

}  // namespace dynamo
