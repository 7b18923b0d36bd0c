#include <dynamo/table/key.hpp>

namespace dynamo::detail {

encoded_key::encoded_key() = default;
encoded_key::encoded_key(encoded_key&&) noexcept = default;
encoded_key& encoded_key::operator=(encoded_key&&) noexcept = default;
encoded_key::~encoded_key() = default;

void encoded_key::close() { json_.append(json_.empty() ? std::string_view("{}") : std::string_view("}")); }

void encoded_key::add(std::string_view name, value_writer write, const void* value) {
  begin_key_attribute(json_, name);
  encoder out(json_);
  {
    codec_context::scope place(out, name);
    write(out, value);
  }
  if (result<void> done = std::move(out).finish(); !done && !problem_) problem_ = std::move(done).error();
}

void encoded_key::add_out_of_range(std::string_view name) {
  if (!problem_)
    problem_.emplace(errc::invalid_argument,
                     "attribute `" + std::string(name) + "`: the integer is out of the range of the key's type");
}

void encoded_key::add_null_text(std::string_view name) {
  if (!problem_)
    problem_.emplace(errc::invalid_argument, "attribute `" + std::string(name) + "`: the text is a null pointer");
}

}  // namespace dynamo::detail
