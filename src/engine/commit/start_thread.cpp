#include "start_thread.hpp"

#include <system_error>
#include <utility>

namespace dynamo::engine {

result<std::thread> start_thread(std::function<void()> body) {
  try {
    return std::thread(std::move(body));
  } catch (const std::system_error& e) {
    return fail(errc::throttled, std::string("Cannot start a thread of the database: ") + e.what() +
                                     "; nothing was executed. Raise the limit of processes or memory, or try again");
  }
}

}  // namespace dynamo::engine
