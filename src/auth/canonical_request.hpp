#pragma once

#include <dynamo/auth/sigv4.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::auth {

/// A header that no proxy may change, and that is therefore signed.
bool is_signed_header(std::string_view lower) noexcept;

/// Names of the headers that a client signs: small letters, in order, each once. Views of the headers where those have no capitals.
class names_to_sign {
 public:
  explicit names_to_sign(std::span<const header_view>);
  names_to_sign(const names_to_sign&) = delete;
  names_to_sign& operator=(const names_to_sign&) = delete;
  std::span<const std::string_view> names() const noexcept { return names_; }

 private:
  std::string lowered_;
  std::vector<std::string_view> names_;
};

/// Of `names` each line "name:values", the names joined by semicolons, and around them method, path, query and hash of the payload, as
/// the IAM User Guide puts them together. `query` is canonical already.
std::string canonical_request(const signable_request&, std::string_view query, std::span<const std::string_view> names);

/// The parameters in order of their names and values, encoded as they are. `without` names one that is left out.
std::string canonical_query(std::string_view query, std::string_view without = {});
/// Percent-decoded; a malformed escape stands for itself.
std::string decoded(std::string_view text);

}  // namespace dynamo::auth
