#pragma once

namespace dynamo::testing_support {

/// Whether the program was built for the address or the thread sanitizer, which takes memory, address space and file descriptors for itself.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
inline constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace dynamo::testing_support
