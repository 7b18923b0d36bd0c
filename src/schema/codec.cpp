#include <dynamo/schema/codec.hpp>

namespace dynamo {

namespace {

void append_path(const detail::path_frame* at, std::string& out) {
  if (at == nullptr) return;
  append_path(at->outer, out);
  if (at->name.data() == nullptr) {  // an element of a list
    out += '[';
    out += std::to_string(at->index);
    out += ']';
    return;
  }
  if (!out.empty()) out += '.';
  out += at->name;
}

}  // namespace

void detail::codec_context::record(errc code, std::string_view why) {
  if (problem_) return;
  std::string message;
  append_path(where_, message);
  if (!message.empty()) message = "attribute `" + message + "`: ";
  problem_.emplace(code, message.append(why));
}

result<void> encoder::finish() && {
  if (problem_) return std::unexpected(std::move(*problem_));
  return {};
}

void decoder::fail(std::string_view why) {
  record(errc::decoding, why);
  in_.fail("a value that does not fit");
}

void decoder::wrong_type(attribute_type found, std::string_view wanted) {
  fail("expected a value of type " + std::string(wanted) + ", found one of type " + std::string(to_string(found)));
}

bool decoder::accept_instead(attribute_type found, attribute_type wanted) {
  if (plain_json_) {
    if (found == attribute_type::S && wanted == attribute_type::B) return true;
    if (found == attribute_type::L &&
        (wanted == attribute_type::SS || wanted == attribute_type::NS || wanted == attribute_type::BS))
      return true;
  }
  wrong_type(found, to_string(wanted));
  return false;
}

result<void> decoder::finish() && {
  if (problem_) return std::unexpected(std::move(*problem_));
  if (in_.ok()) return {};
  return dynamo::fail(errc::decoding, "the reply is not DynamoDB JSON: " + std::string(in_.problem()) + " at byte " +
                                          std::to_string(in_.position()));
}

}  // namespace dynamo
