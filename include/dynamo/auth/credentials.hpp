#pragma once

#include <dynamo/auth/secret.hpp>
#include <dynamo/base/clock.hpp>

#include <optional>
#include <string>

namespace dynamo::auth {

/// Who signs.
struct credentials {
  std::string access_key_id;
  secret secret_access_key;
  secret session_token;            ///< of temporary credentials; empty for others
  std::optional<instant> expires;  ///< of temporary credentials
  std::string account_id;          ///< empty: not known

  credentials() = default;
  credentials(std::string id, std::string secret_key, std::string token = {})
      : access_key_id(std::move(id)), secret_access_key(std::move(secret_key)), session_token(std::move(token)) {}
  friend bool operator==(const credentials&, const credentials&) = default;
};

}  // namespace dynamo::auth
