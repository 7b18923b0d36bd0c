// expects: read\(\) takes the options batch_size, long_poll
#include <dynamo/streams.hpp>
#include <dynamo/table.hpp>

struct user {
  std::string id;
};
#ifdef BREAK
using limit = dynamo::page_size;
#else
using limit = dynamo::streams::batch_size;
#endif

auto application(const std::shared_ptr<dynamo::endpoint>& via) {
  return dynamo::streams::read<user>(via, "users", dynamo::streams::from_oldest, limit(10));
}
