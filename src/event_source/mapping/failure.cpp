#include <dynamo/event_source/failure.hpp>

#include <dynamo/base/detail/time_text.hpp>
#include <dynamo/json/writer.hpp>

#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace dynamo::event_source {
namespace {

/// "2026-01-01T00:00:00.000Z", as JSON; null if there is none.
std::string time_json(const std::optional<instant>& at, time_precision precision) {
  return at ? '"' + time_text(*at, precision) + "Z\"" : "null";
}

std::string quoted(std::string_view text) {
  json::buffer out;
  json::write_string(out, text);
  return std::string(out.view());
}

class lines_in_file final : public failure_destination {
 public:
  explicit lines_in_file(int file) : file_(file) {}
  lines_in_file(const lines_in_file&) = delete;
  lines_in_file& operator=(const lines_in_file&) = delete;
  ~lines_in_file() override { ::close(file_); }

  result<void> take(const failure& what, std::span<const event_record>) override {
    std::string line = failure_record(what) + '\n';
    if (torn_) line.insert(0, 1, '\n');
    torn_ = true;  // until all of it is there
    for (std::string_view rest = line; !rest.empty();) {
      const ssize_t written = ::write(file_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return problem("written");
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fdatasync(file_) != 0) return problem("synced");
    torn_ = false;
    return {};
  }
  /// Looks at what an earlier process left.
  void begin() {
    char last = '\n';
    const off_t size = ::lseek(file_, 0, SEEK_END);
    torn_ = size > 0 && ::pread(file_, &last, 1, size - 1) == 1 && last != '\n';
  }

 private:
  static std::unexpected<error> problem(const char* what) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    return fail(errc::storage, std::string("a failure record cannot be ") + what + ": " + std::strerror(errno));
  }

  int file_;
  bool torn_ = false;
};

class calls_back final : public failure_destination {
 public:
  using callback = std::function<result<void>(std::string_view, std::span<const event_record>)>;
  explicit calls_back(callback c) : callback_(std::move(c)) {}
  result<void> take(const failure& what, std::span<const event_record> records) override {
    return callback_(failure_record(what), records);
  }

 private:
  callback callback_;
};

}  // namespace

std::string failure_record(const failure& what) {
  const std::string_view condition =
      what.why == failure::condition::retry_attempts_exhausted ? "RetryAttemptsExhausted" : "RecordAgeExceeded";
  return fmt::format(
      R"({{"requestContext":{{"requestId":{},"functionArn":{},"condition":"{}","approximateInvokeCount":{}}},)"
      R"("responseContext":{{"statusCode":200,"executedVersion":"$LATEST","functionError":{}}},)"
      R"("version":"1.0","timestamp":{},)"
      R"("DDBStreamBatchInfo":{{"shardId":{},"startSequenceNumber":"{}","endSequenceNumber":"{}",)"
      R"("approximateArrivalOfFirstRecord":{},"approximateArrivalOfLastRecord":{},"batchSize":{},"streamArn":{}}}}})",
      quoted(what.request_id), quoted(what.function_arn), condition, what.invoke_count,
      what.function_error ? "\"Unhandled\"" : "null", time_json(what.time, time_precision::milliseconds),
      quoted(what.shard), what.first.to_string(), what.last.to_string(),
      time_json(what.first_arrival, time_precision::seconds), time_json(what.last_arrival, time_precision::seconds),
      what.batch_size, quoted(what.stream_arn));
}

result<std::shared_ptr<failure_destination>> json_lines_file(const std::string& path) {
  constexpr mode_t for_everyone = 0666;  // as far as the umask lets
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, for_everyone);
  if (file < 0) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    return fail(errc::invalid_argument, "the file for failure records, " + path + ": " + std::strerror(errno));
  }
  auto lines = std::make_shared<lines_in_file>(file);
  lines->begin();
  return lines;
}

std::shared_ptr<failure_destination> call_on_failure(calls_back::callback c) {
  return std::make_shared<calls_back>(std::move(c));
}

}  // namespace dynamo::event_source
