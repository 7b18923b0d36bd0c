#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <remote/calls/call_head.hpp>
#include <remote/service/carrier.hpp>
#include <remote/settings/environment.hpp>
#include <remote/settings/settings.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::aws {

/// The way to one host. Never changes.
struct route {
  call_target target;
  std::string signing_region;
  std::shared_ptr<carrier> by;

  route(call_target to, std::string region, std::shared_ptr<carrier> c)
      : target(std::move(to)), signing_region(std::move(region)), by(std::move(c)) {}
};

/// Which host a request goes to: that of its service, of the credentials' account, or of the account whose table or stream it names by an ARN.
/// Thread-safe.
class routes {
 public:
  /// Hosts that are kept at one time. One more takes the place of the one that was asked least lately.
  static constexpr std::size_t hosts_max = 64;
  /// Makes the way to a host, through a proxy or without.
  using make_carrier =
      std::function<std::shared_ptr<carrier>(const endpoint_url&, const std::optional<http::proxy_options>&)>;

  routes(settings, environment, std::string user_agent, make_carrier);

  /// Errors: as of resolve_endpoint(); of proxy_for(), and errc::not_supported for a proxy that wants TLS itself. Cost: a lock and a comparison, for a request that names no ARN.
  result<std::shared_ptr<const route>> find(const request&, std::string_view account_id);
  /// Closes every carrier; those of later hosts are never made.
  void close() noexcept;

 private:
  struct of_account {
    std::string account_id;
    std::shared_ptr<const route> to;
  };

  result<std::shared_ptr<const route>> resolve(service_id, std::string_view account_id,
                                               std::span<const std::string_view> arns);

  const settings settings_;
  const environment variables_;  // proxies are looked up in them
  const std::string user_agent_;
  const make_carrier make_carrier_;
  std::mutex mutex_;                                 // of all below
  std::array<of_account, 2> last_;                   // by service, for requests that name no ARN
  std::vector<std::shared_ptr<const route>> hosts_;  // the one that was asked last at the end
  bool closed_ = false;
};

}  // namespace dynamo::aws
