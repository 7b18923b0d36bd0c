#include <dynamo/decorators/recorded.hpp>

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/base/log.hpp>

#include <decorators/exchange.hpp>
#include <decorators/interpose.hpp>
#include <decorators/redact.hpp>
#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <mutex>
#include <system_error>
#include <utility>

namespace dynamo {
namespace {

/// Errors in whose words the service repeats what it was sent.
bool may_quote_values(errc code) {
  return code == errc::validation || code == errc::serialization || code == errc::unrecognized;
}

/// The lines of one recording. Thread-safe.
class recorder {
 public:
  recorder(std::shared_ptr<recording_sink> sink, const recording_options& options)
      : sink_(std::move(sink)), options_(options) {
    const std::string header = write_header({options_.redacted});
    written_ = header.size() + 1;
    if (written_ + closing_.size() + 1 > options_.bytes_max) {
      end_at_limit();
    } else {
      keep(header);
    }
  }
  /// Every call has been answered, and none can come: what stands in the recording is all there was.
  ~recorder() { close(); }
  recorder(const recorder&) = delete;
  recorder& operator=(const recorder&) = delete;

  plain_copy copy(std::string_view body) const {
    auto copied = copy_redacted(body, options_.redacted);
    return copied ? std::move(*copied) : plain_copy{json::buffer("null"), false};
  }

  void add(operation_name operation, const plain_copy& sent, const result<reply>& answer) {
    exchange one;
    one.operation = operation;
    one.request = sent.text.view();
    if (answer) {
      one.reply = copy(answer->body.view()).text.view();
      one.request_id = answer->request_id;
      one.attempts = answer->attempts;
    } else {
      one.error = answer.error().detail();
      one.request_id = one.error.request_id;
      one.attempts = one.error.attempts;
      if (!one.error.body.empty()) one.error.body = copy(one.error.body).text.view();
      if (sent.redacted && may_quote_values(one.error.code)) {
        one.error.message = "[redacted]";
        one.error.body.clear();
      }
    }
    write(write_exchange(one));
  }

 private:
  void write(const std::string& line) {
    const std::scoped_lock lock(mutex_);
    if (ended_) return;
    std::string closing = write_closing(exchanges_ + 1);
    if (written_ + line.size() + 1 + closing.size() + 1 > options_.bytes_max) {
      close();
      return end_at_limit();
    }
    if (!keep(line)) return;
    written_ += line.size() + 1;
    ++exchanges_;
    closing_ = std::move(closing);
  }
  bool keep(std::string_view line) {
    if (sink_->line(line)) return true;
    ended_ = true;
    log(log_level::warning, "A recording could not be written and ends here");
    return false;
  }
  void end_at_limit() {
    ended_ = true;
    log(log_level::warning,
        fmt::format("A recording has reached its limit of {} bytes and ends here", options_.bytes_max));
  }
  /// Nobody is left to be told that the last line failed: the reader of the recording will miss it.
  void close() noexcept {
    if (!ended_) (void)sink_->line(closing_);
  }

  const std::shared_ptr<recording_sink> sink_;
  const recording_options options_;
  std::mutex mutex_;
  std::uint64_t written_ = 0;
  std::uint64_t exchanges_ = 0;
  std::string closing_ = write_closing(0);  ///< made in advance: a destructor must not fail
  bool ended_ = false;
};

class recorded_endpoint final : public endpoint {
 public:
  recorded_endpoint(std::shared_ptr<endpoint> inner, std::shared_ptr<recorder> to)
      : inner_(std::move(inner)), recorder_(std::move(to)) {}

  result<reply> call(request r) override {
    if (!process_.is_this()) return made_before_fork(this_recording);
    const operation_name operation = r.operation;
    const plain_copy sent = recorder_->copy(r.body.view());
    result<reply> answer = inner_->call(std::move(r));
    recorder_->add(operation, sent, answer);
    return answer;
  }

  void start(request r, reply_sink& outcome) override {
    if (!process_.is_this()) return outcome.complete(made_before_fork(this_recording));
    const operation_name operation = r.operation;
    plain_copy sent = recorder_->copy(r.body.view());
    start_and_then(*inner_, std::move(r), outcome,
                   [to = recorder_, operation, sent = std::move(sent)](const result<reply>& answer) {
                     to->add(operation, sent, answer);
                   });
  }

 private:
  static constexpr std::string_view this_recording = "The recording of this endpoint";

  const own_process process_;
  std::shared_ptr<endpoint> inner_;
  std::shared_ptr<recorder> recorder_;
};

class file_sink final : public recording_sink {
 public:
  explicit file_sink(std::FILE* file) : file_(file) {}
  ~file_sink() override { std::fclose(file_); }
  file_sink(const file_sink&) = delete;
  file_sink& operator=(const file_sink&) = delete;

  bool line(std::string_view text) noexcept override {
    return std::fwrite(text.data(), 1, text.size(), file_) == text.size() && std::fputc('\n', file_) != EOF &&
           std::fflush(file_) == 0;
  }

 private:
  std::FILE* file_;
};

}  // namespace

std::shared_ptr<endpoint> recorded(std::shared_ptr<endpoint> inner, std::shared_ptr<recording_sink> sink,
                                   const recording_options& options) {
  // A child of fork() shares the file, but has no line to write.
  std::shared_ptr<recorder> to(new recorder(std::move(sink), options), delete_in_own_process());
  return std::make_shared<recorded_endpoint>(or_absent(std::move(inner)), std::move(to));
}

result<std::shared_ptr<recording_sink>> recording_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) {
    return fail(errc::storage, fmt::format("The recording {} cannot be written: {}", path,
                                           std::error_code(errno, std::generic_category()).message()));
  }
  return std::shared_ptr<file_sink>(new file_sink(file), delete_in_own_process());
}

}  // namespace dynamo
