#pragma once

#include <dynamo/json/writer.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstdint>
#include <string_view>
#include <utility>

namespace dynamo::streams {

/// `{"A":"a","B":1}`, piece by piece: the body of a request that can be repeated.
class body_writer {
 public:
  body_writer& text(std::string_view name, std::string_view value) {
    begin(name);
    json::write_string(out_, value);
    return *this;
  }
  body_writer& integer(std::string_view name, std::uint64_t value) {
    begin(name);
    json::write_integer(out_, value);
    return *this;
  }
  /// A number as it stands.
  body_writer& number(std::string_view name, std::string_view digits) {
    begin(name);
    out_.append(digits);
    return *this;
  }
  request finish(operation_name operation) {
    if (out_.empty()) out_.append('{');
    out_.append('}');
    return {operation, std::move(out_), repeatable::yes};
  }

 private:
  void begin(std::string_view name) {
    out_.append(out_.empty() ? '{' : ',');
    json::write_string(out_, name);
    out_.append(':');
  }
  json::buffer out_;
};

}  // namespace dynamo::streams
