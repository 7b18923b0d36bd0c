#include "record_writer.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>
#include <engine/tables/descriptor_json.hpp>

#include <fmt/format.h>

#include <array>

namespace dynamo::engine {
namespace {

bool shows_old(view_type view) { return view == view_type::old_image || view == view_type::new_and_old_images; }
bool shows_new(view_type view) { return view == view_type::new_image || view == view_type::new_and_old_images; }

}  // namespace

std::size_t write_record(json::buffer& out, std::string_view region, const stream_descriptor& stream,
                         change_number number, const change_record& record) {
  std::size_t size = 0;
  const auto write_image = [&](std::string_view name, std::string_view canonical) {
    if (canonical.empty()) return;
    out.append(',');
    json::write_string(out, name);
    out.append(':');
    const std::size_t start = out.size();
    out.append(canonical);
    size += json::size_of_item(out.view().substr(start));  // here, where there is padding after it
  };
  constexpr std::array<std::string_view, 4> names{"", "INSERT", "MODIFY", "REMOVE"};
  out.append('{');
  write_member(out, "awsRegion", region);
  out.append(fmt::format(R"(,"dynamodb":{{"ApproximateCreationDateTime":{})",
                         std::chrono::floor<std::chrono::seconds>(record.when).time_since_epoch().count()));
  write_image("Keys", record.keys);
  if (shows_new(stream.view)) write_image("NewImage", record.new_image);
  if (shows_old(stream.view)) write_image("OldImage", record.old_image);
  out.append(',');
  write_member(out, "SequenceNumber", to_sequence_number(number));
  out.append(fmt::format(R"(,"SizeBytes":{},)", size));
  write_member(out, "StreamViewType", to_string(stream.view));
  out.append(fmt::format(R"(}},"eventID":"{:08x}{:08x}{:016x}",)", stream.id, number.epoch, number.counter));
  write_member(out, "eventName", names[static_cast<std::size_t>(record.kind)]);
  out.append(R"(,"eventSource":"aws:dynamodb","eventVersion":"1.1")");
  if (record.by_ttl) out.append(R"(,"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})");
  out.append('}');
  return size;
}

}  // namespace dynamo::engine
