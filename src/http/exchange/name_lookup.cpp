#include <http/exchange/name_lookup.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>

namespace dynamo::http {
namespace {

struct freed_addresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

class system_lookup final : public name_lookup {
 public:
  std::expected<std::vector<socket_address>, std::string> find(const address& of) override {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* list = nullptr;
    if (const int wrong = ::getaddrinfo(of.host.c_str(), std::to_string(of.port).c_str(), &wanted, &list); wrong != 0) {
      return std::unexpected(std::string(::gai_strerror(wrong)));
    }
    const std::unique_ptr<addrinfo, freed_addresses> all(list);
    std::vector<socket_address> found;
    for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
      found.emplace_back(each->ai_addr, each->ai_addrlen);
    }
    alternate_families(found);
    return found;
  }
};

}  // namespace

socket_address::socket_address(const ::sockaddr* from, ::socklen_t n) noexcept
    : size(std::min(n, static_cast<::socklen_t>(sizeof bytes))) {
  std::memcpy(&bytes, from, size);
}

name_lookup& system_name_lookup() noexcept {
  static system_lookup lookup;
  return lookup;
}

void alternate_families(std::vector<socket_address>& all) {
  if (all.empty()) return;
  const auto first = all.front().bytes.ss_family;
  std::vector<socket_address> left, right, mixed;
  for (const socket_address& each : all) (each.bytes.ss_family == first ? left : right).push_back(each);
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    if (i < left.size()) mixed.push_back(left[i]);
    if (i < right.size()) mixed.push_back(right[i]);
  }
  all = std::move(mixed);
}

}  // namespace dynamo::http
