#pragma once

#include "../stream_fixture.hpp"

#include <dynamo/testing/file_systems.hpp>
#include <engine/operation_table.hpp>
#include <engine/operations/engine_core.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace dynamo::engine_tests {

/// Executes operations on a core that the test sees.
class core_endpoint final : public endpoint {
 public:
  explicit core_endpoint(engine::engine_core& core) : core_(core) {}
  result<reply> call(request r) override { return engine::execute(*engine::execution_of(r.operation), core_, r); }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

 private:
  engine::engine_core& core_;
};

/// A core on what the options open; null, with a failure noted, if that fails.
inline std::unique_ptr<engine::engine_core> loaded_core(result<std::unique_ptr<engine::store>> rows,
                                                        const database_options& how) {
  EXPECT_TRUE(rows) << rows.error().describe();
  if (!rows) return nullptr;
  auto core = std::make_unique<engine::engine_core>(*std::move(rows), how);
  const auto loaded = core->load();
  EXPECT_TRUE(loaded) << loaded.error().describe();
  return loaded ? std::move(core) : nullptr;
}
inline std::unique_ptr<engine::engine_core> core_in_memory() {
  const database_options how;
  return loaded_core(engine::open_memory_store(how), how);
}

/// A stream_fixture, or what derives from it, whose database is a core on a simulated disk.
template <class Fixture>
class on_simulated_disk : public Fixture {
 protected:
  void SetUp() override { reopen(); }
  void TearDown() override { close(); }

  /// On a disk without faults.
  void reopen() {
    close();
    disk_.emplace();
    database_options how = this->options();
    how.durability = durability::power_loss;
    how.files = disk_->files();
    core_ = loaded_core(engine::open_store(this->path(), how), how);
    ASSERT_TRUE(core_);
    this->db_ = std::make_shared<core_endpoint>(*core_);
  }
  void close() {
    this->db_.reset();
    core_.reset();
  }
  void begin_anew() {
    close();
    std::filesystem::remove_all(this->path());
    reopen();
  }

  std::optional<dynamo::testing::simulated_disk> disk_;
  std::unique_ptr<engine::engine_core> core_;
};

}  // namespace dynamo::engine_tests
