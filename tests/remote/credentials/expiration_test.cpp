#include <remote/credentials/expiration.hpp>

#include <gtest/gtest.h>

namespace dynamo::aws {
namespace {

TEST(expirations, are_read_in_every_form) {
  using namespace std::chrono_literals;
  const instant noon = instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27)) + 12h;
  const struct {
    std::string_view text;
    std::optional<instant> at;
  } rows[] = {
      {"2026-11-27T12:00:00Z", noon},
      {"2026-11-27T12:00:00UTC", noon},
      {"2026-11-27T12:00:00+00:00", noon},
      {"2026-11-27T13:30:00+01:30", noon},
      {"2026-11-27T04:00:00-0800", noon},
      {"2026-11-27T12:00:00.5Z", noon + 500ms},
      {"2026-11-27T12:00:00.123456789Z", noon + 123ms},
      {"2026-11-27T12:00:00.000+00:00", noon},
      {"", std::nullopt},
      {"soon", std::nullopt},
      {"2026-11-27T12:00:00", std::nullopt},
      {"2026-11-27 12:00:00Z", std::nullopt},
      {"2026-13-27T12:00:00Z", std::nullopt},
      {"2026-11-27T12:00:00.Z", std::nullopt},
      {"2026-11-27T12:00:00z", std::nullopt},
      {"2026-11-27T12:00:00+1", std::nullopt},
      {"2026-11-27T12:00:00+24:00", std::nullopt},
      {"2026-11-27T12:00:00+00:60", std::nullopt},
      {"2026-11-27T12:00:00+0a:00", std::nullopt},
      {"2026-11-27T12:00:00Zx", std::nullopt},
      {"1764244800", std::nullopt},
  };
  for (const auto& row : rows) EXPECT_EQ(expiration_from_text(row.text), row.at) << row.text;
}

}  // namespace
}  // namespace dynamo::aws
