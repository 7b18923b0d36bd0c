#pragma once

#include <dynamo/schema/schema.hpp>

#include <string>

namespace dynamo::test {

/// What a value is stored as, or "error: ..." .
template <class T>
std::string stored_as(const T& value) {
  json::buffer out;
  encoder to(out);
  detail::write_whole(to, value);
  if (const result<void> done = std::move(to).finish(); !done) return "error: " + done.error().message();
  return std::string(out.view());
}

template <class T>
result<T> read_as(std::string_view text) {
  const json::buffer padded(text);
  json::cursor in(padded);
  decoder from(in);
  T value{};
  detail::read_whole(from, value);
  if (const result<void> done = std::move(from).finish(); !done) return std::unexpected(done.error());
  return value;
}

template <class T>
std::string problem_reading(std::string_view text) {
  const result<T> value = read_as<T>(text);
  return value ? "no error" : value.error().message();
}

}  // namespace dynamo::test
