#include <decorators/exchange.hpp>

#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>

#include <charconv>
#include <utility>

namespace dynamo {
namespace {

using json::cursor;
using json::token;

constexpr std::string_view recording_of = "dynamo_table";

void member(json::buffer& out, std::string_view name) {
  if (out.back() != '{') out.append(',');
  json::write_string(out, name);
  out.append(':');
}
void text_member(json::buffer& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  member(out, name);
  json::write_string(out, text);
}

template <class Number>
Number read_unsigned(cursor& at) {
  Number number = 0;
  const std::string_view digits = at.peek() == token::number ? at.read_number() : std::string_view();
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (problem != std::errc() || end != digits.data() + digits.size()) at.fail("not a number");
  return number;
}

std::string read_text(cursor& at) {
  if (at.peek() != token::string) {
    at.fail("not a string");
    return {};
  }
  return std::string(at.read_string());
}

/// The reverse of to_string(errc); unrecognized for a code of a later version.
errc code_named(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(errc::unavailable); ++i) {
    if (to_string(static_cast<errc>(i)) == name) return static_cast<errc>(i);
  }
  return errc::unrecognized;
}

error_detail read_error(cursor& at) {
  error_detail detail;
  std::string_view name;
  if (at.peek() != token::object) {
    at.fail("not an error");
    return detail;
  }
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "code") {
      detail.code = code_named(read_text(at));
    } else if (name == "type") {
      detail.type = read_text(at);
    } else if (name == "message") {
      detail.message = read_text(at);
    } else if (name == "body") {
      detail.body = at.skip();
    } else if (name == "outcome_unknown" && at.peek() == token::boolean) {
      detail.outcome_unknown = at.read_bool();
    } else {
      at.skip();
    }
  }
  return detail;
}

}  // namespace

std::string write_header(const recording_header& header) {
  json::buffer out("{");
  member(out, "recording");
  json::write_string(out, recording_of);
  member(out, "version");
  json::write_integer(out, std::uint64_t{header.version});
  member(out, "redacted");
  out.append('[');
  for (const std::string& name : header.redacted) {
    if (out.back() != '[') out.append(',');
    json::write_string(out, name);
  }
  out.append("]}");
  return std::string(out.view());
}

result<recording_header> read_header(std::string_view line) {
  const json::buffer padded(line);
  cursor at(padded);
  recording_header header;
  header.version = 0;
  std::string of;
  std::string_view name;
  if (at.peek() == token::object && json::validate_utf8(padded.view())) {
    at.begin_object();
    while (at.next_name(name)) {
      if (name == "recording") {
        of = read_text(at);
      } else if (name == "version") {
        header.version = read_unsigned<unsigned>(at);
      } else if (name == "redacted" && at.peek() == token::array) {
        at.begin_array();
        while (at.next_element()) header.redacted.push_back(read_text(at));
      } else {
        at.skip();
      }
    }
  }
  if (!at.ok() || of != recording_of || header.version == 0) {
    return fail(errc::decoding, "Line 1: this is not a recording made by dynamo::recorded()");
  }
  if (header.version > recording_header::newest) {
    return fail(errc::not_supported, "The recording has version " + std::to_string(header.version) +
                                         " of the format, and this library reads up to version " +
                                         std::to_string(recording_header::newest));
  }
  return header;
}

std::string write_exchange(const exchange& one) {
  json::buffer out("{");
  text_member(out, "operation", to_string(one.operation));
  member(out, "request");
  out.append(one.request);
  if (!one.reply.empty()) {
    member(out, "reply");
    out.append(one.reply);
  } else {
    member(out, "error");
    out.append('{');
    text_member(out, "code", to_string(one.error.code));
    text_member(out, "type", one.error.type);
    text_member(out, "message", one.error.message);
    if (!one.error.body.empty()) {
      member(out, "body");
      out.append(one.error.body);
    }
    if (one.error.outcome_unknown) {
      member(out, "outcome_unknown");
      out.append("true");
    }
    out.append('}');
  }
  text_member(out, "request_id", one.request_id);
  member(out, "attempts");
  json::write_integer(out, std::uint64_t{one.attempts});
  out.append('}');
  return std::string(out.view());
}

result<exchange> read_exchange(std::string_view line) {
  const json::buffer padded(line);
  cursor at(padded);
  exchange one;
  std::optional<operation_name> operation;
  bool failed = false;
  std::string_view name;
  if (at.peek() == token::object && json::validate_utf8(padded.view())) {
    at.begin_object();
    while (at.next_name(name)) {
      if (name == "operation") {
        operation = operation_from(read_text(at));
      } else if (name == "request") {
        one.request = at.skip();
      } else if (name == "reply") {
        one.reply = at.skip();
      } else if (name == "error") {
        one.error = read_error(at);
        failed = true;
      } else if (name == "request_id") {
        one.request_id = read_text(at);
      } else if (name == "attempts") {
        one.attempts = read_unsigned<unsigned>(at);
      } else {
        at.skip();
      }
    }
  }
  if (!at.ok() || !at.at_end() || !operation || one.request.empty() || one.reply.empty() != failed) {
    return fail(errc::decoding, "this is not a request with its answer");
  }
  one.operation = *operation;
  one.error.request_id = one.request_id;
  one.error.attempts = one.attempts;
  return one;
}

std::string write_closing(std::uint64_t exchanges) {
  json::buffer out("{");
  member(out, "exchanges");
  json::write_integer(out, exchanges);
  out.append('}');
  return std::string(out.view());
}

std::optional<std::uint64_t> read_closing(std::string_view line) {
  const json::buffer padded(line);
  cursor at(padded);
  std::optional<std::uint64_t> exchanges;
  std::string_view name;
  if (at.peek() != token::object || !json::validate_utf8(padded.view())) return std::nullopt;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "exchanges") {
      exchanges = read_unsigned<std::uint64_t>(at);
    } else {
      at.skip();
    }
  }
  return at.ok() && at.at_end() ? exchanges : std::nullopt;
}

}  // namespace dynamo
