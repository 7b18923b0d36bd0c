#include <remote/actions/source_request.hpp>

#include <dynamo/auth/sigv4.hpp>
#include <dynamo/base/detail/ascii.hpp>

#include <fmt/core.h>
#include <http/exchange/blocking_exchange.hpp>
#include <http/message/request_text.hpp>
#include <openssl/crypto.h>
#include <remote/actions/proxy_on_the_way.hpp>
#include <remote/credentials/json_members.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace dynamo::aws {
namespace {

constexpr std::size_t response_head_bytes_max = 16'384;

using header_list = std::vector<std::pair<std::string, auth::secret>>;

bool can_be_field(std::string_view value) {
  return std::ranges::none_of(value, [](unsigned char c) { return (c < ' ' && c != '\t') || c == '\x7f'; });
}

/// Adds what a signature says, and the fields that it needs.
void sign_headers(header_list& headers, const send_request& request, std::string_view path_before, instant now) {
  const send_request::signature& by = *request.sign;
  const std::string time = auth::sigv4_time(now);
  headers.emplace_back("x-amz-date", auth::secret(time));
  if (!by.by.session_token.empty()) headers.emplace_back("x-amz-security-token", by.by.session_token);

  const std::string authority = request.host.authority();
  std::vector<auth::header_view> views{{"host", authority}};
  for (const auto& [name, value] : headers) views.push_back({name, value.reveal()});
  const std::string target = fmt::format("{}{}", path_before, request.target);
  const std::size_t mark = std::min(target.find('?'), target.size());
  auth::signable_request signable;
  signable.method = request.method;
  signable.path = std::string_view(target).substr(0, mark);
  if (mark < target.size()) signable.query = std::string_view(target).substr(mark + 1);
  signable.headers = views;
  signable.payload = request.body.reveal();
  const auth::signing_key key(by.by, std::string_view(time).substr(0, 8), by.region, by.service);
  headers.emplace_back("authorization", auth::secret(auth::authorization(key, signable, time)));
}

/// What stands above the body. Nothing if it cannot be written. Made in buffers that need not grow, so that no copy of a secret is left behind.
/// `asked`: a proxy that is to pass the request on.
std::optional<auth::secret> head_of(const send_request& request, const header_list& headers,
                                    const http::proxy_options* asked) {
  const std::string target = request.host.path + request.target;
  const std::string authority = request.host.authority();
  std::size_t size = 0;
  for (const auto& [name, value] : headers) size += name.size() + value.reveal().size() + 4;
  http::client_request written(request.method, target, request.body.reveal());
  written.fields.reserve(size);
  const auto wipe = [&] { OPENSSL_cleanse(written.fields.data(), written.fields.size()); };
  for (const auto& [name, value] : headers) {
    if (!can_be_field(value.reveal())) {
      wipe();
      return std::nullopt;
    }
    written.add_field(name, value.reveal());
  }
  std::string head;
  constexpr std::size_t other_lines = 128;
  const std::size_t of_proxy = asked != nullptr ? authority.size() + asked->authorization.reveal().size() : 0;
  head.reserve(size + request.method.size() + target.size() + authority.size() + of_proxy + other_lines);
  const bool is_fine = http::can_be_written(written);
  if (is_fine) http::write_request_head(head, written, authority, asked);
  wipe();
  if (!is_fine) return std::nullopt;
  return auth::secret(std::move(head));
}

http::exchange_times times_for(std::chrono::milliseconds whole) {
  http::exchange_times times;
  times.connect = times.handshake = times.write = times.first_byte = times.read = times.operation = whole;
  return times;
}

fetch_result lost(error why) {
  fetch_result got;
  got.text = fail(std::move(why));
  return got;
}

}  // namespace

const http::tls_context& request_sender::tls() {
  if (!tls_) {
    http::tls_options trusted;
    trusted.system_authorities = options_.ca_bundle.empty();
    trusted.authorities_file = options_.ca_bundle;
    tls_.emplace(std::move(trusted));
  }
  return *tls_;
}

fetch_result request_sender::send(const send_request& request, const std::stop_token& stop) {
  std::optional<http::proxy_options> by;
  if (!request.direct) {
    auto found = proxy_on_the_way(request.host, options_.variables);
    if (!found) return lost(std::move(found.error()));
    by = *std::move(found);
  }
  header_list headers = request.headers;
  if (request.sign) sign_headers(headers, request, request.host.path, options_.now->now());
  const std::optional<auth::secret> head = head_of(request, headers, by && !request.host.tls ? &*by : nullptr);
  if (!head) {
    return lost(
        error(errc::invalid_argument, fmt::format("the request to {} cannot be written: its path or a field has "
                                                  "control characters",
                                                  request.host.authority())));
  }
  http::blocking_options options;
  options.limits.head_size_max = response_head_bytes_max;
  options.limits.body_size_max = credential_answer_bytes_max;
  options.limits.gzip = http::compressed::refused;
  options.time = options_.waits;
  options.names = options_.names;
  options.proxy = std::move(by);
  if (request.host.tls) options.tls = tls();
  http::blocking_exchange connection({request.host.host, request.host.port}, std::move(options));
  http::exchange_request exchange(head->reveal(), request.body.reveal());
  exchange.times = times_for(request.timeout);
  auto response = connection.send(exchange, stop);
  if (!response) return lost(response.error().to_error());
  fetch_result got;
  got.status = response->status;
  got.text = auth::secret(std::string(response->body.view()));
  OPENSSL_cleanse(response->body.data(), response->body.size());
  return got;
}

}  // namespace dynamo::aws
