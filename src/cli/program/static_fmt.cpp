// fmt for the program when it is linked statically: Debian has the library as a shared one only, but its headers hold all of it. What stands
// here is what objects of ours call; the linker says so when that grows.
#define FMT_HEADER_ONLY
#include <fmt/format.h>

namespace fmt {
inline namespace v9 {
template std::locale detail::locale_ref::get<std::locale>() const;
template detail::thousands_sep_result<char> detail::thousands_sep_impl(locale_ref);
template detail::dragonbox::decimal_fp<float> detail::dragonbox::to_decimal(float) noexcept;
template detail::dragonbox::decimal_fp<double> detail::dragonbox::to_decimal(double) noexcept;
}  // namespace v9
}  // namespace fmt

namespace {

// An inline function is in the object that takes its address.
struct inline_functions {
  std::string (*format)(fmt::string_view, fmt::format_args);
  void (*print)(fmt::string_view, fmt::format_args);
  void (*print_to)(std::FILE*, fmt::string_view, fmt::format_args);
  bool (*is_printable)(std::uint32_t);
  void (*assertion)(const char*, int, const char*);
  void (*format_error)(const char*);
};
[[gnu::used]] const inline_functions kept{&fmt::vformat,
                                          &fmt::vprint,
                                          &fmt::vprint,
                                          &fmt::detail::is_printable,
                                          &fmt::detail::assert_fail,
                                          &fmt::detail::throw_format_error};

}  // namespace
