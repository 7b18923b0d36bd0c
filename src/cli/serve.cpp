#include "serve.hpp"

#include "end_signals.hpp"

#include <dynamo/database.hpp>
#include <dynamo/server.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <utility>

#include <sys/resource.h>

namespace dynamo::cli {
namespace {

/// For requests that are under way when a signal comes.
constexpr auto grace_period = std::chrono::seconds(5);
/// Files that are not connections: RocksDB's and a few of our own.
constexpr rlim_t other_files = 1'024;

/// Many systems begin with 1,024 open files and allow far more. Says so where they allow less than the connections need.
void allow_open_files(rlim_t connections) {
  const rlim_t wanted = connections + other_files;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return;
  files.rlim_cur = std::min(wanted, files.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &files) != 0) getrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur >= wanted) return;
  const std::string notice = fmt::format(
      "dynamo: this system allows {} open files (ulimit -n), too few for {} connections; those beyond are answered 503\n",
      files.rlim_cur, connections);
  std::fputs(notice.c_str(), stderr);
}

int complain(const error& e, const char* advice) {
  std::fputs(("dynamo: " + e.message() + advice + "\n").c_str(), stderr);
  return 1;
}

result<database> open(const serve_settings& s) {
  database_options options;
  options.region = s.region;
  if (s.enforce_throughput) options.throughput = throughput_rule::enforced;
  if (s.wording == 2025) options.wording = error_wording::of_2025;
  return s.data.empty() ? database::in_memory(options) : database::open(s.data, options);
}

server_options options_of(const serve_settings& s) {
  server_options options;
  options.listen.host = s.host;
  options.listen.port = s.port;
  options.listen.threads = s.threads;
  options.listen.connections_max = s.connections_max;
  options.region = s.region;
  options.allowed_origins = s.allowed_origins;
  return options;
}

}  // namespace

int serve(const serve_settings& s) {
  const end_signals signals;
  std::signal(SIGPIPE, SIG_IGN);  // the reader of its output may be gone, but clients are not
  allow_open_files(s.connections_max);
  const auto db = open(s);
  if (!db) return complain(db.error(), "");
  auto serving = server::start(db->endpoint(), options_of(s));
  if (!serving) {
    return complain(serving.error(),
                    serving.error().code() == errc::in_use ? "; --port takes another, and 0 any free one" : "");
  }
  const std::string ready =
      fmt::format("dynamo is ready on {}, {}\n", serving->url(), s.data.empty() ? "in memory" : "data in " + s.data);
  std::fputs(ready.c_str(), stdout);  // not fmt::print(), which throws when the output is closed
  std::fflush(stdout);
  signals.wait();
  signals.let_through();
  serving->stop(grace_period);
  return 0;
}

}  // namespace dynamo::cli
