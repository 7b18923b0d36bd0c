#include "client_peer.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace dynamo::bench {
namespace {

[[noreturn]] void give_up_peer(const std::string& name, const char* why) {
  std::fprintf(stderr, "client_bench: %s: %s\n", name.c_str(), why);
  std::exit(1);
}

void replace_in(std::string& text, std::string_view what, const std::string& with) {
  if (const auto at = text.find(what); at != text.npos) text.replace(at, what.size(), with);
}

}  // namespace

client_peer::client_peer(const std::string& name_and_command) {
  const auto sign = name_and_command.find('=');
  if (sign == name_and_command.npos) give_up_peer(name_and_command, "--peer takes NAME=COMMAND");
  name_ = name_and_command.substr(0, sign);
  command_ = name_and_command.substr(sign + 1);
}

client_peer::costs client_peer::run(const std::string& url, unsigned calls) const {
  std::string command = command_;
  replace_in(command, "{url}", url);
  replace_in(command, "{calls}", std::to_string(calls));
  std::FILE* const output = ::popen(command.c_str(), "r");
  if (output == nullptr) give_up_peer(name_, "cannot be started");
  costs found;
  std::array<char, 256> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), output) != nullptr) {
    std::array<char, 32> operation{};
    unsigned in_flight = 0;
    double microseconds = 0;
    if (std::sscanf(line.data(), "%31s %u %lf", operation.data(), &in_flight, &microseconds) == 3) {
      found[{operation.data(), in_flight}] = microseconds;
    }
  }
  if (::pclose(output) != 0) give_up_peer(name_, "failed");
  return found;
}

void have_peers_trust(const std::string& authority_file) {
  // Rust's and Go's libraries and our program in Java; boto3; node
  for (const char* const name : {"SSL_CERT_FILE", "AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"}) {
    ::setenv(name, authority_file.c_str(), 1);
  }
}

std::vector<client_peer> take_client_peers(int& argc, char** argv) {
  std::vector<client_peer> peers;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--peer" && i + 1 < argc) {
      peers.emplace_back(argv[++i]);
    } else {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  return peers;
}

}  // namespace dynamo::bench
