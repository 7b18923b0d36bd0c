#include "../support/seeds.hpp"
#include "support.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>

/// decode(encode(x)) == x for generated structs of every attribute type and nesting; and the text is the same again.
namespace dynamo::test {

/// Its members are listed by hand, since it has an array.
struct listed {
  std::array<std::string, 3> three;
  std::vector<std::array<std::int16_t, 2>> pairs;
  bool operator==(const listed&) const = default;
};

}  // namespace dynamo::test
template <>
struct dynamo::fields_of<dynamo::test::listed>
    : dynamo::fields<&dynamo::test::listed::three, &dynamo::test::listed::pairs> {};
namespace dynamo::test {
namespace {

using random_bits = std::mt19937_64;

enum class colour { red, green, blue };
struct leaf {
  std::string text;
  std::int8_t small = 0;
  std::optional<colour> paint;
  bool operator==(const leaf&) const = default;
};
struct branch {
  std::vector<leaf> leaves;
  std::map<std::string, leaf> named;
  std::optional<leaf> best;
  std::vector<std::vector<std::uint16_t>> table;
  bool operator==(const branch&) const = default;
};
struct everything {
  bool truth = false;
  std::int16_t i16 = 0;
  std::int32_t i32 = 0;
  std::int64_t i64 = 0;
  std::uint8_t u8 = 0;
  std::uint32_t u32 = 0;
  std::uint64_t u64 = 0;
  float f = 0;
  double d = 0;
  number exact;
  std::string text;
  binary bytes;
  colour paint = colour::red;
  std::optional<std::int64_t> maybe;
  std::optional<std::string> maybe_text;
  std::chrono::sys_seconds when{};
  std::chrono::milliseconds took{};
  std::chrono::year_month_day date{std::chrono::year(2000), std::chrono::month(1), std::chrono::day(1)};
  std::set<std::string> texts;
  std::set<std::int64_t> numbers;
  std::set<binary> blobs;
  std::vector<std::string> list;
  std::vector<double> reals;
  std::vector<std::optional<std::int64_t>> gaps;
  std::map<std::string, std::vector<std::int32_t>> lists;
  std::int8_t i8 = 0;
  std::uint16_t u16 = 0;
  std::set<number> decimals;
  std::optional<listed> by_hand;
  std::unordered_map<std::string, double> measured;
  std::map<std::string, std::map<std::string, std::set<std::string>>> sets;
  std::vector<std::map<std::string, std::vector<std::optional<leaf>>>> woods;
  std::map<std::string, attribute_value> anythings;
  std::chrono::sys_time<std::chrono::microseconds> exactly{};
  attribute_value anything;
  branch tree;
  std::optional<branch> other;
  bool operator==(const everything&) const = default;
};

class generator {
 public:
  explicit generator(random_bits& random) : random_(random) {}

  std::size_t below(std::size_t end) { return static_cast<std::size_t>(random_() % end); }

  void fill(bool& v) { v = below(2) == 0; }
  template <std::integral T>
  void fill(T& v) {
    switch (below(4)) {
      case 0: v = std::numeric_limits<T>::min(); break;
      case 1: v = std::numeric_limits<T>::max(); break;
      case 2: v = static_cast<T>(below(100)); break;
      default: v = static_cast<T>(random_());
    }
  }
  template <std::floating_point T>
  void fill(T& v) {
    const T scales[] = {T(1), T(1e-20), T(1e20), T(0.1), T(3)};
    v = static_cast<T>(static_cast<std::int64_t>(random_())) / T(1 << 20) * scales[below(5)];
    if (below(8) == 0) v = 0;
  }
  void fill(number& v) {
    const auto some = number::from_parts(below(2) == 0, random_() * uint128(random_() % 10'000'000'000),
                                         static_cast<int>(below(200)) - 110);
    v = some.value_or(number(7));
  }
  void fill(std::string& v) {
    static constexpr std::string_view parts[] = {"a", "\"", "\\", "\n",     "\x01", "ö",
                                                 "€", "𝄞",  "/",  "status", " ",    "\t"};
    v.clear();
    for (std::size_t n = below(6); n != 0; --n) v += parts[below(std::size(parts))];
    if (below(20) == 0) v += std::string(below(300), 'x');
  }
  void fill(std::byte& v) { v = static_cast<std::byte>(random_()); }
  void fill(colour& v) { v = static_cast<colour>(below(3)); }
  void fill(std::chrono::sys_seconds& v) {
    v = std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(below(8'000'000'000)) - 4'000'000'000));
  }
  void fill(std::chrono::milliseconds& v) {
    v = std::chrono::milliseconds(static_cast<std::int64_t>(below(2'000'000)) - 1'000'000);
  }
  void fill(std::chrono::year_month_day& v) {
    v = std::chrono::year_month_day(std::chrono::year(static_cast<int>(below(9'999))),
                                    std::chrono::month(1 + static_cast<unsigned>(below(12))),
                                    std::chrono::day(1 + static_cast<unsigned>(below(28))));
  }
  template <class T>
  void fill(std::optional<T>& v) {
    v.reset();
    if (below(2) == 0) fill(v.emplace());
  }
  template <class T>
  void fill(std::vector<T>& v) {
    v.clear();
    for (std::size_t n = below(4); n != 0; --n) fill(v.emplace_back());
  }
  template <class T>
  void fill(std::set<T>& v) {
    v.clear();
    for (std::size_t n = below(4); n != 0; --n) {
      T one{};
      fill(one);
      v.insert(std::move(one));
    }
  }
  template <class T>
  void fill(std::map<std::string, T>& v) {
    v.clear();
    for (std::size_t n = below(4); n != 0; --n) {
      std::string key;
      fill(key);
      T& value = v[key];
      fill(value);
      if constexpr (std::is_same_v<T, std::set<std::string>>) value.insert("a set in a map is never empty");
    }
  }
  template <class T, std::size_t Size>
  void fill(std::array<T, Size>& v) {
    for (T& one : v) fill(one);
  }
  template <class T>
  void fill(std::unordered_map<std::string, T>& v) {
    std::map<std::string, T> sorted;
    fill(sorted);
    v = {sorted.begin(), sorted.end()};
  }
  void fill(std::chrono::sys_time<std::chrono::microseconds>& v) {
    v = std::chrono::sys_time<std::chrono::microseconds>(
        std::chrono::microseconds(static_cast<std::int64_t>(below(8'000'000'000'000'000)) - 4'000'000'000'000'000));
  }
  void fill(attribute_value& v) { v = some_value(4); }
  void fill(listed& v) { fill(v.three), fill(v.pairs); }
  void fill(leaf& v) { fill(v.text), fill(v.small), fill(v.paint); }
  void fill(branch& v) { fill(v.leaves), fill(v.named), fill(v.best), fill(v.table); }
  void fill(everything& v) {
    fill(v.truth), fill(v.i16), fill(v.i32), fill(v.i64), fill(v.u8), fill(v.u32), fill(v.u64), fill(v.f), fill(v.d);
    fill(v.exact), fill(v.text), fill(v.bytes), fill(v.paint), fill(v.maybe), fill(v.maybe_text), fill(v.when);
    fill(v.took), fill(v.date), fill(v.texts), fill(v.numbers), fill(v.blobs), fill(v.list), fill(v.reals);
    fill(v.gaps), fill(v.lists), fill(v.anything), fill(v.tree), fill(v.other), fill(v.i8), fill(v.u16);
    fill(v.decimals), fill(v.by_hand), fill(v.measured), fill(v.sets), fill(v.woods), fill(v.anythings);
    fill(v.exactly);
  }

 private:
  template <class T>
  T some() {
    T v{};
    fill(v);
    return v;
  }
  template <class T>
  set_of<T> some_set() {
    std::vector<T> members = some<std::vector<T>>();
    members.push_back(some<T>());  // a set is never empty
    return set_of<T>(std::move(members));
  }
  attribute_value some_value(unsigned depth) {
    switch (below(depth == 0 ? 8 : 10)) {
      case 0: return some<std::string>();
      case 1: return some<number>();
      case 2: return some<binary>();
      case 3: return some<bool>();
      case 4: return null_t();
      case 5: return some_set<std::string>();
      case 6: return some_set<number>();
      case 7: return some_set<binary>();
      case 8: {
        attribute_value::list all;
        for (std::size_t n = below(4); n != 0; --n) all.push_back(some_value(depth - 1));
        return all;
      }
      default: {
        attribute_value::map all;
        for (std::size_t n = below(4); n != 0; --n) all[some<std::string>()] = some_value(depth - 1);
        return all;
      }
    }
  }

  random_bits& random_;
};

TEST(round_trip, what_was_encoded_is_decoded) {
  testing_support::for_each_seed(500, [](random_bits& random) {
    everything before;
    generator(random).fill(before);
    const std::string text = stored_as(before);
    const result<everything> after = read_as<everything>(text);
    ASSERT_TRUE(after) << after.error().describe() << '\n' << text;
    EXPECT_EQ(*after, before) << text;
    EXPECT_EQ(stored_as(*after), text);
  });
}

}  // namespace
}  // namespace dynamo::test
