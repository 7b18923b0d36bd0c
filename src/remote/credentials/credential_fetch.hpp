#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>

#include <remote/credentials/credential_source.hpp>
#include <remote/credentials/sso.hpp>
#include <remote/endpoints/endpoint_url.hpp>
#include <remote/settings/settings.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dynamo::aws {

// What a fetch wants done. The caller does it, and resumes the fetch with the result.

/// Read a whole file of at most `bytes_max`. The result is its content.
struct read_file {
  static constexpr std::size_t bytes_max = 65'536;
  std::string path;
};

/// Replace a file by another one at once, readable by its owner only. The result is not looked at: without the file a later fetch has to
/// ask again.
struct write_file {
  std::string path;
  auth::secret content;
};

/// Run a program without a shell, for a minute at most. The result is what it printed on its standard output, or an error where it ended with another
/// status than 0.
struct run_process {
  std::vector<std::string> arguments;  ///< the program first
};

/// Send a request by HTTP, and follow no redirect. The result is status and body, of at most credential_answer_bytes_max.
struct send_request {
  struct signature {
    auth::credentials by;
    std::string region;
    std::string service;
  };
  std::string method;
  endpoint_url host;
  std::string target;  ///< path and query, to be sent after the path of `host`
  std::vector<std::pair<std::string, auth::secret>> headers;
  auth::secret body;
  std::optional<signature> sign;
  std::chrono::seconds timeout{5};
  bool direct = false;  ///< never by a proxy: the host is this machine, or beside it
};

/// Wait, then resume.
struct pause_for {
  std::chrono::milliseconds time;
};

/// The end. The expiry of the credentials is the source's.
using fetch_outcome = result<auth::credentials>;

using fetch_action = std::variant<read_file, write_file, run_process, send_request, pause_for, fetch_outcome>;

/// What came of an action.
struct fetch_result {
  result<auth::secret> text =
      auth::secret();   ///< content, output or body; an error: a file or host was not there, a time-out
  unsigned status = 0;  ///< of a response
};

/// Gets credentials from a source, step by step: files, requests and a process are the caller's, so that a test can be all of them.
///
///     for (fetch_action next = fetch.start(now());;) {
///       if (auto* done = std::get_if<fetch_outcome>(&next)) return std::move(*done);
///       next = fetch.resume(perform(next), now());
///     }
///
/// A request that fails in transit, or with a status that may pass, is sent again: three times in all, or as often as the settings of the metadata
/// service say. So it ends after a bounded number of actions. Errors: as of the source's answers; errc::unavailable where the source does not
/// answer, or says no; errc::invalid_argument and errc::not_supported as the action's result has it. Never with a secret. Not thread-safe; one object for one fetch.
class credential_fetch {
 public:
  credential_fetch(credential_source, const settings&);

  fetch_action start(instant now);
  fetch_action resume(fetch_result, instant now);

 private:
  using step = fetch_action (credential_fetch::*)(fetch_result&, instant now);

  // The first action for each kind of source.
  fetch_action begin(const static_source&, instant now);
  fetch_action begin(const web_identity_source&, instant now);
  fetch_action begin(const process_source&, instant now);
  fetch_action begin(const sso_source&, instant now);
  fetch_action begin(const container_source&, instant now);
  fetch_action begin(const instance_metadata_source&, instant now);

  // What comes after an action, named after its result.
  fetch_action got_web_identity_token(fetch_result&, instant now);
  fetch_action got_role_of_web_identity(fetch_result&, instant now);
  fetch_action got_output(fetch_result&, instant now);
  fetch_action got_sso_token(fetch_result&, instant now);
  fetch_action got_renewal(fetch_result&, instant now);
  fetch_action wrote_sso_token(fetch_result&, instant now);
  fetch_action got_role_of_sso(fetch_result&, instant now);
  fetch_action got_container_token(fetch_result&, instant now);
  fetch_action got_container_credentials(fetch_result&, instant now);
  fetch_action got_metadata_token(fetch_result&, instant now);
  fetch_action got_role_name(fetch_result&, instant now);
  fetch_action got_metadata_credentials(fetch_result&, instant now);
  fetch_action got_assumed_role(fetch_result&, instant now);

  fetch_action read(std::string path, step then);
  fetch_action send(send_request, unsigned attempts, std::chrono::milliseconds pause, step then);
  fetch_action send_again();
  fetch_action ask_sts(auth::secret body, std::optional<auth::credentials> by, step then);
  fetch_action ask_sso(service_id, send_request, step then);
  fetch_action ask_sso_for_role();
  fetch_action ask_container(const auth::secret& authorization);
  fetch_action ask_metadata(std::string target, step then);
  /// What went wrong, with the source before it.
  fetch_action give_up(errc, std::string_view why) const;
  fetch_action give_up(const error& of_action) const;
  /// These are the credentials of the base, or of the role before: on to the next.
  fetch_action take(result<auth::credentials>, instant now);

  template <class T>
  const T& base() const {
    return std::get<T>(source_.base);
  }

  credential_source source_;
  settings settings_;
  std::size_t roles_taken_ = 0;
  step then_ = nullptr;
  send_request request_;  // the last one
  bool is_sending_ = false;
  bool is_pausing_ = false;  // before it is sent again
  unsigned attempts_left_ = 0;
  std::chrono::milliseconds pause_{0};  // before the next attempt; doubles
  sso_token sso_token_;
  auth::secret metadata_token_;
};

}  // namespace dynamo::aws
