#include <dynamo/table/detail/value.hpp>

namespace dynamo::detail {

bound_value::bound_value() = default;
bound_value::bound_value(bound_value&&) noexcept = default;
bound_value& bound_value::operator=(bound_value&&) noexcept = default;
bound_value::~bound_value() = default;

bound_value encode_value(value_writer write, const void* value) {
  json::buffer text;
  encoder out(text);
  write(out, value);
  bound_value encoded;
  if (result<void> done = std::move(out).finish(); !done) encoded.problem = std::move(done).error();
  encoded.json = text.view();
  return encoded;
}

bound_value encode_text(std::string_view text) {
  return encode_value(
      [](encoder& out, const void* from) {
        json::write_string_value(out.out(), *static_cast<const std::string_view*>(from));
      },
      &text);
}
bound_value encode_integer(std::int64_t value) { return encode_value(operations<std::int64_t>::write, &value); }
bound_value encode_integer(std::uint64_t value) { return encode_value(operations<std::uint64_t>::write, &value); }

bound_value null_text() {
  bound_value encoded;
  encoded.problem.emplace(errc::invalid_argument, "a text is a null pointer");
  return encoded;
}

bound_value out_of_range() {
  bound_value encoded;
  encoded.problem.emplace(errc::invalid_argument,
                          "an integer is out of the range of the member that it would be stored in");
  return encoded;
}

bound_value no_value_for_required() {
  bound_value encoded;
  encoded.problem.emplace(
      errc::invalid_argument,
      "an empty optional would remove a member that is not optional; items without it cannot be read");
  return encoded;
}

}  // namespace dynamo::detail
