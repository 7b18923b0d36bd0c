#include <dynamo/decorators/logging_observer.hpp>

#include <dynamo/decorators/observed.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace dynamo {
namespace {

constexpr std::size_t word_size_max = 256;
constexpr std::size_t message_size_max = 1'000;

/// A text from outside, on one line.
std::string clean(std::string_view text, std::size_t size_max = word_size_max) {
  std::string out(text.substr(0, size_max));
  std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }, '?');
  if (text.size() > size_max) out += "...";
  return out;
}

/// "users", "users and 2 more", "-".
std::string names_for(const std::vector<std::string>& tables) {
  if (tables.empty()) return "-";
  if (tables.size() == 1) return clean(tables.front());
  return fmt::format("{} and {} more", clean(tables.front()), tables.size() - 1);
}

double ms_of(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }

/// The words of those that arise between this program and the service. Others may quote an item.
bool has_harmless_message(const error& why) {
  switch (why.code()) {
    case errc::transport:
    case errc::timed_out:
    case errc::unavailable: return why.detail().type.empty();
    default: return false;
  }
}

/// "throttled (ProvisionedThroughputExceededException)"
std::string words_for(const error& why) {
  std::string text(to_string(why.code()));
  std::string_view type = why.detail().type;
  type.remove_prefix(type.rfind('#') + 1);  // none: all of it
  if (!type.empty()) text += fmt::format(" ({})", clean(type));
  if (has_harmless_message(why)) text += fmt::format(" ({})", clean(why.message(), message_size_max));
  return text;
}

bool is_expected(const error& why) { return why.code() == errc::cancelled || why.conditional_check_failed(); }

std::string line_for(const call_report& call, std::string_view tables) {
  std::string line = fmt::format("{} {} ", to_string(call.operation), tables);
  line += call.failure() != nullptr ? "failed: " + words_for(*call.failure()) : "was slow:";
  line += fmt::format("{} {} attempt{} in {:.3f} ms", call.failure() != nullptr ? " after" : "", call.attempts(),
                      call.attempts() == 1 ? "" : "s", ms_of(call.time));
  if (!call.request_id().empty()) line += ", request " + clean(call.request_id());
  return line;
}

std::string line_for(const attempt_report& attempt, std::string_view tables) {
  std::string line = fmt::format("{} {}: attempt {} at {} failed: {}", to_string(attempt.operation), tables,
                                 attempt.attempt, clean(attempt.host), words_for(*attempt.failure));
  if (attempt.status != 0) line += fmt::format(", status {}", attempt.status);
  if (!attempt.request_id.empty()) line += ", request " + clean(attempt.request_id);
  if (!attempt.extended_id.empty()) line += ", id 2 " + clean(attempt.extended_id);
  const attempt_times& t = attempt.times;
  line += fmt::format(
      ", connection {}{}, {} bytes sent, {} received, {:.3f} ms: wait {:.3f}, connect {:.3f}, handshake {:.3f}, write "
      "{:.3f}, first byte {:.3f}, read {:.3f}",
      to_string(attempt.connection), attempt.resent ? " after a stale one" : "", attempt.bytes_sent,
      attempt.bytes_received, ms_of(t.total), ms_of(t.wait), ms_of(t.connect), ms_of(t.handshake), ms_of(t.write),
      ms_of(t.first_byte), ms_of(t.read));
  return line;
}

class call_logger final : public call_observer {
 public:
  explicit call_logger(const call_log_settings& settings) : settings_(settings) {}

  call_notes call_begins(const request& r) noexcept override {
    call_notes notes;
    notes.state = std::make_shared<std::string>(names_for(tables_named_by(r)));
    return notes;
  }

  void attempt_ended(const attempt_report& what, void* tables) noexcept override {
    if (what.failure != nullptr) log(log_level::debug, line_for(what, *static_cast<const std::string*>(tables)));
  }

  void circuit_changed(const retry_tokens& now, void*) noexcept override {
    log(settings_.failed,
        fmt::format("retries of DynamoDB calls: the circuit is {}, with {} of {} tokens",
                    now.circuit_open ? "open: calls that fail are not tried again" : "closed", now.left, now.max));
  }

  void call_ended(const call_report& what, void* tables) noexcept override {
    const error* const why = what.failure();
    if (why == nullptr && (settings_.slow.count() <= 0 || what.time < settings_.slow)) return;
    const log_level level = why == nullptr      ? settings_.slow_level
                            : is_expected(*why) ? log_level::debug
                                                : settings_.failed;
    log(level, line_for(what, *static_cast<const std::string*>(tables)));
  }

 private:
  const call_log_settings settings_;
};

}  // namespace

std::shared_ptr<call_observer> logging_observer(const call_log_settings& settings) {
  return std::make_shared<call_logger>(settings);
}

}  // namespace dynamo
