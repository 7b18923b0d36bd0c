#include <dynamo/http/request_head.hpp>

namespace dynamo::http {

void request_head::clear() noexcept {
  line_.clear();
  fields_.clear();
  method_size_ = 0;
}

void request_head::set_request_line(std::string_view method, std::string_view target, bool http_1_0) {
  clear();
  line_.append(method).append(target);
  method_size_ = method.size();
  http_1_0_ = http_1_0;
}

}  // namespace dynamo::http
