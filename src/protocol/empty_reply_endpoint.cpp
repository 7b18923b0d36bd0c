#include <dynamo/protocol/detail/empty_reply_endpoint.hpp>

namespace dynamo::detail {
namespace {

class always_empty final : public endpoint {
  result<reply> call(request) override { return reply(); }
  void start(request, reply_sink& sink) override { sink.complete(reply()); }
};

}  // namespace

const std::shared_ptr<endpoint>& empty_reply_endpoint() {
  static const std::shared_ptr<endpoint> instance = std::make_shared<always_empty>();
  return instance;
}

}  // namespace dynamo::detail
