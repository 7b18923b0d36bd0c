#include <remote/credentials/xml_texts.hpp>

#include <algorithm>
#include <charconv>

namespace dynamo::aws {
namespace {

constexpr std::string_view xml_blanks = " \t\r\n";

/// Appends the character of "lt", "#65" or "#x41"; of numbers only ASCII, which is all that services write.
bool append_entity(std::string& to, std::string_view name) {
  constexpr std::pair<std::string_view, char> known[] = {
      {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [each, character] : known) {
    if (name != each) continue;
    to += character;
    return true;
  }
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const bool is_hex = name.starts_with('x');
  if (is_hex) name.remove_prefix(1);
  unsigned code = 0;
  const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), code, is_hex ? 16 : 10);
  if (problem != std::errc() || end != name.data() + name.size() || code == 0 || code > 0x7f) return false;
  to += static_cast<char>(code);
  return true;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const std::size_t mark = std::min(text.find('&'), text.size());
    plain += text.substr(0, mark);
    text.remove_prefix(mark);
    if (text.empty()) break;
    const std::size_t end = text.find(';');
    if (end == text.npos || !append_entity(plain, text.substr(1, end - 1))) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  return plain;
}

/// The name of "ns:Name attribute='x'".
std::string_view local_name(std::string_view tag) {
  tag = tag.substr(0, std::min(tag.find_first_of(xml_blanks), tag.size()));
  const std::size_t colon = tag.rfind(':');
  return colon == tag.npos ? tag : tag.substr(colon + 1);
}

/// Consumes up to and with `end`; what stood before it.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view end) {
  const std::size_t at = text.find(end);
  if (at == text.npos) return std::nullopt;
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + end.size());
  return taken;
}

bool is_blank_text(std::string_view text) { return text.find_first_not_of(xml_blanks) == text.npos; }

}  // namespace

std::optional<xml_texts> xml_texts::parse(std::string_view text) {
  xml_texts read;
  std::string path;                  // of the open elements, a slash before each
  std::vector<std::size_t> lengths;  // of the path before each
  bool is_innermost = false;         // nothing was closed in the open element
  std::size_t elements = 0;
  std::string_view content;  // of the open element, since its tag
  while (!text.empty()) {
    const std::size_t mark = std::min(text.find('<'), text.size());
    content = text.substr(0, mark);
    text.remove_prefix(mark);
    if (lengths.empty() && !is_blank_text(content)) return std::nullopt;
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.starts_with('?') || text.starts_with("!--")) {
      if (!is_blank_text(content)) return std::nullopt;  // it would split a text
      if (!take_until(text, text.front() == '?' ? "?>" : "-->")) return std::nullopt;
      continue;
    }
    std::optional<std::string_view> tag = take_until(text, ">");
    if (!tag || tag->empty() || tag->front() == '!') return std::nullopt;
    if (tag->front() == '/') {
      if (lengths.empty()) return std::nullopt;
      const std::string_view open = std::string_view(path).substr(lengths.back() + 1);
      if (local_name(tag->substr(1)) != open) return std::nullopt;
      if (is_innermost) {
        auto value = unescaped(content);
        if (!value) return std::nullopt;
        read.texts_.emplace_back(path.substr(1), auth::secret(std::move(*value)));
      }
      path.resize(lengths.back());
      lengths.pop_back();
      is_innermost = false;
      continue;
    }
    const bool is_empty = tag->ends_with('/');
    if (is_empty) tag->remove_suffix(1);
    const std::string_view name = local_name(*tag);
    if (name.empty() || (lengths.empty() && elements > 0)) return std::nullopt;
    if (++elements > elements_max || lengths.size() == depth_max) return std::nullopt;
    if (is_empty) {
      is_innermost = false;
      continue;
    }
    lengths.push_back(path.size());
    path.append(1, '/').append(name);
    is_innermost = true;
  }
  if (!lengths.empty() || elements == 0) return std::nullopt;
  return read;
}

std::optional<std::string_view> xml_texts::find(std::string_view path) const noexcept {
  const auto found = std::ranges::find(texts_, path, [](const auto& each) -> std::string_view { return each.first; });
  if (found == texts_.end() || found->second.empty()) return std::nullopt;
  return found->second.reveal();
}

}  // namespace dynamo::aws
