#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/log.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace dynamo::lambda {

/// A number or a text that stands in a log line beside the message. Not `timestamp`, `level`, `requestId` or `message`.
class log_field {
 public:
  template <std::integral Number>
  log_field(std::string_view name, Number n) noexcept : name_(name), number_(static_cast<std::int64_t>(n)) {}
  log_field(std::string_view name, std::string_view text) noexcept : name_(name), text_(text), is_text_(true) {}

  std::string_view name() const noexcept { return name_; }
  bool is_text() const noexcept { return is_text_; }
  std::string_view text() const noexcept { return text_; }
  std::int64_t number() const noexcept { return number_; }

 private:
  std::string_view name_;
  std::string_view text_;
  std::int64_t number_ = 0;
  bool is_text_ = false;
};

/// Where log lines go. A port: tests put one in its place that keeps them. Thread-safe.
class log_line_sink {
 public:
  virtual ~log_line_sink() = default;
  /// One line, with its end.
  virtual void write(std::string_view line) noexcept = 0;
};

/// Each line in one system call, so that lines of several threads and programs do not mix. Lives for ever.
log_line_sink& standard_error() noexcept;

/// Writes what a function has to say as Lambda's JSON log format has it ("Configuring JSON and plain text log formats", AWS Lambda
/// Developer Guide), one line each:
///
///     {"timestamp":"2026-11-21T17:45:00.123Z","level":"INFO","requestId":"8476a536-...","message":"changes handled","changes":100}
///
/// Levels are DEBUG, INFO, WARN and ERROR. Texts beyond text_size_max bytes are cut; bytes that are no UTF-8 become '?'.
/// Thread-safe. Cost: a microsecond, and what the sink costs.
class logger {
 public:
  static constexpr std::size_t text_size_max = 4'096;

  logger(log_line_sink& to, log_level lowest, const clock& wall) noexcept : to_(&to), wall_(&wall), lowest_(lowest) {}

  bool takes(log_level level) const noexcept { return level >= lowest_; }
  void write(log_level, std::string_view request_id, std::string_view message,
             std::initializer_list<log_field> = {}) const noexcept;

 private:
  log_line_sink* to_;
  const clock* wall_;
  log_level lowest_;
};

/// To standard error, from the level that AWS_LAMBDA_LOG_LEVEL names (TRACE, DEBUG, INFO, WARN, ERROR, FATAL) when this is first called;
/// from INFO without it. Lives for ever.
const logger& default_logger() noexcept;

}  // namespace dynamo::lambda
