#pragma once

#include <cstdint>
#include <string>

namespace demo {

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t);
/// "3.1 MB".
std::string bytes_text(std::uint64_t);

}  // namespace demo
