#include "model.hpp"
#include "random_trees.hpp"
#include "support.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/print.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::expression::test {
namespace {

using testing_support::for_each_seed;

/// How much a generator must have reached to be worth its time; not asked where another number of seeds was wanted.
bool by_default() {
  return std::getenv("DYNAMO_TEST_SEEDS") == nullptr &&    // NOLINT(concurrency-mt-unsafe)
         std::getenv("DYNAMO_TEST_SEEDS_MAX") == nullptr;  // NOLINT(concurrency-mt-unsafe)
}

json::buffer bytes_of(const item& i) {
  json::buffer out;
  json::write_item(out, i);
  return out;
}

/// The placeholders that a request with these substitutions would bring along.
placeholders read_back(const substitutions& aliases) {
  json::buffer members("{\"\":0");
  aliases.write_members(members);
  members.append('}');
  placeholders bound;
  json::cursor in(members);
  in.begin_object();
  for (std::string_view member; in.next_name(member);) {
    if (member.empty()) {
      in.skip();
      continue;
    }
    const bool names = member == "ExpressionAttributeNames";
    in.begin_object();
    for (std::string_view name; in.next_name(name);) {
      const std::string key(name);
      if (names) {
        EXPECT_TRUE(bound.add_name(key, in.read_string()));
      } else {
        EXPECT_TRUE(bound.add_value(key, in.skip()));
      }
    }
  }
  EXPECT_TRUE(in.ok() && in.at_end()) << members.view();
  return bound;
}

template <class Tree, class Parse>
void expect_round_trip(const Tree& tree, Parse parse) {
  substitutions aliases;
  std::string text;
  print(tree, aliases, text);
  placeholders bound = read_back(aliases);
  const auto parsed = parse(text, bound);
  ASSERT_TRUE(parsed) << text << "\n" << message_of(parsed);
  EXPECT_TRUE(*parsed == tree) << text;
  EXPECT_TRUE(bound.all_used()) << text;
}

TEST(properties, a_printed_condition_reads_back_as_itself_and_means_what_the_model_says) {
  std::size_t held = 0;
  std::size_t failed = 0;
  for_each_seed(1500, [&](std::mt19937_64& random) {
    random_trees make(random);
    const condition tree = make.random_condition();
    const bool fits = check_operand_types(tree, parameter::condition).has_value();
    if (fits) {
      expect_round_trip(tree, [](std::string_view text, placeholders& bound) { return parse_condition(text, bound); });
      if (::testing::Test::HasFailure()) return;
    }
    for (int i = 0; i < 5; ++i) {
      const item subject = i == 0 ? make.subject() : make.random_item();
      const bool holds = evaluate(tree, bytes_of(subject).view());
      (holds ? held : failed) += 1;
      EXPECT_EQ(holds, model::evaluate(tree, subject)) << bytes_of(subject).view();
    }
  });
  EXPECT_TRUE(!by_default() || std::min(held, failed) > 500) << held << " held, " << failed << " failed";
}

/// A key of up to two attributes on either side, its odd ones text and its even ones numbers, and a condition on it.
class random_key {
 public:
  explicit random_key(random_trees& make) : make_(make) {
    partition.resize(1 + make_.below(2));
    sort.resize(make_.below(3));
    const std::size_t compared = make_.below(sort.size() + 1);
    for (std::size_t i = 0; i < partition.size(); ++i) {
      partition[i] = names[i];
      clauses_.push_back(comparison(condition::kind::equal, i));
    }
    for (std::size_t i = 0; i < sort.size(); ++i) {
      sort[i] = names[2 + i];
      if (i < compared)
        clauses_.push_back(i + 1 < compared ? comparison(condition::kind::equal, 2 + i) : any_range(2 + i));
    }
    for (std::size_t i = clauses_.size(); i > 1; --i) std::swap(clauses_[i - 1], clauses_[make_.below(i)]);
  }

  condition tree() const { return joined(clauses_); }
  item random_item() {
    item made;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!make_.one_in(8)) made.insert_or_assign(std::string(names[i]), value(i, make_.below(values_of_each)));
    }
    return made;
  }
  static condition joined(std::vector<condition> clauses) {
    if (clauses.size() == 1) return clauses.front();
    return {condition::kind::all, {}, std::move(clauses)};
  }

  std::vector<std::string_view> partition, sort;

 private:
  static constexpr std::array<std::string_view, 4> names = {"a", "status", "x.y", "b"};
  static constexpr std::size_t values_of_each = 4;

  /// In ascending order.
  static attribute_value value(std::size_t attribute, std::size_t which) {
    static constexpr std::array<std::string_view, values_of_each> texts = {"a", "ab", "abc", "b"};
    static constexpr std::array<int, values_of_each> numbers = {-10, -1, 2, 10};
    if (attribute % 2 == 0) return texts[which];
    return numbers[which];
  }
  static operand bound(std::size_t attribute, std::size_t which) {
    return operand::bound(random_trees::bound(value(attribute, which)));
  }
  static operand place(std::size_t attribute) { return operand::of({path_step(std::string(names[attribute]))}); }

  condition comparison(condition::kind what, std::size_t attribute) {
    std::vector<operand> operands = {place(attribute), bound(attribute, make_.below(values_of_each))};
    if (make_.one_in(3)) std::swap(operands[0], operands[1]);  // :value < attribute
    return {what, std::move(operands), {}};
  }
  condition any_range(std::size_t attribute) {
    using enum condition::kind;
    switch (make_.below(7)) {
      case 0: return comparison(equal, attribute);
      case 1: return comparison(less, attribute);
      case 2: return comparison(less_equal, attribute);
      case 3: return comparison(greater, attribute);
      case 4: return comparison(greater_equal, attribute);
      case 5:
        if (attribute % 2 == 0) {
          return {begins_with, {place(attribute), bound(attribute, make_.below(values_of_each))}, {}};
        }
        [[fallthrough]];
      default: {
        const std::size_t low = make_.below(values_of_each);
        return {between,
                {place(attribute), bound(attribute, low), bound(attribute, low + make_.below(values_of_each - low))},
                {}};
      }
    }
  }

  random_trees& make_;
  std::vector<condition> clauses_;
};

/// The condition that a key condition stands for.
condition put_together(const composite_key_condition& key) {
  using range = key_condition::range;
  std::vector<condition> clauses;
  const auto at = [](const std::string& name) { return operand::of({path_step(name)}); };
  for (const key_condition::equality& one : key.partition) {
    clauses.push_back({condition::kind::equal, {at(one.attribute), operand::bound(one.value)}, {}});
  }
  for (const range& one : key.sort) {
    static constexpr std::array<condition::kind, 7> kinds = {
        condition::kind::equal,         condition::kind::less,    condition::kind::less_equal, condition::kind::greater,
        condition::kind::greater_equal, condition::kind::between, condition::kind::begins_with};
    condition clause{kinds[static_cast<std::size_t>(one.what)], {at(one.attribute), operand::bound(one.low)}, {}};
    if (one.what == range::kind::between) clause.operands.push_back(operand::bound(one.high));
    clauses.push_back(std::move(clause));
  }
  return random_key::joined(std::move(clauses));
}

TEST(properties, a_printed_key_condition_reads_back_and_means_the_same_when_it_is_taken_apart) {
  std::size_t held = 0;
  for_each_seed(1500, [&](std::mt19937_64& random) {
    random_trees make(random);
    random_key key(make);
    const condition tree = key.tree();
    expect_round_trip(tree, [](std::string_view text, placeholders& bound) {
      return parse_condition(text, bound, parameter::key_condition);
    });
    const auto taken_apart = to_key_condition(tree, key.partition, key.sort);
    ASSERT_TRUE(taken_apart) << message_of(taken_apart);
    const condition again = put_together(*taken_apart);
    for (int i = 0; i < 20; ++i) {
      const item subject = key.random_item();
      const bool holds = evaluate(tree, bytes_of(subject).view());
      held += holds ? 1 : 0;
      EXPECT_EQ(holds, evaluate(again, bytes_of(subject).view())) << bytes_of(subject).view();
      EXPECT_EQ(holds, model::evaluate(tree, subject)) << bytes_of(subject).view();
    }
  });
  EXPECT_TRUE(!by_default() || held > 500) << held << " held";
}

update random_update(random_trees& make) {
  update u;
  const auto fits = [&u] { return check_paths(u).has_value(); };
  for (std::size_t n = 1 + make.below(6); n > 0; --n) {
    switch (make.below(4)) {
      case 0:
        u.set.push_back({make.random_path(), make.random_right_side()});
        if (!fits()) u.set.pop_back();
        break;
      case 1:
        u.remove.push_back(make.random_path());
        if (!fits()) u.remove.pop_back();
        break;
      case 2:
        u.add.push_back(make.random_change(true));
        if (!fits()) u.add.pop_back();
        break;
      default:
        u.erase.push_back(make.random_change(false));
        if (!fits()) u.erase.pop_back();
        break;
    }
  }
  return u;
}

TEST(properties, an_update_does_what_the_model_does) {
  std::size_t done = 0;
  for_each_seed(4000, [&](std::mt19937_64& random) {
    random_trees make(random);
    for (int i = 0; i < 5; ++i) {
      const update tree = random_update(make);
      const item before = i < 4 ? make.subject() : make.random_item();
      item after = before;
      const auto applied = apply(tree, after);
      const auto expected = model::apply(tree, before);
      ASSERT_EQ(applied.has_value(), expected.has_value()) << message_of(applied) << "\n" << bytes_of(before).view();
      if (!expected) continue;
      ++done;
      EXPECT_EQ(bytes_of(after).view(), bytes_of(*expected).view()) << bytes_of(before).view();
    }
  });
  EXPECT_TRUE(!by_default() || done > 2000) << done << " updates were accepted";
}

TEST(properties, a_printed_update_reads_back_as_itself) {
  std::size_t done = 0;
  for_each_seed(1500, [&](std::mt19937_64& random) {
    random_trees make(random);
    const update tree = random_update(make);
    substitutions aliases;
    std::string text;
    print(tree, aliases, text);
    placeholders bound = read_back(aliases);
    const auto parsed = parse_update(text, bound);
    if (!parsed) {  // the generator does not know operands' types
      EXPECT_NE(message_of(parsed).find("Incorrect operand type"), std::string::npos) << text << "\n"
                                                                                      << message_of(parsed);
      return;
    }
    ++done;
    EXPECT_TRUE(*parsed == tree) << text;
  });
  EXPECT_TRUE(!by_default() || done > 700) << done << " updates were accepted";
}

TEST(properties, paths_clash_exactly_where_some_pair_of_them_does) {
  for_each_seed(2000, [](std::mt19937_64& random) {
    random_trees make(random);
    projection paths;
    for (std::size_t n = 1 + make.below(6); n > 0; --n) paths.push_back(make.random_path());
    std::string first_pair;
    for (std::size_t j = 1; j < paths.size() && first_pair.empty(); ++j) {
      for (std::size_t i = 0; i < j && first_pair.empty(); ++i) {
        if (model::clash(paths[i], paths[j])) first_pair = "clash";
      }
    }
    EXPECT_EQ(check_paths(paths).has_value(), first_pair.empty());
  });
}

TEST(properties, a_projection_reads_back_and_selects_what_the_model_selects) {
  for_each_seed(2000, [](std::mt19937_64& random) {
    random_trees make(random);
    projection paths;
    for (std::size_t n = 1 + make.below(6); n > 0; --n) {
      paths.push_back(make.random_path());
      if (!check_paths(paths)) paths.pop_back();
    }
    expect_round_trip(paths, [](std::string_view text, placeholders& bound) { return parse_projection(text, bound); });
    for (int i = 0; i < 5; ++i) {
      const item subject = i == 0 ? make.subject() : make.random_item();
      json::buffer out;
      project(paths, bytes_of(subject).view(), out);
      EXPECT_EQ(out.view(), bytes_of(model::project(paths, subject)).view()) << bytes_of(subject).view();
    }
  });
}

}  // namespace
}  // namespace dynamo::expression::test
