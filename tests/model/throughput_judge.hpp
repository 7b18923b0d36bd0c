#pragma once

#include "meant_request.hpp"
#include "storage.hpp"
#include "throughput_levels.hpp"

#include <dynamo/protocol/endpoint.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::model {

/// An endpoint around that of a storage whose tables have little throughput. Makes tables with provisioned throughput, asks each request for
/// what it consumes, and judges whether what is throttled had to be; statements as the item operations that they are. What is throttled is sent again when there is throughput: so a sequence
/// comes to the same as without, if what was throttled has left no trace. Time passes only as it says.
///
/// Not thread-safe.
class throughput_judge final : public endpoint {
 public:
  /// The storage outlives it, and enforces throughput.
  explicit throughput_judge(storage& on) : on_(on) {}

  result<reply> call(request) override;
  void start(request r, reply_sink& to) override { to.complete(call(std::move(r))); }

  /// The process has ended, and the next one has begun.
  void begin_anew() { levels_.begin_anew(); }
  /// Lets time pass between two operations.
  void idle(std::chrono::microseconds);

  /// What was throttled or admitted without reason.
  const std::optional<std::string>& problem() const noexcept { return problem_; }
  unsigned throttled() const noexcept { return throttled_; }

 private:
  enum class outcome : unsigned char { done, throttled };

  result<reply> change_tables(request);
  result<reply> consume(request);
  void wait_for_room(const meant_request&);
  outcome judge(const meant_request&, const std::string& body, const result<reply>&);
  void charge_reported(operation_name, std::string_view reply_body);
  void charge_one(operation_name, std::string_view consumed);
  void charge_failed(const meant_request&, const error&);
  void charge_failed_statements(const meant_request&, const std::string& body, std::string_view reply_body);
  void expect_admitted(const std::string& of, use);
  void expect_refused(const std::vector<std::string>& of, use, std::string_view why);
  void wait_until_admitted(const std::vector<std::string>& of, use);
  std::vector<std::string> indexes_of(const std::string& table) const;

  storage& on_;
  throughput_levels levels_;
  std::map<std::string, std::chrono::microseconds> made_;  // tables, by the time that had passed
  std::chrono::microseconds passed_{0};
  unsigned made_count_ = 0;
  unsigned throttled_ = 0;
  std::optional<std::string> problem_;
};

}  // namespace dynamo::model
