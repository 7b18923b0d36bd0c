#include <dynamo/streams/detail/shard_graph.hpp>

#include <gtest/gtest.h>

namespace {

using namespace dynamo::streams;
using dynamo::sequence_number;

sequence_number number(int n) { return sequence_number::parse(std::to_string(n)).value(); }

/// "B<A 10-20": shard B, child of A, numbers from 10 to 20; "B<A 10-" is open.
shard_info shard(const std::string& text) {
  shard_info info;
  const std::size_t space = text.find(' ');
  info.id = text.substr(0, space);
  if (const std::size_t arrow = info.id.find('<'); arrow != std::string::npos) {
    info.parent = info.id.substr(arrow + 1);
    info.id.resize(arrow);
  }
  if (space == std::string::npos) return info;
  const std::size_t dash = text.find('-', space);
  info.first = sequence_number::parse(text.substr(space + 1, dash - space - 1)).value();
  if (dash + 1 < text.size()) info.last = sequence_number::parse(text.substr(dash + 1)).value();
  return info;
}
stream_page page(const std::vector<std::string>& shards, std::string last_evaluated = "", bool disabled = false) {
  stream_page one;
  for (const std::string& text : shards) one.shards.push_back(shard(text));
  one.last_evaluated = std::move(last_evaluated);
  one.disabled = disabled;
  return one;
}
std::string text(const std::vector<shard_place>& places) {
  std::string all;
  for (const shard_place& one : places) {
    if (!all.empty()) all += ' ';
    all += one.shard;
    switch (one.where) {
      case place::horizon: all += ":oldest"; break;
      case place::newest: all += ":newest"; break;
      case place::at: all += ":at " + one.number.to_string(); break;
      case place::after: all += ":after " + one.number.to_string(); break;
      case place::ended: all += ":ended"; break;
      case place::time: all += ":from " + std::to_string(one.time.time_since_epoch().count()); break;
    }
  }
  return all;
}
std::string text(const std::vector<lost_records>& lost) {
  std::string all;
  for (const lost_records& one : lost) {
    if (!all.empty()) all += ' ';
    all += one.shard + (one.from ? " from " + one.from->to_string() : "");
  }
  return all;
}
shard_graph listed(const starting_point& start, const std::vector<std::string>& shards) {
  shard_graph graph(start);
  EXPECT_TRUE(graph.take(page(shards)));
  return graph;
}
shard_graph resumed(const shard_graph& from, const std::vector<std::string>& shards) {
  shard_graph graph(after(dynamo::stream_position("")), from.places());
  EXPECT_TRUE(graph.take(page(shards)));
  return graph;
}

TEST(shard_graph, says_what_can_be_read_first) {
  struct row {
    const char* what;
    std::vector<std::string> shards;
    starting_point start;
    const char* readable;
  };
  const std::vector<std::string> chain{"A 1-9", "B<A 10-19", "C<B 20-"};
  const std::vector<std::string> split{"A 1-9", "B<A 10-", "C<A 10-"};
  for (const row& r : {
           row{"one open shard", {"A 1-"}, from_oldest, "A:oldest"},
           row{"nothing yet", {}, from_oldest, ""},
           row{"nothing yet", {}, from_newest, ""},
           row{"parents before children", chain, from_oldest, "A:oldest"},
           row{"a split", split, from_oldest, "A:oldest"},
           row{"two roots", {"A 1-", "B 1-"}, from_oldest, "A:oldest B:oldest"},
           row{"parents that are not listed any more count as read",
               {"B<A 10-19", "C<B 20-", "E<D 5-"},
               from_oldest,
               "B:oldest E:oldest"},
           row{"open parent with an open child", {"A 1-", "B<A 10-"}, from_oldest, "A:oldest"},
           row{"a closed leaf", {"A 1-9"}, from_oldest, "A:oldest"},
           row{"a shard that is its own parent", {"A<A 1-"}, from_oldest, "A:oldest"},
           row{"newest", chain, from_newest, "C:newest"},
           row{"newest of a split", split, from_newest, "B:newest C:newest"},
           row{"newest, open parent with an open child", {"A 1-", "B<A 10-"}, from_newest, "A:newest"},
           row{"newest, closed parent between open ones", {"A 1-", "B<A 10-19", "C<B 20-"}, from_newest, "A:newest"},
           row{"newest, closed leaf: whatever follows is new", {"A 1-9"}, from_newest, ""},
           row{"a number in an open shard", chain, after(number(25)), "C:after 25"},
           row{"a number in a closed shard", chain, at(number(12)), "B:at 12"},
           row{"the last number of a shard", chain, after(number(19)), "B:after 19"},
           row{"a number between two shards", {"A 1-9", "B<A 20-"}, after(number(15)), "B:oldest"},
           row{"a number before everything", chain, after(number(0)), "A:after 0"},
           row{"a number below a split", split, after(number(5)), "A:after 5"},
           row{"shards without ranges", {"A"}, after(number(5)), "A:after 5"},
       }) {
    const shard_graph graph = listed(r.start, r.shards);
    EXPECT_FALSE(graph.wants_listing()) << r.what;
    EXPECT_EQ(text(graph.readable()), r.readable) << r.what;
  }
}

TEST(shard_graph, a_number_does_not_say_where_to_go_on_in_shards_side_by_side) {
  for (const auto& shards : {std::vector<std::string>{"A 1-", "B 1-"}, {"A 1-9", "B<A 10-", "C<A 10-"}}) {
    shard_graph graph(after(number(12)));
    const auto taken = graph.take(page(shards));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code(), dynamo::errc::invalid_argument);
    EXPECT_NE(taken.error().message().find("stream_position"), std::string::npos);
  }
}

TEST(shard_graph, asks_for_page_after_page) {
  shard_graph graph(from_oldest);
  EXPECT_TRUE(graph.wants_listing());
  EXPECT_EQ(graph.list_after(), "");
  ASSERT_TRUE(graph.take(page({"A 1-9"}, "A")));
  EXPECT_TRUE(graph.wants_listing());
  EXPECT_EQ(graph.list_after(), "A");
  EXPECT_EQ(text(graph.readable()), "");
  ASSERT_TRUE(graph.take(page({"B<A 10-"}, "B")));
  ASSERT_TRUE(graph.take(page({})));
  EXPECT_FALSE(graph.wants_listing());
  EXPECT_EQ(text(graph.readable()), "A:oldest");
}
TEST(shard_graph, pages_that_do_not_advance_are_an_error) {
  shard_graph graph(from_oldest);
  ASSERT_TRUE(graph.take(page({"A 1-9"}, "A")));
  EXPECT_FALSE(graph.take(page({"A 1-9"}, "A")));
}

TEST(shard_graph, the_end_of_a_shard_leads_to_its_children) {
  shard_graph graph = listed(from_oldest, {"A 1-9", "B<A 10-", "C<A 10-"});
  graph.read_to("A", number(9));
  EXPECT_EQ(text(graph.readable()), "A:after 9");
  graph.ended("A");
  EXPECT_FALSE(graph.wants_listing());
  EXPECT_EQ(text(graph.readable()), "B:oldest C:oldest");
}

TEST(shard_graph, the_end_of_a_shard_without_children_asks_for_a_new_listing) {
  shard_graph graph = listed(from_oldest, {"A 1-"});
  graph.ended("A");
  EXPECT_TRUE(graph.wants_listing());
  ASSERT_TRUE(graph.take(page({"A 1-9"})));  // its child does not show yet
  EXPECT_EQ(text(graph.readable()), "");
  EXPECT_FALSE(graph.exhausted());
  graph.list_again();
  ASSERT_TRUE(graph.take(page({"A 1-9", "B<A 10-"})));
  EXPECT_EQ(text(graph.readable()), "B:oldest");
}
TEST(shard_graph, a_child_that_shows_after_its_parent_is_gone_is_recognised) {
  shard_graph graph = listed(from_oldest, {"A 1-"});
  graph.ended("A");
  ASSERT_TRUE(graph.take(page({})));
  graph.list_again();
  ASSERT_TRUE(graph.take(page({"B<A 10-"})));
  EXPECT_EQ(text(graph.readable()), "B:oldest");
  EXPECT_EQ(text(graph.lost()), "");
}
TEST(shard_graph, a_disabled_stream_is_exhausted_when_every_shard_was_read_to_its_end) {
  shard_graph graph(from_oldest);
  ASSERT_TRUE(graph.take(page({"A 1-9"}, "", true)));
  EXPECT_FALSE(graph.exhausted());
  graph.ended("A");
  EXPECT_FALSE(graph.exhausted());  // until it has been listed again
  ASSERT_TRUE(graph.take(page({"A 1-9"}, "", true)));
  EXPECT_TRUE(graph.exhausted());
}

TEST(shard_graph, a_position_goes_on_where_each_shard_stood) {
  const std::vector<std::string> shards{"A 1-9", "B<A 10-", "C<A 10-", "D 1-"};
  shard_graph graph = listed(from_oldest, shards);
  EXPECT_EQ(text(graph.places()), "A:oldest D:oldest");
  graph.read_to("A", number(5));
  EXPECT_EQ(text(resumed(graph, shards).readable()), "A:after 5 D:oldest");
  graph.ended("A");
  EXPECT_EQ(text(graph.places()), "A:ended D:oldest");
  EXPECT_EQ(text(resumed(graph, shards).readable()), "B:oldest C:oldest D:oldest");
  graph.read_to("B", number(12));
  graph.read_to("D", number(3));
  EXPECT_EQ(text(graph.places()), "B:after 12 D:after 3");  // A is known to be read, because its child is
  const shard_graph later = resumed(graph, shards);
  EXPECT_EQ(text(later.readable()), "B:after 12 C:oldest D:after 3");
  EXPECT_EQ(text(later.lost()), "");
  // A is trimmed, and C, its other child, is not new.
  const shard_graph much_later = resumed(graph, {"B<A 10-", "C<A 10-", "D 1-"});
  EXPECT_EQ(text(much_later.readable()), "B:after 12 C:oldest D:after 3");
  EXPECT_EQ(text(much_later.lost()), "");
}

TEST(shard_graph, what_is_gone_was_lost) {
  shard_graph graph = listed(from_oldest, {"A 1-9", "B<A 10-"});
  graph.read_to("A", number(5));
  struct row {
    const char* what;
    std::vector<std::string> shards;
    const char* lost;
    const char* readable;
  };
  for (const row& r :
       {row{"nothing is", {"A 1-9", "B<A 10-"}, "", "A:after 5"},
        row{"the shard that was being read", {"B<A 10-"}, "A from 5", "B:oldest"},
        row{"that and those after it", {"D<C 30-"}, "A from 5 C", "D:oldest"}, row{"everything", {}, "A from 5", ""}}) {
    shard_graph later = resumed(graph, r.shards);
    EXPECT_EQ(text(later.lost()), r.lost) << r.what;
    EXPECT_EQ(text(later.readable()), r.readable) << r.what;
    EXPECT_EQ(text(resumed(later, r.shards).lost()), r.lost) << r.what;  // it does not become forgotten by resuming
    later.forgive_lost();
    EXPECT_EQ(text(later.lost()), "") << r.what;
    EXPECT_EQ(text(later.readable()), r.readable) << r.what;
    EXPECT_EQ(text(resumed(later, r.shards).lost()), "") << r.what;
  }
  graph.ended("A");
  EXPECT_EQ(text(resumed(graph, {"B<A 10-"}).lost()), "");   // A was read to its end, B follows
  EXPECT_EQ(text(resumed(graph, {"C<B 20-"}).lost()), "B");  // B was never seen
  graph.list_again();
  ASSERT_TRUE(graph.take(page({"C<B 20-"})));  // the same while reading
  EXPECT_EQ(text(graph.lost()), "B");
}

TEST(shard_graph, a_number_before_everything_that_is_left_was_lost) {
  shard_graph graph = listed(after(number(3)), {"B<A 10-19", "C<B 20-"});
  EXPECT_EQ(text(graph.lost()), "B from 3");
  EXPECT_EQ(text(graph.places()), "B:after 3");
  graph.forgive_lost();
  EXPECT_EQ(text(graph.lost()), "");
  EXPECT_EQ(text(graph.readable()), "B:oldest");
}

TEST(shard_graph, beginning_with_the_oldest_loses_nothing) {
  EXPECT_EQ(text(listed(from_oldest, {"B<A 10-19", "C<B 20-"}).lost()), "");
  EXPECT_EQ(text(listed(from_newest, {"B<A 10-19", "C<B 20-"}).lost()), "");
}

TEST(shard_graph, shards_whose_parents_go_in_a_circle_do_not_hang) {
  for (const starting_point& start : {starting_point(from_oldest), starting_point(from_newest), after(number(15))}) {
    shard_graph graph(start);
    (void)graph.take(page({"A<B 1-9", "B<A 10-"}));
    (void)graph.readable();
    EXPECT_FALSE(graph.exhausted());
  }
}

TEST(stream_position, goes_there_and_back) {
  shard_graph graph = listed(from_oldest, {"shardId-00000001414576573621-f55eea83 1-", "B 1-", "C 1-"});
  graph.read_to("B", sequence_number::parse(std::string(40, '9')).value());
  graph.restart("C", place::newest);
  const dynamo::stream_position position = make_position("arn:1", graph.places());
  EXPECT_EQ(position.text().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  const auto places = open_position("arn:1", position.text());
  ASSERT_TRUE(places);
  EXPECT_EQ(*places, graph.places());
  EXPECT_FALSE(open_position("arn:2", position.text()));
  EXPECT_TRUE(open_position("arn:1", make_position("arn:1", {}).text()));
}
TEST(stream_position, what_was_altered_is_refused) {
  const dynamo::stream_position position = make_position("arn:1", listed(from_oldest, {"A 1-", "B 1-"}).places());
  for (std::size_t i = 0; i < position.text().size(); ++i) {
    std::string text = position.text();
    text[i] = text[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(open_position("arn:1", text)) << i;
    EXPECT_FALSE(open_position("arn:1", position.text().substr(0, i))) << i;
  }
  EXPECT_FALSE(open_position("arn:1", position.text() + "=="));
  EXPECT_FALSE(open_position("arn:1", std::string(5'000'000, 'A')));
}

TEST(shard_graph, from_a_time_every_shard_begins_there_and_children_wait_for_their_parents) {
  const starting_point from = from_time(dynamo::instant(std::chrono::microseconds(5)));
  shard_graph graph = listed(from, {"a 1-2", "b<a 3-", "c 1-"});
  EXPECT_EQ(text(graph.readable()), "a:from 5 c:from 5");
  graph.ended("a");
  graph.list_again();
  ASSERT_TRUE(graph.take(page({"a 1-2", "b<a 3-4", "c 1-", "d<b 5-"})));
  EXPECT_EQ(text(graph.readable()), "b:from 5 c:from 5");
  const auto places = graph.places();
  const auto text_of = make_position("arn", places);
  EXPECT_EQ(open_position("arn", text_of.text()).value(), places);
}

}  // namespace
