#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/base/timer.hpp>

#include <remote/actions/source_request.hpp>
#include <remote/credentials/credential_fetch.hpp>

#include <stop_token>

namespace dynamo::aws {

/// Does what a fetch wants done, and blocks meanwhile: see files, program_run and source_request. A process may print
/// credential_answer_bytes_max bytes in a minute.
/// Not thread-safe. Clock and timer must outlive it.
class action_performer {
 public:
  action_performer(request_sender sender, const clock& now, timer& waits)
      : sender_(std::move(sender)), clock_(now), timer_(waits) {}

  /// Any action but a fetch_outcome.
  fetch_result perform(const fetch_action&, const std::stop_token& = {});

  /// Gets credentials from their source. Errors: as of credential_fetch; errc::cancelled once the token is asked to stop.
  [[nodiscard]] result<auth::credentials> fetch(credential_source, const settings&, const std::stop_token& = {});

 private:
  fetch_result act(const read_file&, const std::stop_token&);
  fetch_result act(const write_file&, const std::stop_token&);
  fetch_result act(const run_process&, const std::stop_token&);
  fetch_result act(const send_request&, const std::stop_token&);
  fetch_result act(const pause_for&, const std::stop_token&);
  fetch_result act(const fetch_outcome&, const std::stop_token&);

  request_sender sender_;
  const clock& clock_;
  timer& timer_;
};

}  // namespace dynamo::aws
