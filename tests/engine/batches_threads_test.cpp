// Batches beside other callers.
#include "batch_fixture.hpp"

#include <atomic>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

class batches : public batch_fixture {};

std::string number_in(const std::string& item) { return text_member(member(item, "v").value_or(""), "S"); }

TEST_F(batches, a_batch_is_read_as_it_was_at_one_moment) {
  put("first", "0");
  put("second", "0", "others");
  std::atomic<bool> finished = false;
  std::thread writer([&] {
    for (int i = 1; i <= 2'000; ++i) {
      put("first", std::to_string(i));
      put("second", std::to_string(i), "others");
    }
    finished = true;
  });
  const std::string body = R"({"RequestItems":{"others":{"Keys":[)" + key_text("second") + R"(]},"things":{"Keys":[)" +
                           key_text("first") + "]}}}";
  while (!finished) {
    const std::string responses = member(told(operation_name::batch_get_item, body), "Responses").value_or("");
    const int first = std::stoi(number_in(elements(member(responses, "things").value_or("")).at(0)));
    const int second = std::stoi(number_in(elements(member(responses, "others").value_or("")).at(0)));
    EXPECT_TRUE(first == second || first == second + 1) << first << " " << second;
  }
  writer.join();
}

// A caller of several enqueue() may be made the leader by each of them while it enqueues the next.
TEST_F(batches, of_several_callers_and_single_writes_tell_one_story) {
  constexpr int callers = 6, rounds = 60;
  std::vector<std::thread> at_work;
  for (int caller = 0; caller < callers; ++caller) {
    at_work.emplace_back([&, caller] {
      for (int round = 0; round < rounds; ++round) {
        const std::string value = std::to_string(caller) + "." + std::to_string(round);
        if (caller % 3 == 0) {
          put("k" + std::to_string(round % 30), value);
          continue;
        }
        std::vector<std::string> requests;
        for (int i = 0; i < 25; ++i) {
          const std::string pk = "k" + std::to_string((round + i) % 30);
          requests.push_back(i % 7 == 0 ? delete_text(pk) : put_text(pk, value));
        }
        if (caller % 3 == 1) {
          EXPECT_EQ(write(requests).to_string(), R"({"UnprocessedItems":{}})");
        } else {
          kept_answer kept;
          db_->start(request(operation_name::batch_write_item, json::buffer(batch_text(requests))), kept);
          EXPECT_EQ(kept.get().to_string(), R"({"UnprocessedItems":{}})");
        }
      }
    });
  }
  for (std::thread& one : at_work) one.join();
  EXPECT_EQ(contents(), folded());
}

TEST_F(batches, into_a_table_that_goes_lose_nothing_that_they_do_not_name) {
  std::atomic<bool> finished = false;
  std::thread churn([&] {
    for (int i = 0; i < 50; ++i) {
      EXPECT_TRUE(call(operation_name::delete_table, R"({"TableName":"others"})").ok);
      make_table("others");
    }
    finished = true;
  });
  for (int round = 0; !finished; ++round) {
    const std::string value = std::to_string(round);
    const answer came = call(operation_name::batch_write_item,
                             R"({"RequestItems":{"things":[)" + put_text("a", value) + R"(],"others":[)" +
                                 joined({put_text("b", value), put_text("c", value)}) + "]}}");
    if (!came.ok) {
      EXPECT_EQ(came.code, errc::resource_not_found);
      continue;
    }
    EXPECT_EQ(contents()["a"], item_text("a", value));
  }
  churn.join();
}

}  // namespace
