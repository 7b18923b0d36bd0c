#include <dynamo/schema/scalars.hpp>

#include <schema/direct.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace dynamo {

namespace {

/// A number's text, or an empty one after a failure.
std::string_view number_text(decoder& in, attribute_type found) {
  if (!in.expect(found, attribute_type::N)) return {};
  return in.in().read_string();
}

/// Digits alone are read at once; what DynamoDB accepts besides (1.0, 1e3) goes by way of the exact number.
template <class Integer>
Integer read_integer(decoder& in, attribute_type found, Integer low, Integer high) {
  const std::string_view text = number_text(in, found);
  if (!in.in().ok()) return 0;
  Integer value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) [[unlikely]] {
    const result<number> exact = number::parse(text);
    if (!exact) {
      in.fail(exact.error().message());
      return 0;
    }
    const auto whole = [&] {
      if constexpr (std::is_signed_v<Integer>) {
        return exact->to_int64();
      } else {
        return exact->to_uint64();
      }
    }();
    if (!whole) {
      in.fail("the stored number " + exact->to_string() + " is not an integer from " + std::to_string(low) + " to " +
              std::to_string(high));
      return 0;
    }
    value = *whole;
  }
  if (value < low || value > high) [[unlikely]] {
    in.fail("the stored number " + std::to_string(value) + " is not an integer from " + std::to_string(low) + " to " +
            std::to_string(high));
    return 0;
  }
  return value;
}

template <class Real>
void read_floating(decoder& in, attribute_type found, Real& to) {
  const std::string_view text = number_text(in, found);
  if (!in.in().ok()) return;
  Real value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc() && end == text.data() + text.size() && std::isfinite(value)) {
    to = value;
  } else if (problem == std::errc::result_out_of_range) {
    in.fail("the stored number " + std::string(text) + " is out of the range of the type it is read into");
  } else {
    in.fail("`" + std::string(text) + "` is not a number");
  }
}

/// Writes a value of everyday size: its shortest text without an exponent is the canonical one. False: it is another.
template <class Real>
bool write_plain(json::buffer& out, Real value) {
  constexpr auto most = static_cast<Real>(1e6);  // a float holds all integers below
  constexpr auto least = static_cast<Real>(1e-5);
  const Real magnitude = std::abs(value);
  if (!(magnitude < most && magnitude >= least)) return false;
  constexpr std::string_view opening = R"({"N":")", closing = R"("})";
  constexpr std::size_t text_size_max = 40;
  char* const begin = out.extend(opening.size() + text_size_max + closing.size());
  char* at = std::ranges::copy(opening, begin).out;
  at = std::to_chars(at, at + text_size_max, value, std::chars_format::fixed).ptr;
  at = std::ranges::copy(closing, at).out;
  out.commit(static_cast<std::size_t>(at - begin));
  return true;
}

void write_exact(encoder& out, const result<number>& value) {
  if (value) return json::write_number_value(out.out(), *value);
  out.fail(value.error().message());
  json::write_null_value(out.out());
}

}  // namespace

void detail::read_text(decoder& in, attribute_type found, std::string& to) {
  if (!in.expect(found, attribute_type::S)) return;
  assign_text(to, in.in().read_string());
}

void detail::read_bool(decoder& in, attribute_type found, bool& to) {
  if (in.expect(found, attribute_type::BOOL)) to = in.in().read_bool();
}

std::int64_t detail::read_signed(decoder& in, attribute_type found, std::int64_t low, std::int64_t high) {
  return read_integer<std::int64_t>(in, found, low, high);
}

std::uint64_t detail::read_unsigned(decoder& in, attribute_type found, std::uint64_t high) {
  return read_integer<std::uint64_t>(in, found, 0, high);
}

void detail::write_real(encoder& out, double value) {
  if (!write_plain(out.out(), value)) write_exact(out, number::from_double(value));
}
void detail::write_real(encoder& out, float value) {
  if (!write_plain(out.out(), value)) write_exact(out, number::from_float(value));
}
void detail::write_real(encoder& out, long double value) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  write_exact(out, number::parse(std::string_view(text, static_cast<std::size_t>(end - text))));
}

void detail::read_real(decoder& in, attribute_type found, double& to) { read_floating(in, found, to); }
void detail::read_real(decoder& in, attribute_type found, float& to) { read_floating(in, found, to); }
void detail::read_real(decoder& in, attribute_type found, long double& to) { read_floating(in, found, to); }

void codec<number>::read(decoder& in, attribute_type found, number& to) {
  const std::string_view text = number_text(in, found);
  if (!in.in().ok()) return;
  if (const result<number> value = number::parse(text)) {
    to = *value;
  } else {
    in.fail(value.error().message());
  }
}

}  // namespace dynamo
