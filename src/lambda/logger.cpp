#include <dynamo/lambda/logger.hpp>

#include "text.hpp"

#include <dynamo/base/detail/time_text.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/writer.hpp>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <string>

#include <unistd.h>

namespace dynamo::lambda {
namespace {

class error_stream final : public log_line_sink {
 public:
  void write(std::string_view line) noexcept override {
    while (!line.empty()) {
      const auto written = ::write(STDERR_FILENO, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;  // nobody is left to be told
      line.remove_prefix(static_cast<std::size_t>(written));
    }
  }
};

std::string_view name_of(log_level level) noexcept {
  switch (level) {
    case log_level::debug: return "DEBUG";
    case log_level::info: return "INFO";
    case log_level::warning: return "WARN";
    case log_level::error: return "ERROR";
  }
  return "ERROR";
}

log_level level_named(std::string_view name) noexcept {
  if (name == "TRACE" || name == "DEBUG") return log_level::debug;
  if (name == "WARN") return log_level::warning;
  if (name == "ERROR" || name == "FATAL") return log_level::error;
  return log_level::info;
}

void add_text(json::buffer& line, std::string_view name, std::string_view text) {
  line.append(line.empty() ? '{' : ',');
  json::write_string(line, clean_text(name, logger::text_size_max));
  line.append(':');
  json::write_string(line, clean_text(text, logger::text_size_max));
}

void add_number(json::buffer& line, std::string_view name, std::int64_t number) {
  line.append(',');
  json::write_string(line, clean_text(name, logger::text_size_max));
  line.append(':');
  json::write_integer(line, number);
}

}  // namespace

log_line_sink& standard_error() noexcept {
  static error_stream stream;
  return stream;
}

void logger::write(log_level level, std::string_view request_id, std::string_view message,
                   std::initializer_list<log_field> fields) const noexcept {
  if (!takes(level)) return;
  try {
    json::buffer line;
    add_text(line, "timestamp", time_text(wall_->now(), time_precision::milliseconds) + "Z");
    add_text(line, "level", name_of(level));
    if (!request_id.empty()) add_text(line, "requestId", request_id);
    add_text(line, "message", message);
    for (const log_field& each : fields) {
      if (each.is_text()) {
        add_text(line, each.name(), each.text());
      } else {
        add_number(line, each.name(), each.number());
      }
    }
    line.append("}\n");
    to_->write(line.view());
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): no memory for a line is no reason to end
  }
}

const logger& default_logger() noexcept {
  static const logger instance = [] {
    const char* lowest = std::getenv("AWS_LAMBDA_LOG_LEVEL");  // NOLINT(concurrency-mt-unsafe): nobody writes it
    return logger(standard_error(), level_named(lowest != nullptr ? lowest : ""), system_clock());
  }();
  return instance;
}

}  // namespace dynamo::lambda
