#pragma once

#include "table_descriptor.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>

#include <string_view>

namespace dynamo::engine {

/// The form in which descriptors are stored: JSON with a format number (docs/formats.md). Reading refuses newer formats and passes over
/// members it does not know. Errors: not_supported, corruption.
void write_descriptor(json::buffer& out, const table_descriptor&);
void write_descriptor(json::buffer& out, const stream_descriptor&);
result<table_descriptor> read_table_descriptor(std::string_view stored);
result<stream_descriptor> read_stream_descriptor(std::string_view stored);

}  // namespace dynamo::engine
