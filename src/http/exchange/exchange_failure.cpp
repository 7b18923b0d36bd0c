#include <http/exchange/exchange_failure.hpp>

namespace dynamo::http {

std::string_view to_string(exchange_phase phase) noexcept {
  switch (phase) {
    case exchange_phase::wait: return "wait";
    case exchange_phase::resolve: return "resolve";
    case exchange_phase::connect: return "connect";
    case exchange_phase::handshake: return "handshake";
    case exchange_phase::write: return "write";
    case exchange_phase::read: return "read";
  }
  return "";
}

error exchange_failure::to_error(unsigned attempts) const {
  error_detail detail;
  detail.code = code;
  detail.message = message;
  detail.attempts = attempts;
  detail.outcome_unknown = sent;
  return error(std::move(detail));
}

}  // namespace dynamo::http
