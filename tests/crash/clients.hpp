#pragma once

#include "verify_crash.hpp"

#include <dynamo/protocol/endpoint.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace dynamo::crash {

/// Clients of one round, a thread each, which write through an endpoint until it fails them, and keep what was acknowledged.
class clients {
 public:
  clients(endpoint& db, std::uint64_t seed, int round) : db_(db), seed_(seed), round_(round) {}

  /// Works until the writes fail that were begun before or during `end`, which is called on one of the clients' threads as soon as
  /// `after` writes are acknowledged. What fails earlier is a complaint.
  report work(int after, const std::function<void()>& end);

 private:
  void write(int thread);
  bool ask(operation_name, const std::string& body);

  endpoint& db_;
  const std::uint64_t seed_;
  const int round_;
  int after_ = 0;
  const std::function<void()>* end_ = nullptr;
  std::atomic<int> acknowledged_ = 0;
  std::atomic<bool> ending_ = false;
  std::mutex mutex_;
  report told_;
};

}  // namespace dynamo::crash
