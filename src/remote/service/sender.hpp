#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <remote/provider/credential_provider.hpp>
#include <remote/service/routes.hpp>

#include <memory>

namespace dynamo::aws {

/// What a sender works with. The ports must outlive every call.
struct sender_parts {
  std::shared_ptr<routes> to;
  credential_provider credentials;
  const clock& time;
  timer& waits;

  sender_parts(std::shared_ptr<routes> where, credential_provider who, const clock& c, timer& w)
      : to(std::move(where)), credentials(std::move(who)), time(c), waits(w) {}
};

/// An endpoint that sends each request once, signed, and reads the answer. It sends it once more, at once, where the answer says that the
/// signature's time is off, after setting its clock by the answer; or that the credentials have ended, if there are others by then.
/// Nothing was executed in either case. How long it may take is in the request: its times and its deadline (timed()).
///
/// start() does not block: where credentials have to be fetched, the call goes on when they are there. Errors: those of read_answer() and
/// read_failure(), of the routes and of the credentials; errc::timed_out and errc::cancelled before anything is sent. A child of fork() has no part in it.
std::shared_ptr<endpoint> make_sender(sender_parts);

}  // namespace dynamo::aws
