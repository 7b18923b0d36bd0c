#include <dynamo/testing/file_systems.hpp>
#include <engine/storage/file_system.hpp>

#include <testing/disk_state.hpp>
#include <testing/simulated_files.hpp>

#include <random>
#include <utility>

namespace dynamo::testing {
namespace {

class simulated_port final : public file_system {
 public:
  explicit simulated_port(std::shared_ptr<disk_state> disk) : files_(make_rocksdb_files(std::move(disk))) {}
  std::shared_ptr<rocksdb::FileSystem> for_rocksdb() override { return files_; }

 private:
  const std::shared_ptr<rocksdb::FileSystem> files_;
};

}  // namespace

simulated_disk::simulated_disk(simulated_disk_options wanted) : state_(std::make_shared<disk_state>(wanted)) {}
simulated_disk::~simulated_disk() { state_->faults.release(); }

std::shared_ptr<file_system> simulated_disk::files() const { return std::make_shared<simulated_port>(state_); }

void simulated_disk::crash() { state_->crash(nullptr); }

void simulated_disk::crash_with_torn_tail(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  state_->crash(&random);
}

void simulated_disk::fail(disk_fault fault) { state_->faults.set(std::move(fault)); }
void simulated_disk::mend() { state_->faults.set({}); }
void simulated_disk::hold_syncs() { state_->faults.hold(); }
void simulated_disk::wait_for_held_sync() { state_->faults.wait_for_held(); }
void simulated_disk::release_syncs() { state_->faults.release(); }
std::uint64_t simulated_disk::log_syncs() const { return state_->faults.log_syncs(); }

}  // namespace dynamo::testing
