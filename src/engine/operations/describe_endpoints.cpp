#include "operations.hpp"

#include <dynamo/json/buffer.hpp>
#include <engine/parameters/name_parameters.hpp>
#include <engine/tables/object_writer.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace dynamo::engine {
namespace {

struct described_endpoint {
  /// The client is where it should be. AWS's own address would lead it away from its test database, to an account.
  std::string_view address = "localhost";
  std::uint64_t cache_period_minutes = 1440;  // as AWS answers
};

reply write(const described_endpoint& came) {
  json::buffer out;
  object_writer answer(out);
  write_array(answer.name("Endpoints"), std::span(&came, 1), [](json::buffer& to, const described_endpoint& one) {
    object_writer endpoint(to);
    endpoint.member("Address", one.address);
    endpoint.member("CachePeriodInMinutes", one.cache_period_minutes);
    endpoint.end();
  });
  answer.end();
  return reply(std::move(out));
}

}  // namespace

result<reply> describe_endpoints(const engine_core&, const request& r) {
  if (auto read = read_no_parameters(r); !read) return std::unexpected(read.error());
  return write(described_endpoint());
}

}  // namespace dynamo::engine
