#include <remote/endpoints/partition.hpp>

#include <dynamo/base/detail/ascii.hpp>

#include <algorithm>

namespace dynamo::aws {
namespace {

/// The regions of a partition are named <prefix>-<word>-<number>, and <partition>-global stands for none of them.
struct region_rule {
  std::string_view prefix;
  partition of;
};

constexpr partition commercial{"aws", "amazonaws.com", "api.aws"};

/// Source: botocore 1.44.8, partitions.json.
constexpr region_rule rules[] = {
    {"us", commercial},
    {"eu", commercial},
    {"ap", commercial},
    {"sa", commercial},
    {"ca", commercial},
    {"me", commercial},
    {"af", commercial},
    {"il", commercial},
    {"mx", commercial},
    {"cn", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"}},
    {"eusc-de", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu"}},
    {"us-iso", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov"}},
    {"us-isob", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud"}},
    {"eu-isoe", {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"}},
    {"us-isof", {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov"}},
    {"us-gov", {"aws-us-gov", "amazonaws.com", "api.aws"}},
};

/// "-west-1"
bool is_word_and_number(std::string_view text) noexcept {
  if (!text.starts_with('-')) return false;
  text.remove_prefix(1);
  const std::size_t hyphen = text.find('-');
  if (hyphen == text.npos || hyphen == 0 || hyphen + 1 == text.size()) return false;
  return std::ranges::all_of(text.substr(0, hyphen),
                             [](char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '_'; }) &&
         std::ranges::all_of(text.substr(hyphen + 1), is_ascii_digit);
}

}  // namespace

const partition& partition_of(std::string_view region) noexcept {
  for (const region_rule& rule : rules) {
    if (region.starts_with(rule.prefix) && is_word_and_number(region.substr(rule.prefix.size()))) return rule.of;
    if (region.starts_with(rule.of.name) && region.substr(rule.of.name.size()) == "-global") return rule.of;
  }
  return commercial;
}

bool is_host_label(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 63 && !text.starts_with('-') && !text.ends_with('-') &&
         std::ranges::all_of(text, [](char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '-'; });
}

}  // namespace dynamo::aws
