#pragma once

#include <dynamo/base/error.hpp>

#include <expected>
#include <utility>

/// What `.value()` throws on a failed result. what() is the error's describe(), which is what a program prints that ends by it.
template <>
class std::bad_expected_access<dynamo::error> : public std::bad_expected_access<void> {
 public:
  explicit bad_expected_access(dynamo::error why);
  const char* what() const noexcept override;

  dynamo::error& error() & noexcept { return why_; }
  const dynamo::error& error() const& noexcept { return why_; }
  dynamo::error&& error() && noexcept { return std::move(why_); }
  const dynamo::error&& error() const&& noexcept { return std::move(why_); }

 private:
  dynamo::error why_;
  dynamo::error described_;  // its message is what() says; copying it, as exceptions are copied, cannot throw
};

namespace dynamo {

/// What every fallible call returns: the value, or the reason there is none.
template <class T>
using result = std::expected<T, error>;

/// Shorthand for `return fail(errc::validation, "...")`.
[[nodiscard]] inline std::unexpected<error> fail(errc code, std::string message) {
  return std::unexpected<error>(std::in_place, code, std::move(message));
}
[[nodiscard]] inline std::unexpected<error> fail(error e) { return std::unexpected<error>(std::move(e)); }

}  // namespace dynamo
