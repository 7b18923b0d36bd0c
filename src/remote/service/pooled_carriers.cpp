#include <remote/service/pooled_carriers.hpp>

#include <http/exchange/tls.hpp>

#include <memory>
#include <utility>

namespace dynamo::aws {
namespace {

class pooled_carrier final : public carrier {
 public:
  explicit pooled_carrier(http::client_pool pool) : pool_(std::move(pool)) {}

  std::expected<http::client_response, http::exchange_failure> send(const http::exchange_request& r,
                                                                    const std::stop_token& stop) override {
    return pool_.send(r, stop);
  }
  void start(const http::exchange_request& r, std::stop_token stop, http::exchange_sink& outcome) override {
    pool_.start(r, std::move(stop), outcome);
  }
  void preconnect(std::size_t idle) override { pool_.preconnect(idle); }
  void close() noexcept override { pool_.close(); }

 private:
  http::client_pool pool_;
};

http::tls_context trust_of(const settings& applied) {
  http::tls_options options;
  if (applied.ca_bundle) {
    options.system_authorities = false;
    options.authorities_file = applied.ca_bundle->value;
  }
  return http::tls_context(options);
}

}  // namespace

std::shared_ptr<carrier> carrier_of(http::client_pool pool) {
  return std::make_shared<pooled_carrier>(std::move(pool));
}

routes::make_carrier pooled_carriers(const remote_options& options, const settings& applied) {
  http::client_pool_options shared;
  shared.connections.connections_max = options.connections.connections;
  shared.connections.idle = options.connections.idle;
  shared.connections.age = options.connections.age;
  shared.time = options.waits;
  shared.loop.emplace(options.waits, options.loop);
  return [shared, trust = trust_of(applied)](const endpoint_url& to, const std::optional<http::proxy_options>& by) {
    http::client_pool_options its_own = shared;
    if (to.tls) its_own.tls = trust;
    its_own.proxy = by;
    return carrier_of(http::client_pool(http::address(to.host, to.port), std::move(its_own)));
  };
}

}  // namespace dynamo::aws
