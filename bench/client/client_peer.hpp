#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::bench {

/// Somebody else's client of DynamoDB: a program of its own that is run beside ours (bench/client/peers/README.md).
class client_peer {
 public:
  /// What a row costs in microseconds of CPU time a call: by operation ("GetItem", "PutItem", "Query") and calls in flight.
  using costs = std::map<std::pair<std::string, unsigned>, double>;

  /// "NAME=COMMAND with {url} and {calls}"; the shell reads the command.
  explicit client_peer(const std::string& name_and_command);

  const std::string& name() const noexcept { return name_; }
  /// Runs the program against the server at that URL. Ends this one, with a message, where it fails.
  costs run(const std::string& url, unsigned calls) const;

 private:
  std::string name_, command_;
};

/// Has the peers that are run from now on trust the authority of a PEM file, by the variables of the environment that their libraries read. A
/// certificate that it has not signed is refused as ever.
void have_peers_trust(const std::string& authority_file);

/// Takes each `--peer NAME=COMMAND` out of a command line.
std::vector<client_peer> take_client_peers(int& argc, char** argv);

}  // namespace dynamo::bench
