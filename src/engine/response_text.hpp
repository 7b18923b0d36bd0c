#pragma once

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/writer.hpp>

#include <string_view>

namespace dynamo::engine {

/// `"name":"text"`, escaped.
inline void write_member(json::buffer& out, std::string_view name, std::string_view text) {
  json::write_string(out, name);
  out.append(':');
  json::write_string(out, text);
}

}  // namespace dynamo::engine
