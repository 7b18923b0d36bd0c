#include <dynamo/decorators/replayed.hpp>

#include <decorators/consumed.hpp>
#include <decorators/exchange.hpp>
#include <decorators/redact.hpp>
#include <fmt/core.h>

#include <cerrno>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

namespace dynamo {

struct replayed::state {
  using key = std::pair<operation_name, std::string>;

  key key_of(operation_name operation, std::string_view body) const {
    auto copied = copy_redacted(body, header.redacted, copy_for::comparison);
    return {operation, copied ? std::string(copied->text.view()) : std::string()};
  }

  recording_header header;
  mutable std::mutex mutex;
  std::map<key, std::deque<exchange>> exchanges;  ///< without empty queues
  std::size_t remaining = 0;
};

replayed::replayed(std::unique_ptr<state> s) : state_(std::move(s)) {}
replayed::~replayed() = default;

result<std::shared_ptr<replayed>> replayed::from_text(std::string_view recording) {
  auto loaded = std::make_unique<state>();
  std::optional<std::uint64_t> closing;
  for (std::size_t number = 1; number == 1 || !recording.empty(); ++number) {
    const std::size_t end = recording.find('\n');
    const std::string_view line = recording.substr(0, end);
    recording.remove_prefix(end == std::string_view::npos ? recording.size() : end + 1);
    if (number == 1) {
      auto header = read_header(line);
      if (!header) return fail(header.error());
      loaded->header = std::move(*header);
      continue;
    }
    if (closing) return fail(errc::decoding, fmt::format("Line {}: trailing data after the closing line", number));
    if (loaded->header.version >= recording_header::closed_since) {
      closing = read_closing(line);
      if (closing) continue;
    }
    auto one = read_exchange(line);
    if (!one) return fail(errc::decoding, fmt::format("Line {}: {}", number, one.error().message()));
    auto key = loaded->key_of(one->operation, one->request);
    loaded->exchanges[std::move(key)].push_back(std::move(*one));
    ++loaded->remaining;
  }
  if (loaded->header.version >= recording_header::closed_since) {
    if (!closing) {
      return fail(errc::decoding,
                  fmt::format("The recording ends after {} exchanges without its closing line: it was cut, or its "
                              "writer is still open or was killed. Record it again",
                              loaded->remaining));
    }
    if (*closing != loaded->remaining) {
      return fail(errc::decoding,
                  fmt::format("The recording has {} exchanges, and its closing line says {}: lines are missing or "
                              "were added. Record it again",
                              loaded->remaining, *closing));
    }
  }
  return std::shared_ptr<replayed>(new replayed(std::move(loaded)));
}

result<std::shared_ptr<replayed>> replayed::from_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) {
    return fail(errc::storage, fmt::format("The recording {} cannot be read: {}", path,
                                           std::error_code(errno, std::generic_category()).message()));
  }
  return from_text(text);
}

result<reply> replayed::call(request r) {
  const auto key = state_->key_of(r.operation, r.body.view());
  exchange one;
  {
    const std::scoped_lock lock(state_->mutex);
    const auto found = state_->exchanges.find(key);
    if (found == state_->exchanges.end()) {
      std::size_t same_operation = 0;
      for (const auto& [other, queue] : state_->exchanges) {
        if (other.first == r.operation) same_operation += queue.size();
      }
      const auto tables = tables_of(r.operation, r.body);
      return fail(
          errc::unavailable,
          fmt::format("The recording has no answer left for this {}{}: {} other requests of the operation and {} "
                      "in all are left in it",
                      to_string(r.operation), tables.empty() ? "" : " to " + tables.front(), same_operation,
                      state_->remaining));
    }
    one = std::move(found->second.front());
    found->second.pop_front();
    if (found->second.empty()) state_->exchanges.erase(found);
    --state_->remaining;
  }
  if (one.reply.empty()) return fail(error(std::move(one.error)));
  reply answer((json::buffer(one.reply)));
  answer.request_id = std::move(one.request_id);
  answer.attempts = one.attempts;
  return answer;
}

void replayed::start(request r, reply_sink& outcome) { outcome.complete(call(std::move(r))); }

std::size_t replayed::remaining() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->remaining;
}

}  // namespace dynamo
