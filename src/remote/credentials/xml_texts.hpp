#pragma once

#include <dynamo/auth/secret.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::aws {

/// The texts of the innermost elements of an XML document, with their paths: "AssumeRoleResponse/AssumeRoleResult/Credentials/AccessKeyId". Names are
/// without their prefixes. As much of XML as the query services of AWS write: elements, attributes (passed over; without '>'), comments between elements,
/// declarations, the five entities and numeric ones. No document types, no CDATA.
class xml_texts {
 public:
  static constexpr std::size_t depth_max = 16;
  static constexpr std::size_t elements_max = 256;

  /// Nothing for a malformed text, or one beyond the bounds.
  static std::optional<xml_texts> parse(std::string_view);

  /// Nothing where it is missing, or empty.
  std::optional<std::string_view> find(std::string_view path) const noexcept;

 private:
  std::vector<std::pair<std::string, auth::secret>> texts_;
};

}  // namespace dynamo::aws
