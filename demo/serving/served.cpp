#include "served.hpp"

#include "support/files.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>
#include <utility>

namespace demo {
namespace {

constexpr auto timeout = std::chrono::seconds(60);

std::string server_program() { return program_folder() + "/../bin/dynamo"; }

/// The address in "dynamo is ready on http://127.0.0.1:8000, data in ..."; empty where there is none yet.
std::string url_in(const std::string& said) {
  const std::size_t from = said.find("http://"), to = said.find_first_of(",\n", from);
  return from == std::string::npos || to == std::string::npos ? "" : said.substr(from, to - from);
}

}  // namespace

dynamo::result<served> served::start(const std::string& directory) {
  auto program =
      child_process::start(server_program(), {"serve", "--port", "0", "--data", directory}, child_process::piped::both);
  if (!program) return std::unexpected(program.error());
  std::string said;
  while (url_in(said).empty()) {
    if (!program->read_some(said, timeout)) return dynamo::fail(dynamo::errc::unavailable, "dynamo serve: " + said);
  }
  return served(*std::move(program), url_in(said));
}

child_process::ending served::stop() {
  program_.send_signal(SIGTERM);
  return program_.wait();
}

dynamo::result<left_running> leave_server_running(const std::string& directory) {
  const std::string log = directory + ".log";
  std::string said;
  for (const char* port : {"8000", "0"}) {
    const auto process = start_in_background(server_program(), {"serve", "--port", port, "--data", directory}, log);
    if (!process) return std::unexpected(process.error());
    const auto begin = std::chrono::steady_clock::now();
    while (is_running(*process) && std::chrono::steady_clock::now() - begin < timeout) {
      said = text_of(log);
      if (std::string url = url_in(said); !url.empty()) {
        std::ofstream(directory + ".pid") << *process << '\n';
        return left_running{std::move(url), *process, log};
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    said = text_of(log);
  }
  return dynamo::fail(dynamo::errc::unavailable, "dynamo serve: " + said);
}

}  // namespace demo
