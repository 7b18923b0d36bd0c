#include "reader.hpp"

#include <dynamo/value/limits.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace dynamo::expression {
namespace {

/// Observed: `l[4294967294]` is accepted, `l[4294967295]` is refused.
constexpr std::uint32_t index_max = std::numeric_limits<std::uint32_t>::max() - 1;

}  // namespace

reader::reader(std::string_view text, parameter kind, dialect how, placeholders& bound)
    : text_(text), kind_(kind), dialect_(how), bound_(bound), tokens_(tokenize(text, how == dialect::application)) {}

result<void> reader::check_size(std::string_view text, parameter kind) {
  if (text.empty()) return fail(invalid(kind, "The expression can not be empty;"));
  if (text.size() > limits::expression_size_max) {
    std::string words = "Expression size has exceeded the maximum allowed size;";
    // Observed: of an update it does not tell the size.
    if (kind != parameter::update) words += " expression size: " + std::to_string(text.size());
    return fail(invalid(kind, words));
  }
  return {};
}

bool reader::expect(symbol what) {
  if (peek().what != what) return syntax_error();
  take();
  return true;
}

bool reader::read_path(path& out) {
  if (!read_step(out)) return false;
  for (;;) {
    if (peek().what == symbol::dot) {
      take();
      if (!read_step(out)) return false;
    } else if (peek().what == symbol::open_bracket) {
      take();
      if (!read_index(out)) return false;
    } else {
      break;
    }
  }
  if (out.size() > limits::document_path_depth_max) {
    complain(fault::detail,
             "The document path has too many nesting levels; nesting levels: " + std::to_string(out.size()));
  }
  return true;
}

bool reader::read_step(path& out) {
  if (!at_path()) return syntax_error();
  const token step = peek();
  take();
  if (step.what == symbol::word) {
    if (dialect_ == dialect::wire && is_reserved_word(step.text)) {
      std::string what = "Attribute name is a reserved keyword; reserved keyword: ";
      complain(fault::reserved_word, what.append(step.text));
    }
    out.emplace_back(step.text);
  } else if (const std::string* attribute = bound_.find_name(step.text)) {
    out.emplace_back(*attribute);
  } else if (dialect_ == dialect::application) {
    out.emplace_back(step.text.substr(1));
  } else {
    std::string what = "An expression attribute name used in the document path is not defined; attribute name: ";
    complain(fault::detail, what.append(step.text));
    out.emplace_back(step.text);
  }
  return true;
}

bool reader::read_index(path& out) {
  if (peek().what != symbol::integer) return syntax_error();
  const std::string_view digits = peek().text;
  take();
  std::uint32_t index = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (problem != std::errc{} || index > index_max) {
    std::string what = "List index is not within the allowable range; index: [";
    complain(fault::detail, what.append(digits).append("]"));
    index = 0;
  }
  out.emplace_back(index);
  return expect(symbol::close_bracket);
}

std::string reader::read_value() {
  const std::string_view name = peek().text;
  take();
  if (const std::string* canonical = bound_.find_value(name)) {
    value_bytes_ += canonical->size();
    if (value_bytes_ <= limits::request_size_max) return *canonical;
    complain(fault::limit,
             "The values that the expression refers to, each counted as often as it is named, have more than " +
                 std::to_string(limits::request_size_max) + " bytes");
    return std::string(null_value);
  }
  std::string what = "An expression attribute value used in expression is not defined; attribute value: ";
  complain(fault::detail, what.append(name));
  return std::string(null_value);
}

bool reader::syntax_error() {
  if (syntax_error_) return false;
  // DynamoDB quotes the token with its two neighbours, as they stand in the text.
  const token& wrong = peek();
  const char* from = at_ > 0 ? tokens_[at_ - 1].text.data() : wrong.text.data();
  const token& last = peek(1);
  std::string what = "Syntax error; token: \"";
  what.append(wrong.what == symbol::end ? std::string_view("<EOF>") : wrong.text).append("\", near: \"");
  what.append(from,
              last.what == symbol::end ? wrong.text.data() + wrong.text.size() : last.text.data() + last.text.size());
  what += '"';
  if (wrong.what == symbol::end && at_ > 0) {  // without the white space before the end
    const std::string_view before = tokens_[at_ - 1].text;
    what.erase(what.rfind(", near: \"") + 9);
    what.append(before).append("\"");
  }
  if (dialect_ == dialect::application) what += caret();
  syntax_error_ = invalid(kind_, what);
  return false;
}

/// The line of the text that has the fault, cut to a terminal's width, and a mark under the character.
std::string reader::caret() const {
  constexpr std::size_t around = 50;
  const auto continues = [this](std::size_t i) {
    return i < text_.size() && (static_cast<unsigned char>(text_[i]) & 0xC0U) == 0x80U;
  };
  const auto offset = static_cast<std::size_t>(peek().text.data() - text_.data());
  const std::size_t newline = offset == 0 ? std::string_view::npos : text_.rfind('\n', offset - 1);
  std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  std::size_t end = std::min(text_.find('\n', offset), text_.size());
  if (offset - begin > around) begin = offset - around;
  if (end - offset > around) end = offset + around;
  while (begin < offset && continues(begin)) ++begin;
  while (end > offset && continues(end)) --end;
  const auto columns = static_cast<std::size_t>(std::ranges::count_if(
      text_.substr(begin, offset - begin), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  std::string text = "\n  ";
  for (const char c : text_.substr(begin, end - begin)) text += c == '\t' || c == '\r' ? ' ' : c;
  return text.append("\n  ").append(columns, ' ').append("^");
}

void reader::complain(fault rank, std::string_view what) {
  std::optional<std::string>& slot = faults_[static_cast<std::size_t>(rank)];
  if (!slot) slot.emplace(what);
}

void reader::count_operator() {
  if (++operators_ == limits::expression_operators_max + 1) {
    complain(fault::limit, "The expression contains too many operators; operator count: " + std::to_string(operators_));
  }
}

bool reader::over_limit() const noexcept { return operators_ > limits::expression_operators_max; }

bool reader::has_fault() const noexcept {
  return syntax_error_ || std::ranges::any_of(faults_, [](const auto& what) { return what.has_value(); });
}

std::optional<error> reader::verdict() const {
  if (syntax_error_) return syntax_error_;
  for (const std::optional<std::string>& what : faults_) {
    if (what) return invalid(kind_, *what);
  }
  return std::nullopt;
}

}  // namespace dynamo::expression
