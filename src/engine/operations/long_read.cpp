#include "long_read.hpp"

#include <utility>

namespace dynamo::engine {

result<reply> run_to_end(long_read& read) {
  while (true) {
    if (auto outcome = read.run_slice()) return *std::move(outcome);
  }
}

void long_reads::start(begun_read read, reply_sink& sink) {
  if (!read) return sink.complete(std::unexpected(read.error()));
  if (auto outcome = (*read)->run_slice()) {
    read->reset();  // the completion may destroy what it reads from
    return sink.complete(*std::move(outcome));
  }
  const auto posted = thread_.post([shared = std::shared_ptr<long_read>(*std::move(read)), &sink]() mutable {
    auto outcome = shared->run_slice();
    if (!outcome) return task_thread::turn::again;
    shared.reset();
    sink.complete(*std::move(outcome));
    return task_thread::turn::done;
  });
  if (!posted) sink.complete(std::unexpected(posted.error()));
}

}  // namespace dynamo::engine
