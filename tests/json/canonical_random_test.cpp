#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>

#include <gtest/gtest.h>
#include <json/canonical_number.hpp>
#include <support/seeds.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace dynamo::json {
namespace {

using random = std::mt19937_64;

std::size_t below(random& from, std::size_t limit) { return from() % limit; }

std::string some_text(random& from) {
  static constexpr std::string_view pieces[] = {"a",  "b",    "Z",      "\"",         "\\",   "/",
                                                "\n", "\x01", "\x7f",   "{",          "}",    "[",
                                                "]",  ",",    "\u00e9", "\U0001F600", "name", "a longer piece of text"};
  std::string text;
  for (std::size_t i = below(from, 5); i > 0; --i) text += pieces[below(from, std::size(pieces))];
  return text;
}

number some_number(random& from) {
  std::string text = below(from, 2) == 0 ? "-" : "";
  for (std::size_t i = 1 + below(from, below(from, 3) == 0 ? 38 : 6); i > 0; --i)
    text += static_cast<char>('0' + below(from, 10));
  text += "E" + std::to_string(static_cast<int>(below(from, 20)) - 10);
  return *number::parse(text);
}

template <class T, class Make>
set_of<T> some_set(random& from, Make make) {
  std::vector<T> members;
  for (std::size_t i = 1 + below(from, 6); i > 0; --i) members.push_back(make(from));
  return set_of<T>(std::move(members));
}

item some_item(random& from, unsigned depth);

attribute_value some_value(random& from, unsigned depth) {
  const auto bytes = [](random& r) { return to_binary(some_text(r)); };
  switch (below(from, depth > 0 ? 10 : 8)) {
    case 0: return some_text(from);
    case 1: return some_number(from);
    case 2: return bytes(from);
    case 3: return below(from, 2) == 0;
    case 4: return null_t{};
    case 5: return some_set<std::string>(from, some_text);
    case 6: return some_set<number>(from, some_number);
    case 7: return some_set<binary>(from, bytes);
    case 8: return some_item(from, depth - 1);
    default: {
      attribute_value::list list;
      for (std::size_t i = below(from, 4); i > 0; --i) list.push_back(some_value(from, depth - 1));
      return list;
    }
  }
}

item some_item(random& from, unsigned depth) {
  item result;
  for (std::size_t i = below(from, 6); i > 0; --i) result.insert_or_assign(some_text(from), some_value(from, depth));
  return result;
}

/// Spells values in one of the many ways that mean the same: members and sets in any order, white space, needless escapes,
/// numbers with zeros and exponents, members that say nothing.
class careless_writer {
 public:
  explicit careless_writer(random& from) : from_(from) {}

  std::string write(const item& attributes) {
    std::vector<std::string> members;
    for (const auto& [name, value] : attributes) members.push_back(text(name) + space() + ":" + space() + write(value));
    return joined(std::move(members), '{', '}', true);
  }

 private:
  std::string space() { return std::array{"", "", "", " ", "\n ", "\t"}[below(from_, 6)]; }

  std::string joined(std::vector<std::string> parts, char open, char close, bool any_order) {
    if (any_order) std::ranges::shuffle(parts, from_);
    std::string all = open + space();
    for (std::size_t i = 0; i < parts.size(); ++i) all += (i > 0 ? "," : "") + space() + parts[i] + space();
    return all + close;
  }

  std::string text(std::string_view content) {
    std::string all = "\"";
    for (const char c : content) {
      const auto code = static_cast<unsigned char>(c);
      if (code < 0x20 || c == '"' || c == '\\' || (code < 0x80 && below(from_, 4) == 0)) {
        static constexpr char digits[] = "0123456789aBcDeF";
        all += std::string("\\u00") + digits[code >> 4] + digits[code & 15];
      } else {
        all += (c == '/' && below(from_, 2) == 0 ? "\\" : "") + std::string(1, c);
      }
    }
    return all + "\"";
  }

  std::string digits(const number& value) {
    const std::string plain = value.to_string();
    switch (below(from_, 4)) {
      case 0: return '"' + plain + (plain.find('.') == std::string::npos ? ".0\"" : "00\"");
      case 1: return '"' + plain + "e0\"";
      case 2: return (plain[0] == '-' ? "\"-00" + plain.substr(1) : "\"+0" + plain) + "\"";
      default: return '"' + plain + '"';
    }
  }

  std::string nothing() { return std::array{"", "", "", "\"x\":[1,{}],", "\"N\":null ,"}[below(from_, 5)]; }

  std::string typed(std::string_view type, const std::string& content) {
    return "{" + space() + nothing() + text(type) + space() + ":" + space() + content + space() + "}";
  }

  std::string write(const attribute_value& value) {
    const auto set = [&](std::string_view type, const auto& members, auto spell) {
      std::vector<std::string> parts;
      for (const auto& member : members) parts.push_back(spell(member));
      return typed(type, joined(std::move(parts), '[', ']', true));
    };
    const auto base64 = [&](const binary& bytes) { return text(base64_encode(as_text(bytes))); };
    switch (value.type()) {
      case attribute_type::S: return typed("S", text(*value.get_if<std::string>()));
      case attribute_type::N: return typed("N", digits(*value.get_if<number>()));
      case attribute_type::B: return typed("B", base64(*value.get_if<binary>()));
      case attribute_type::BOOL: return typed("BOOL", *value.get_if<bool>() ? "true" : "false");
      case attribute_type::NUL: return typed("NULL", "true");
      case attribute_type::M: return typed("M", write(*value.get_if<item>()));
      case attribute_type::L: {
        std::vector<std::string> parts;
        for (const attribute_value& element : *value.get_if<attribute_value::list>()) parts.push_back(write(element));
        return typed("L", joined(std::move(parts), '[', ']', false));
      }
      case attribute_type::SS:
        return set("SS", value.get_if<string_set>()->members(), [&](const std::string& s) { return text(s); });
      case attribute_type::NS:
        return set("NS", value.get_if<number_set>()->members(), [&](const number& n) { return digits(n); });
      case attribute_type::BS: return set("BS", value.get_if<binary_set>()->members(), base64);
    }
    return {};
  }

  random& from_;
};

TEST(canonical_random, every_spelling_of_an_item_becomes_the_same_bytes) {
  testing_support::for_each_seed(20, [](random& from) {
    for (int i = 0; i < 200; ++i) {
      item tree = some_item(from, 3);
      tree.erase("");  // an attribute has a name; a member of a map need not
      buffer expected;
      write_item(expected, tree);

      const std::string spelled = careless_writer(from).write(tree);
      for (const std::string_view text : {std::string_view(spelled), expected.view()}) {
        const buffer in(text);
        buffer out;
        cursor reader(in);
        const result<std::size_t> size = canonicalise_item(reader, out);
        ASSERT_TRUE(size) << size.error().describe() << "\n" << text;
        ASSERT_TRUE(reader.at_end());
        ASSERT_EQ(out.view(), expected.view()) << text;
        ASSERT_EQ(*size, size_of(tree)) << text;
      }
      ASSERT_EQ(size_of_item(expected.view()), size_of(tree)) << expected.view();
      ASSERT_EQ(read_item(expected.view()), tree) << expected.view();
      for (const auto& [name, value] : tree) {
        buffer one;
        write_value(one, value);
        ASSERT_EQ(find_attribute(expected.view(), name), one.view());
      }
      const std::string absent = some_text(from);
      ASSERT_EQ(find_attribute(expected.view(), absent).has_value(), tree.contains(absent));
    }
  });
}

TEST(canonical_random, a_damaged_item_is_refused_or_canonical_after_one_pass) {
  testing_support::for_each_seed(20, [](random& from) {
    static constexpr std::string_view bytes = "{}[]\",:\\ \nSNBML01-.eE=tfnu";
    for (int i = 0; i < 500; ++i) {
      std::string text = careless_writer(from).write(some_item(from, 2));
      for (std::size_t n = 1 + below(from, 3); n > 0; --n)
        text[below(from, text.size())] = bytes[below(from, bytes.size())];
      const buffer in(text);
      buffer once;
      cursor reader(in);
      const result<std::size_t> size = canonicalise_item(reader, once);
      cursor any(in);
      any.skip();
      if (!size) {
        ASSERT_TRUE(once.empty());
        if (size.error().code() == errc::validation) {
          ASSERT_EQ(any.ok(), reader.ok()) << text;
        }
        continue;
      }
      ASSERT_TRUE(any.ok()) << text;
      ASSERT_EQ(any.position(), reader.position()) << text;
      buffer twice;
      cursor again(once);
      const result<std::size_t> second_size = canonicalise_item(again, twice);
      ASSERT_TRUE(second_size) << text;
      ASSERT_EQ(*second_size, *size) << text;
      ASSERT_EQ(twice.view(), once.view()) << text;
    }
  });
}

TEST(canonical_random, numbers_pass_untouched_exactly_when_they_are_printed_so) {
  testing_support::for_each_seed(20, [](random& from) {
    for (int i = 0; i < 5'000; ++i) {
      static constexpr std::string_view characters = "0000123456789..-e+";
      std::string text;
      for (std::size_t n = below(from, 8); n > 0; --n) text += characters[below(from, characters.size())];
      const result<number> parsed = number::parse(text);
      std::size_t size = 0;
      const bool untouched = is_canonical_number(text, size);
      ASSERT_EQ(untouched, parsed && parsed->to_string() == text) << text;
      if (untouched) {
        ASSERT_EQ(size, parsed->size()) << text;
      }
    }
  });
}

}  // namespace
}  // namespace dynamo::json
