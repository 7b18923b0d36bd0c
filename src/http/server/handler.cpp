#include <dynamo/http/handler.hpp>

namespace dynamo::http {

response handler::refuse(unsigned status, std::string_view why) {
  response r(status, json::buffer(why));
  r.body.append('\n');
  r.add_field("Content-Type", "text/plain");
  return r;
}

}  // namespace dynamo::http
