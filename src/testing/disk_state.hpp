#pragma once

#include <dynamo/testing/file_systems.hpp>

#include <testing/disk_faults.hpp>
#include <testing/volatile_files.hpp>

#include <atomic>
#include <random>

namespace dynamo::testing {

/// What a simulated disk and the files that are open on it share.
class disk_state {
 public:
  explicit disk_state(simulated_disk_options wanted) : options(wanted), files(wanted.drop_unsynced) {}

  const simulated_disk_options options;
  volatile_files files;
  disk_faults faults;
  std::atomic<bool> crashed = false;

  void crash(std::mt19937_64* torn) {
    crashed = true;
    files.crash(torn);
    faults.release();
  }
};

}  // namespace dynamo::testing
