#include <dynamo/protocol/detail/trampoline.hpp>

#include <gtest/gtest.h>

#include <algorithm>

namespace dynamo::detail {
namespace {

TEST(Trampoline, TheCallerGoesOnIfTheAnswerCameInsideOfStart) {
  trampoline jump;
  jump.starting();
  EXPECT_FALSE(jump.completed());
  EXPECT_TRUE(jump.returned());
}

TEST(Trampoline, TheAnswerGoesOnIfStartHadReturned) {
  trampoline jump;
  jump.starting();
  EXPECT_FALSE(jump.returned());
  EXPECT_TRUE(jump.completed());
}

TEST(Trampoline, IsReadyForTheNextRequestAfterEitherOrder) {
  trampoline jump;
  for (const bool inside : {true, true, false, false, true}) {
    jump.starting();
    EXPECT_FALSE(inside ? jump.completed() : jump.returned());
    EXPECT_TRUE(inside ? jump.returned() : jump.completed());
  }
}

/// Sends as many requests as it is told. An answer comes inside of start() or when the test delivers it.
class sender {
 public:
  explicit sender(int requests) : left_(requests) {}

  void go_on() {
    ++depth_;
    deepest_ = std::max(deepest_, depth_);
    while (left_ > 0) {
      --left_;
      jump_.starting();
      start();
      if (!jump_.returned()) break;
    }
    --depth_;
  }
  /// The answer to the last request, after start() has returned.
  void deliver() { complete(); }

  bool answers_inside = true;
  int left() const { return left_; }
  int deepest() const { return deepest_; }

 private:
  void start() {
    if (answers_inside) complete();
  }
  void complete() {
    if (jump_.completed()) go_on();
  }

  trampoline jump_;
  int left_;
  int depth_ = 0;
  int deepest_ = 0;
};

TEST(Trampoline, AThousandAnswersInsideOfStartDoNotDeepenTheStack) {
  sender all(1'000);
  all.go_on();
  EXPECT_EQ(all.left(), 0);
  EXPECT_EQ(all.deepest(), 1);
}

TEST(Trampoline, AnswersThatComeLaterSendOneRequestEach) {
  sender all(3);
  all.answers_inside = false;
  all.go_on();
  EXPECT_EQ(all.left(), 2);
  all.deliver();
  EXPECT_EQ(all.left(), 1);
  all.answers_inside = true;  // and now the last one
  all.deliver();
  EXPECT_EQ(all.left(), 0);
  EXPECT_EQ(all.deepest(), 1);
}

}  // namespace
}  // namespace dynamo::detail
