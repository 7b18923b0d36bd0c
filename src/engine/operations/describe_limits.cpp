#include "operations.hpp"

#include <dynamo/json/buffer.hpp>
#include <engine/parameters/name_parameters.hpp>
#include <engine/tables/object_writer.hpp>

#include <cstdint>
#include <utility>

namespace dynamo::engine {
namespace {

/// Units a second that may be provisioned. The engine limits none, so it tells what a new AWS account is granted. Source: Quotas,
/// "Throughput default quotas".
struct described_limits {
  std::uint64_t account_read_units = 80'000;
  std::uint64_t account_write_units = 80'000;
  std::uint64_t table_read_units = 40'000;
  std::uint64_t table_write_units = 40'000;
};

reply write(const described_limits& came) {
  json::buffer out;
  object_writer answer(out);
  answer.member("AccountMaxReadCapacityUnits", came.account_read_units);
  answer.member("AccountMaxWriteCapacityUnits", came.account_write_units);
  answer.member("TableMaxReadCapacityUnits", came.table_read_units);
  answer.member("TableMaxWriteCapacityUnits", came.table_write_units);
  answer.end();
  return reply(std::move(out));
}

}  // namespace

result<reply> describe_limits(const engine_core&, const request& r) {
  if (auto read = read_no_parameters(r); !read) return std::unexpected(read.error());
  return write(described_limits());
}

}  // namespace dynamo::engine
