#include "record_writer.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>
#include <engine/tables/object_writer.hpp>

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
  constexpr std::array<std::string_view, 4> names{"", "INSERT", "MODIFY", "REMOVE"};
  object_writer written(out);
  written.member("awsRegion", region);
  object_writer change(written.name("dynamodb"));
  const auto write_image = [&](std::string_view name, std::string_view canonical) {
    if (canonical.empty()) return;
    change.name(name);
    const std::size_t start = out.size();
    out.append(canonical);
    size += json::size_of_item(out.view().substr(start));  // here, where there is padding after it
  };
  json::write_integer(change.name("ApproximateCreationDateTime"),
                      std::int64_t{std::chrono::floor<std::chrono::seconds>(record.when).time_since_epoch().count()});
  write_image("Keys", record.keys);
  if (shows_new(stream.view)) write_image("NewImage", record.new_image);
  if (shows_old(stream.view)) write_image("OldImage", record.old_image);
  change.member("SequenceNumber", to_sequence_number(number));
  change.member("SizeBytes", size);
  change.member("StreamViewType", stream.view);
  change.end();
  written.member("eventID", fmt::format("{:08x}{:08x}{:016x}", stream.id, number.epoch, number.counter));
  written.member("eventName", names[static_cast<std::size_t>(record.kind)]);
  written.member("eventSource", "aws:dynamodb");
  written.member("eventVersion", "1.1");
  if (record.by_ttl) {
    object_writer identity(written.name("userIdentity"));
    identity.member("PrincipalId", "dynamodb.amazonaws.com");
    identity.member("Type", "Service");
    identity.end();
  }
  written.end();
  return size;
}

}  // namespace dynamo::engine
