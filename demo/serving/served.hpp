#pragma once

#include "support/process.hpp"

#include <dynamo/base/result.hpp>

#include <string>

namespace demo {

/// `dynamo serve --data DIRECTORY` as a process beside this one, on a port of its own.
class served {
 public:
  /// Returns once it says that it is ready.
  static dynamo::result<served> start(const std::string& directory);
  const std::string& url() const { return url_; }
  /// SIGTERM, and how it ended.
  child_process::ending stop();

 private:
  served(child_process program, std::string url) : program_(std::move(program)), url_(std::move(url)) {}
  child_process program_;
  std::string url_;
};

/// A server that goes on when this program has ended.
struct left_running {
  std::string url;
  pid_t process = 0;
  std::string log;  ///< the file that its output goes to
};
/// On port 8000 if that is free, otherwise on another one. Its output and its process id go to files beside the data.
dynamo::result<left_running> leave_server_running(const std::string& directory);

}  // namespace demo
