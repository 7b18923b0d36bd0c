#include "canonical_request.hpp"

#include "sha256.hpp"

#include <dynamo/base/detail/ascii.hpp>
#include <dynamo/base/detail/percent_encoding.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace dynamo::auth {
namespace {

constexpr bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Without white space at its ends, and with one space for each run of it.
void append_trimmed(std::string& to, std::string_view value) {
  bool pending = false;
  bool begun = false;
  for (const char c : value) {
    if (is_space(c)) {
      pending = begun;
      continue;
    }
    if (pending) to += ' ';
    to += c;
    pending = false;
    begun = true;
  }
}

/// Dot segments are resolved and empty ones dropped, and what is left is encoded once more.
void append_path(std::string& to, std::string_view path) {
  if (path.empty() || path == "/") {
    to += '/';
    return;
  }
  std::vector<std::string_view> kept;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    at = end + 1;
  }
  for (const std::string_view segment : kept) {
    to += '/';
    append_percent_encoded(to, segment);
  }
  if (kept.empty() || path.ends_with('/')) to += '/';
}

}  // namespace

bool is_signed_header(std::string_view name) noexcept {
  constexpr std::string_view unsigned_ones[] = {
      "authorization",      "connection",          "expect",  "keep-alive",
      "proxy-authenticate", "proxy-authorization", "te",      "trailer",
      "transfer-encoding",  "user-agent",          "upgrade", "x-amzn-trace-id"};
  return std::ranges::find(unsigned_ones, name) == std::end(unsigned_ones);
}

names_to_sign::names_to_sign(std::span<const header_view> headers) {
  std::size_t size = 0;
  for (const header_view& each : headers)
    size += std::ranges::any_of(each.name, is_ascii_capital) ? each.name.size() : 0;
  lowered_.reserve(size);  // so that views stay valid
  names_.reserve(headers.size());
  for (const header_view& each : headers) {
    std::string_view name = each.name;
    if (std::ranges::any_of(name, is_ascii_capital)) {
      const std::size_t begin = lowered_.size();
      std::ranges::transform(name, std::back_inserter(lowered_), [](char c) { return ascii_lower(c); });
      name = std::string_view(lowered_).substr(begin);
    }
    if (is_signed_header(name)) names_.push_back(name);
  }
  std::ranges::sort(names_);
  const auto repeated = std::ranges::unique(names_);
  names_.erase(repeated.begin(), repeated.end());
}

std::string canonical_request(const signable_request& r, std::string_view query,
                              std::span<const std::string_view> names) {
  std::size_t size = 256 + r.path.size() + query.size();
  for (const header_view& each : r.headers) size += 2 * each.name.size() + each.value.size() + 3;
  std::string text;
  text.reserve(size);
  text.append(r.method) += '\n';
  append_path(text, r.path);
  text += '\n';
  text.append(query) += '\n';
  for (const std::string_view name : names) {
    text.append(name);
    char before = ':';
    for (const header_view& each : r.headers) {
      if (!equals_without_case(each.name, name)) continue;
      text += before;
      append_trimmed(text, each.value);
      before = ',';
    }
    if (before == ':') text += ':';
    text += '\n';
  }
  text += '\n';
  for (const std::string_view name : names) text.append(name) += ';';
  if (!names.empty()) text.pop_back();
  text += '\n';
  const auto payload = hex(sha256().add(r.payload).finish());
  text.append(payload.data(), payload.size());
  return text;
}

std::string canonical_query(std::string_view query, std::string_view without) {
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view one = query.substr(at, end - at);
    const std::size_t equals = std::min(one.find('='), one.size());
    const std::string_view name = one.substr(0, equals);
    if (without.empty() || name != without) {
      parameters.emplace_back(name, equals < one.size() ? one.substr(equals + 1) : std::string_view());
    }
    at = end + 1;
  }
  std::ranges::sort(parameters);
  std::string text;
  text.reserve(query.size() + parameters.size());
  for (const auto& [name, value] : parameters) {
    if (!text.empty()) text += '&';
    text.append(name) += '=';
    text.append(value);
  }
  return text;
}

std::string decoded(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char l = ascii_lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
  };
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace dynamo::auth
