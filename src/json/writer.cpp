#include <dynamo/json/writer.hpp>

#include <json/scan.hpp>

#include <charconv>
#include <type_traits>

namespace dynamo::json {
namespace {

/// The letter of a two-character escape, or 0 if the character has none.
constexpr char short_escape_of(char c) noexcept {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return '\0';
  }
}

void append_escape(buffer& out, char c) {
  char* at = out.extend(6);
  at[0] = '\\';
  if (const char letter = short_escape_of(c); letter != '\0') {
    at[1] = letter;
    out.commit(2);
    return;
  }
  constexpr char digits[] = "0123456789abcdef";
  std::memcpy(at + 1, "u00", 3);
  at[4] = digits[static_cast<unsigned char>(c) >> 4];
  at[5] = digits[static_cast<unsigned char>(c) & 15];
  out.commit(6);
}

/// The rest of a string whose byte `special` needs an escape, with the closing quote.
void append_escaped(buffer& out, std::string_view text) {
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) continue;
    out.append(text.substr(plain, i - plain));
    append_escape(out, c);
    plain = i + 1;
  }
  out.append(text.substr(plain));
}

template <class Integer>
void append_integer(buffer& out, Integer value) {
  constexpr std::size_t digits_max = 20;
  char* at = out.extend(digits_max);
  out.commit(static_cast<std::size_t>(std::to_chars(at, at + digits_max, value).ptr - at));
}

template <class Integer>
void append_integer_value(buffer& out, Integer value) {
  out.append(R"({"N":")");
  append_integer(out, value);
  out.append(R"("})");
}

void write_number_text(buffer& out, const number& value) {
  char* at = out.extend(number::text_size_max);
  out.commit(static_cast<std::size_t>(value.to_chars(at) - at));
}

void write_base64(buffer& out, std::string_view bytes) {
  char* at = out.extend(base64_encoded_size(bytes.size()));
  out.commit(static_cast<std::size_t>(base64_encode_to(bytes, at) - at));
}

/// `{"SS":[` and so on, with `write` called for each member.
template <class Members, class Write>
void write_list(buffer& out, std::string_view opening, const Members& members, Write write) {
  out.append(opening);
  bool first = true;
  for (const auto& member : members) {
    if (!first) out.append(',');
    first = false;
    write(member);
  }
  out.append("]}");
}

}  // namespace

void write_string(buffer& out, std::string_view text) {
  char* at = out.extend(text.size() + 2);
  *at++ = '"';
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  // The copy is looked at instead of the text: after it there is padding, so whole registers may be read.
  const char* end = at + text.size();
  const char* special = find_special(at, end);
  if (special >= end) [[likely]] {
    at[text.size()] = '"';
    out.commit(text.size() + 2);
    return;
  }
  const auto plain = static_cast<std::size_t>(special - at);
  out.commit(plain + 1);
  append_escaped(out, text.substr(plain));
  out.append('"');
}

void write_integer(buffer& out, std::int64_t value) { append_integer(out, value); }
void write_integer(buffer& out, std::uint64_t value) { append_integer(out, value); }

void write_string_value(buffer& out, std::string_view text) {
  out.append(R"({"S":)");
  write_string(out, text);
  out.append('}');
}

void write_number_value(buffer& out, const number& value) {
  out.append(R"({"N":")");
  write_number_text(out, value);
  out.append(R"("})");
}
void write_number_value(buffer& out, std::int64_t value) { append_integer_value(out, value); }
void write_number_value(buffer& out, std::uint64_t value) { append_integer_value(out, value); }

void write_binary_value(buffer& out, std::string_view bytes) {
  out.append(R"({"B":")");
  write_base64(out, bytes);
  out.append(R"("})");
}

void write_bool_value(buffer& out, bool value) { out.append(value ? R"({"BOOL":true})" : R"({"BOOL":false})"); }

void write_null_value(buffer& out) { out.append(R"({"NULL":true})"); }

void write_value(buffer& out, const attribute_value& value) {
  const auto quoted = [&out](auto write, const auto& content) {
    out.append('"');
    write(out, content);
    out.append('"');
  };
  std::visit(
      [&]<class T>(const T& content) {
        if constexpr (std::is_same_v<T, std::string>) {
          write_string_value(out, content);
        } else if constexpr (std::is_same_v<T, number>) {
          write_number_value(out, content);
        } else if constexpr (std::is_same_v<T, binary>) {
          write_binary_value(out, as_text(content));
        } else if constexpr (std::is_same_v<T, bool>) {
          write_bool_value(out, content);
        } else if constexpr (std::is_same_v<T, null_t>) {
          write_null_value(out);
        } else if constexpr (std::is_same_v<T, attribute_value::map>) {
          out.append(R"({"M":)");
          write_item(out, content);
          out.append('}');
        } else if constexpr (std::is_same_v<T, attribute_value::list>) {
          write_list(out, R"({"L":[)", content, [&](const attribute_value& element) { write_value(out, element); });
        } else if constexpr (std::is_same_v<T, string_set>) {
          write_list(out, R"({"SS":[)", content.members(),
                     [&](const std::string& member) { write_string(out, member); });
        } else if constexpr (std::is_same_v<T, number_set>) {
          write_list(out, R"({"NS":[)", content.members(),
                     [&](const number& member) { quoted(write_number_text, member); });
        } else {
          static_assert(std::is_same_v<T, binary_set>);
          write_list(out, R"({"BS":[)", content.members(),
                     [&](const binary& member) { quoted(write_base64, as_text(member)); });
        }
      },
      value.value());
}

void write_item(buffer& out, const item& attributes) {
  out.append('{');
  bool first = true;
  for (const auto& [name, value] : attributes) {
    if (!first) out.append(',');
    first = false;
    write_string(out, name);
    out.append(':');
    write_value(out, value);
  }
  out.append('}');
}

}  // namespace dynamo::json
