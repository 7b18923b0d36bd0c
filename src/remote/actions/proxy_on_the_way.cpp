#include <remote/actions/proxy_on_the_way.hpp>

#include <fmt/core.h>
#include <remote/settings/proxy.hpp>

namespace dynamo::aws {

result<std::optional<http::proxy_options>> proxy_on_the_way(const endpoint_url& to, const environment& variables) {
  auto by = proxy_for(to, variables);
  if (!by) return fail(std::move(by.error()));
  if (!*by) return std::nullopt;
  const proxy& found = **by;
  if (found.where.tls) {
    return fail(errc::not_supported,
                fmt::format("{} names a proxy that is spoken to by TLS, which is not supported; write http:// if it "
                            "takes that, or add {} to NO_PROXY",
                            found.variable, to.host));
  }
  return http::proxy_options(found.where.host, found.where.port, found.authorization);
}

}  // namespace dynamo::aws
