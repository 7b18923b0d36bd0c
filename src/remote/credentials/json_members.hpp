#pragma once

#include <dynamo/auth/secret.hpp>
#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::aws {

/// Longer answers of sources of credentials are refused: theirs have one or two kilobytes.
inline constexpr std::size_t credential_answer_bytes_max = 65'536;

/// The strings and numbers of a JSON object and of the objects in it ("roleCredentials.accessKeyId"). Values may be secrets, and are kept as
/// such. Other values, and what lies deeper, are passed over.
class json_members {
 public:
  static constexpr std::size_t members_max = 64;

  /// `source` names for messages where the text is from. Errors: errc::decoding, without anything of the text.
  [[nodiscard]] static result<json_members> parse(std::string_view text, std::string_view source);

  /// Nothing where it is missing, or empty.
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// Errors: errc::decoding names the source and the member.
  [[nodiscard]] result<std::string_view> get(std::string_view name) const;
  /// A member that is a time. Nothing where it is missing. Errors: likewise.
  [[nodiscard]] result<std::optional<instant>> time(std::string_view name) const;

  const std::string& source() const noexcept { return source_; }

 private:
  std::string source_;
  std::vector<std::pair<std::string, auth::secret>> members_;
};

}  // namespace dynamo::aws
