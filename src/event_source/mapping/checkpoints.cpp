#include <event_source/mapping/checkpoints.hpp>

#include <dynamo/table.hpp>

#include <optional>
#include <string_view>
#include <utility>

namespace dynamo::event_source {

struct checkpoint_row {
  std::string mapping;
  std::string owner;
  std::optional<std::string> stream_arn;
  std::optional<std::string> position;
  std::optional<std::string> updated_at;  // seconds since 1970, for people who look
};
struct checkpoints_schema : schema<"dynamo_event_source", checkpoint_row, partition_key<&checkpoint_row::mapping>> {};

namespace {

constexpr auto owner = attr<&checkpoint_row::owner>;
constexpr auto stream_arn_attribute = attr<&checkpoint_row::stream_arn>;
constexpr auto position = attr<&checkpoint_row::position>;
constexpr auto updated_at = attr<&checkpoint_row::updated_at>;

}  // namespace
}  // namespace dynamo::event_source

/// The names of this table are its format, and no user's choice: nobody is told which of them are reserved.
template <>
inline void dynamo::detail::tell_reserved_names_once<dynamo::event_source::checkpoints_schema>() {}

namespace dynamo::event_source {

class checkpoints::rows {
 public:
  rows(const std::shared_ptr<endpoint>& via, std::string_view name) : table(via, name) {}
  dynamo::table<checkpoints_schema> table;
};

checkpoints::checkpoints(const std::shared_ptr<endpoint>& via, std::string_view table, std::string mapping,
                         std::string own)
    : rows_(std::make_unique<rows>(via, table)), table_(table), mapping_(std::move(mapping)), owner_(std::move(own)) {}
checkpoints::~checkpoints() = default;

/// The user has never named this table, so an error that does not either would puzzle: "Requested resource not found".
std::unexpected<error> checkpoints::about_the_table(const error& why) const {
  error_detail detail = why.detail();
  detail.message = "the checkpoint table `" + table_ + "` of the event source mapping `" + mapping_ + "`: " +
                   (why.code() == errc::resource_not_found
                        ? "it is gone, and is made again when the mapping begins anew: " + detail.message
                        : detail.message);
  return std::unexpected(error(std::move(detail)));
}

result<checkpoints::state> checkpoints::claim() {
  if (!table_is_there_) {
    if (const auto made = rows_->table.create_if_absent().run(); !made) return about_the_table(made.error());
    table_is_there_ = true;
  }
  auto row = rows_->table.update(mapping_, set(owner, owner_), return_new).run();
  if (!row) return about_the_table(row.error());
  state found;
  found.position = row->position.value_or("");
  found.stream_arn = row->stream_arn.value_or("");
  return found;
}

result<void> checkpoints::write(const state& at, instant now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const auto written = rows_->table
                           .update(mapping_, set(position, at.position), set(stream_arn_attribute, at.stream_arn),
                                   set(updated_at, std::to_string(seconds)), only_if(owner == owner_))
                           .run();
  if (written) return {};
  if (!written.error().conditional_check_failed()) return about_the_table(written.error());
  return fail(errc::in_use,
              "the event source mapping `" + mapping_ + "` goes on in another process, which began later");
}

}  // namespace dynamo::event_source
