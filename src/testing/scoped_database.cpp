#include <dynamo/testing/scoped_database.hpp>

#include <dynamo/base/log.hpp>
#include <dynamo/database.hpp>
#include <dynamo/remote/default_endpoint.hpp>

#include <cstdlib>
#include <utility>

namespace dynamo::testing {
namespace {

database_options with_clock(const clock& time) {
  database_options options;
  options.time = &time;
  return options;
}

std::shared_ptr<endpoint> open(const database_options& options) {
  result<database> opened = database::in_memory(options);
  if (!opened) {
    // A test without its database can tell nothing.
    log(log_level::error, "The in-memory database of a test could not be opened: " + opened.error().describe());
    std::abort();
  }
  return opened->endpoint();
}

void make_default(const std::shared_ptr<endpoint>& next) {
  const result<void> set = set_default_endpoint(next, if_set::replace);
  if (!set) log(log_level::error, "A scoped database: " + set.error().describe());
}

}  // namespace

scoped_database::scoped_database(const database_options& options)
    : database_(open(options)), routed_(database_), before_(current_default_endpoint()) {
  make_default(routed_);
}

scoped_database::scoped_database(const clock& time) : scoped_database(with_clock(time)) {}

scoped_database::~scoped_database() {
  if (current_default_endpoint() != routed_) {
    log(log_level::error,
        "A scoped database ended, but the default endpoint was another one: scopes end in the reverse order of their "
        "beginning, and nothing else replaces the default inside of one");
  }
  make_default(before_);
}

void scoped_database::route_through(std::shared_ptr<dynamo::endpoint> next) {
  routed_ = std::move(next);
  make_default(routed_);
}

}  // namespace dynamo::testing
