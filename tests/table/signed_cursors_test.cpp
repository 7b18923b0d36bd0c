#include "shop.hpp"

#include <dynamo/base/log.hpp>
#include <dynamo/database.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <set>

/// Cursors that nobody can forge.
namespace {

using namespace shop;
using dynamo::cursor;
using dynamo::cursor_keys;
using dynamo::errc;
using dynamo::page_size;
using dynamo::resume_from;

constexpr const char* first_key = "0123456789abcdef-one";
constexpr const char* second_key = "0123456789abcdef-two";

class signed_cursors : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db_) << db_.error().describe();
    plain_ = dynamo::table<orders>(*db_);
    ASSERT_TRUE(plain_.create_if_absent().run());
    std::vector<order> all;
    for (std::uint64_t n = 1; n <= 9; ++n) {
      order& one = all.emplace_back();
      one.customer_id = "ann";
      one.number = n;
    }
    ASSERT_TRUE(plain_.batch_put(all).run()->complete());
  }
  dynamo::table<orders> with(const char* key) const { return plain_.with(cursor_keys(key)); }
  static cursor cursor_of(const dynamo::table<orders>& from) {
    const auto page = from.query("ann", page_size(2)).page().run();
    return page && page->next ? *page->next : cursor("none");
  }
  /// What a query says that resumes from it.
  static std::string refusal(const dynamo::table<orders>& by, const cursor& from) {
    return why(by.query("ann", resume_from(from)));
  }
  template <class Call>
  static std::string why(Call call) {
    const auto page = std::move(call).page().run();
    if (page) return "accepted";
    EXPECT_EQ(page.error().code(), errc::invalid_argument);
    return page.error().message();
  }
  static std::string start_of(const std::string& text) { return text.substr(0, text.find(',')); }

  dynamo::result<dynamo::testing_support::wired_database> db_ =
      dynamo::testing_support::wired(dynamo::database::in_memory());
  dynamo::table<orders> plain_;
};

TEST_F(signed_cursors, go_on_where_they_were_made) {
  const dynamo::table<orders> table = with(first_key);
  std::vector<std::uint64_t> numbers;
  std::optional<cursor> next;
  do {
    const auto page =
        (next ? table.query("ann", page_size(2), resume_from(*next)) : table.query("ann", page_size(2))).page().run();
    ASSERT_TRUE(page) << page.error().describe();
    for (const order& one : *page) numbers.push_back(one.number);
    next = page->next;
    if (next) {
      EXPECT_EQ(next->text().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
                std::string::npos);
    }
  } while (next);
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(signed_cursors, stand_for_all_segments_of_a_scan) {
  const dynamo::table<orders> table = with(first_key);
  const dynamo::parallel segments(3);
  std::multiset<std::uint64_t> numbers;
  std::optional<cursor> next;
  do {
    const auto page =
        (next ? table.scan(segments, page_size(2), resume_from(*next)) : table.scan(segments, page_size(2)))
            .page()
            .run();
    ASSERT_TRUE(page) << page.error().describe();
    for (const order& one : *page) numbers.insert(one.number);
    next = page->next;
  } while (next);
  EXPECT_EQ(numbers.size(), 9u);
}

TEST_F(signed_cursors, say_why_they_are_refused) {
  const cursor made = cursor_of(with(first_key));
  const cursor unsigned_one = cursor_of(plain_);
  EXPECT_EQ(refusal(with(first_key), made), "accepted");
  EXPECT_EQ(refusal(with(first_key), unsigned_one),
            "this cursor is not signed, and this table, which has cursor_keys, "
            "takes signed ones only");
  EXPECT_EQ(refusal(plain_, made),
            "this cursor is signed, and this table has no keys for cursors: read with table.with(cursor_keys(...))");
  EXPECT_EQ(start_of(refusal(with(second_key), made)), "this cursor's signature is wrong: it was altered");
  EXPECT_EQ(start_of(why(with(first_key).query("bob", resume_from(made)))),
            "this cursor was made by another query or scan: it belongs to another table");
  EXPECT_EQ(start_of(why(with(first_key).query("ann", number > 1u, resume_from(made)))),
            "this cursor was made by another query or scan: it belongs to another table");
  EXPECT_EQ(start_of(why(with(first_key).scan(resume_from(made)))),
            "this cursor was made by another query or scan: it belongs to another table");
  EXPECT_EQ(start_of(why(with(first_key).query(by_state{}, status::open, resume_from(made)))),
            "this cursor was made by another query or scan: it belongs to another table");
  const dynamo::table<orders> elsewhere = dynamo::table<orders>(*db_, "elsewhere").with(cursor_keys(first_key));
  EXPECT_EQ(start_of(refusal(elsewhere, made)),
            "this cursor was made by another query or scan: it belongs to another table");
  EXPECT_EQ(refusal(with(first_key), cursor(made.text().substr(0, 40))),
            "this cursor is signed and incomplete: it was cut short");
}

TEST_F(signed_cursors, are_refused_with_any_character_altered_or_cut) {
  const dynamo::table<orders> table = with(first_key);
  const std::string text = cursor_of(table).text();
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string altered = text;
    altered[at] = altered[at] == 'Q' ? 'g' : 'Q';
    EXPECT_NE(refusal(table, cursor(altered)), "accepted") << at;
    EXPECT_NE(refusal(table, cursor(text.substr(0, at))), "accepted") << at;
  }
  EXPECT_NE(refusal(table, cursor(text + "AAAA")), "accepted");
}

TEST_F(signed_cursors, outlive_a_change_of_keys_by_one_that_is_still_accepted) {
  const cursor made = cursor_of(with(first_key));
  const dynamo::table<orders> changed = plain_.with(cursor_keys(second_key, first_key));
  EXPECT_EQ(refusal(changed, made), "accepted");
  const cursor later = cursor_of(changed);
  EXPECT_EQ(refusal(with(second_key), later), "accepted");
  EXPECT_NE(refusal(with(first_key), later), "accepted");
  EXPECT_EQ(refusal(plain_.with(cursor_keys(std::vector<std::string>{second_key, first_key})), made), "accepted");
}

TEST_F(signed_cursors, have_keys_that_are_neither_short_nor_told) {
  const std::string secret = "not-so-secret";
  std::string logged;
  dynamo::set_log_sink([&](dynamo::log_level, std::string_view line) { logged += line; });
  for (const cursor_keys& keys :
       {cursor_keys(secret), cursor_keys(""), cursor_keys(first_key, secret), cursor_keys(std::string(1'025, 'x')),
        cursor_keys(std::vector<std::string>()), cursor_keys(std::vector<std::string>(17, first_key))}) {
    for (const bool scans : {false, true}) {
      const dynamo::table<orders> table = plain_.with(keys);
      const std::string said =
          scans ? why(table.scan(dynamo::parallel(2), resume_from(cursor("x")))) : why(table.query("ann"));
      EXPECT_TRUE(said.starts_with("cursor_keys: ")) << said;
      EXPECT_EQ(said.find(secret), std::string::npos);
      EXPECT_EQ(said.find(first_key), std::string::npos);
    }
  }
  EXPECT_NE(refusal(with(first_key), cursor_of(plain_)).find("not signed"), std::string::npos);
  dynamo::set_log_sink({});
  EXPECT_EQ(logged, "");
  EXPECT_EQ(plain_.with(cursor_keys()).query("ann").page().run()->items.size(), 9u);
}

}  // namespace
