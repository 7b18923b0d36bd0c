#include <dynamo/lambda/event_handler.hpp>

#include <dynamo/lambda/serve.hpp>

#include <algorithm>
#include <exception>

namespace dynamo::lambda {

bool is_error_type(std::string_view type) noexcept {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  for (const std::string_view category : {"Runtime.", "Function."}) {
    if (!type.starts_with(category)) continue;
    const std::string_view name = type.substr(category.size());
    return name.size() >= 2 && is_upper(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); });
  }
  return false;
}

function_error detail::failed(const error& why) { return {std::string(handler_failed), why.describe()}; }

answer handle_guarded(event_handler& of, const json::buffer& event, const context& about) noexcept {
  try {
    return of.handle(event, about);
  } catch (const std::exception& e) {
    return std::unexpected(function_error(std::string(exception_thrown), e.what()));
  } catch (...) {
    return std::unexpected(function_error(std::string(exception_thrown), "an exception that is no std::exception"));
  }
}

}  // namespace dynamo::lambda
