#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace dynamo {

/// An endpoint that answers from a recording made by recorded(), without an endpoint below it.
///
/// A request gets the answer of the recorded one that equals it: same operation, same JSON but for white space, escapes and
/// ClientRequestToken, with the recording's redactions applied to both. Equal requests get their answers in the order of the
/// recording, each once; different requests may come in any order. A request without an answer left is errc::unavailable,
/// with operation, table and what is left in the message. Thread-safe. The recording is held in memory.
class replayed final : public endpoint {
 public:
  /// errc::storage if the file cannot be read, errc::decoding with the line for what is no recording, and for one whose end or
  /// lines are missing, errc::not_supported for a newer version of the format.
  [[nodiscard]] static result<std::shared_ptr<replayed>> from_file(const std::string& path);
  [[nodiscard]] static result<std::shared_ptr<replayed>> from_text(std::string_view recording);

  ~replayed() override;

  [[nodiscard]] result<reply> call(request) override;
  void start(request, reply_sink&) override;

  /// Recorded exchanges that no request has asked for yet: a test checks that it is zero in the end.
  std::size_t remaining() const;

 private:
  struct state;
  explicit replayed(std::unique_ptr<state>);
  std::unique_ptr<state> state_;
};

}  // namespace dynamo
