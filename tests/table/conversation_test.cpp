#include <table/requests/conversation.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace dynamo {
namespace {

/// Completes when it is told to, as an endpoint with a thread of its own does.
class waiting_endpoint final : public endpoint {
 public:
  result<reply> call(request) override { return fail(errc::not_supported, "not part of the test"); }
  void start(request, reply_sink& sink) override { sink_ = &sink; }
  void answer() { std::exchange(sink_, nullptr)->complete(reply(json::buffer("{}"))); }

 private:
  reply_sink* sink_ = nullptr;
};

struct two_requests final : detail::conversation {
  int answers = 0;
  std::optional<request> next(result<reply>&) override {
    if (++answers == 2) return std::nullopt;
    return request(operation_name::get_item, json::buffer("{}"));
  }
};

struct counting_sink final : reply_sink {
  explicit counting_sink(const std::shared_ptr<waiting_endpoint>& e) : watched(e) {}
  void complete(result<reply>) noexcept override { owners = watched.use_count(); }
  const std::shared_ptr<waiting_endpoint>& watched;
  long owners = 0;
};

// It did, and a database whose last handle the receiver of the outcome dropped was then destroyed by its own thread.
TEST(Conversation, HeldTheEndpointAfterItsOutcomeWasTold) {
  const auto inner = std::make_shared<waiting_endpoint>();
  counting_sink outcome(inner);
  auto via = detail::converse(inner, std::make_unique<two_requests>());
  via->start(request(operation_name::get_item, json::buffer("{}")), outcome);
  via.reset();
  inner->answer();
  inner->answer();
  EXPECT_EQ(outcome.owners, 1);
}

}  // namespace
}  // namespace dynamo
