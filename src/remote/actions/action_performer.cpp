#include <remote/actions/action_performer.hpp>

#include <fmt/core.h>
#include <remote/actions/files.hpp>
#include <remote/actions/program_run.hpp>
#include <remote/credentials/json_members.hpp>

#include <utility>

namespace dynamo::aws {
namespace {

fetch_result as_result(result<auth::secret> text) {
  fetch_result got;
  got.text = std::move(text);
  return got;
}

}  // namespace

fetch_result action_performer::perform(const fetch_action& action, const std::stop_token& stop) {
  return std::visit([&](const auto& of) { return act(of, stop); }, action);
}

result<auth::credentials> action_performer::fetch(credential_source from, const settings& by,
                                                  const std::stop_token& stop) {
  credential_fetch steps(std::move(from), by);
  fetch_action next = steps.start(clock_.now());
  while (!stop.stop_requested()) {
    if (auto* const done = std::get_if<fetch_outcome>(&next)) return std::move(*done);
    fetch_result got = perform(next, stop);
    if (!stop.stop_requested()) next = steps.resume(std::move(got), clock_.now());
  }
  return fail(errc::cancelled, "The fetch of credentials was ended, because whoever owned it is gone");
}

fetch_result action_performer::act(const read_file& of, const std::stop_token&) {
  auto content = read_small_file(of.path, read_file::bytes_max);
  if (!content) return as_result(fail(std::move(content.error())));
  if (!*content) return as_result(fail(errc::unavailable, fmt::format("{}: there is no such file", of.path)));
  return as_result(*std::move(*content));
}

fetch_result action_performer::act(const write_file& of, const std::stop_token&) {
  auto done = replace_file(of.path, of.content.reveal());
  return done ? fetch_result() : as_result(fail(std::move(done.error())));
}

fetch_result action_performer::act(const run_process& of, const std::stop_token& stop) {
  program_limits limits;
  limits.output_bytes_max = credential_answer_bytes_max;
  return as_result(run_program(of.arguments, limits, timer_, stop));
}

fetch_result action_performer::act(const send_request& of, const std::stop_token& stop) {
  return sender_.send(of, stop);
}

fetch_result action_performer::act(const pause_for& of, const std::stop_token& stop) {
  timer_.wait(of.time, stop);
  return {};
}

fetch_result action_performer::act(const fetch_outcome&, const std::stop_token&) {
  return as_result(fail(errc::invalid_argument, "the fetch is at its end"));
}

}  // namespace dynamo::aws
