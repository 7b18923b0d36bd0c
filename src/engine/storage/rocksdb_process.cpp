#include "rocksdb_process.hpp"

#include <dynamo/base/detail/own_process.hpp>

#include <rocksdb/env.h>

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace dynamo::engine {
namespace {

const own_process& first_user() {
  static const own_process process;
  return process;
}

void end_child(int status, void*) {
  if (first_user().is_this()) return;
  (void)std::fflush(nullptr);
  ::_exit(status);
}

}  // namespace

result<void> enter_rocksdb_process() {
  if (!first_user().is_this()) return made_before_fork("A database of this process's parent");
  // An open that fails has begun threads, too. What waits for them in exit() must be made before.
  (void)rocksdb::Env::Default();
  [[maybe_unused]] static const int registered = ::on_exit(end_child, nullptr);
  return {};
}

void guard_exit_of_children() { [[maybe_unused]] static const int registered = ::on_exit(end_child, nullptr); }

}  // namespace dynamo::engine
