#include "input.hpp"

#include <charconv>
#include <string_view>

namespace demo {
namespace {

bool read_number(std::string_view text, std::uint64_t& to) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), to);
  return problem == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::vector<std::string> input_choice::to_arguments() const {
  return {file, std::to_string(count), std::to_string(seed)};
}

dynamo::result<input_choice> input_choice::from_arguments(std::span<char* const> arguments) {
  input_choice choice;
  if (arguments.size() != 3 || !read_number(arguments[1], choice.count) || !read_number(arguments[2], choice.seed)) {
    return dynamo::fail(dynamo::errc::invalid_argument, "expected FILE COUNT SEED");
  }
  choice.file = arguments[0];
  return choice;
}

dynamo::result<shared_source> open_movies(const input_choice& choice) {
  if (!choice.file.empty()) return read_movie_file(choice.file);
  return generate_movies(choice.count, choice.seed);
}

}  // namespace demo
