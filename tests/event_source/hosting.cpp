// A process that hosts a function, for the tests of what becomes of the function when such a process is killed: has the function named by
// its first argument leave a child, tells the ids of both, and waits for its end.
#include "waiting_sink.hpp"

#include <dynamo/event_source/function_host.hpp>

#include <cstdio>
#include <string>
#include <thread>

#include <unistd.h>

int main(int count, char** arguments) {
  using namespace dynamo::event_source;
  using dynamo::test::tell;
  host_options how;
  how.program = count > 1 ? arguments[1] : "";
  how.time_limit = how.init_time = std::chrono::hours(1);
  dynamo::result<std::shared_ptr<function_host>> host;
  // The thread that starts a function may end before it.
  std::thread([&] { host = function_host::start(how); }).join();
  if (!host) return 1;
  const std::string function = tell(**host, "who").text, child = tell(**host, "leave a child").text;
  dynamo::test::waiting_sink busy;  // an idle one ends by itself when its host is gone
  (*host)->invoke({"id", dynamo::json::buffer(R"({"do":"hang"})")}, busy);
  std::printf("%s %s\n", function.c_str(), child.c_str());
  std::fflush(stdout);
  const std::string mode = count > 2 ? arguments[2] : "";
  if (mode == "exits") ::_exit(0);
  ::pause();
}
