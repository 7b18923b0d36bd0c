#include "state_responses.hpp"

#include "attachment_responses.hpp"
#include "table_description.hpp"

#include <dynamo/json/buffer.hpp>
#include <engine/tables/object_writer.hpp>

#include <utility>

namespace dynamo::engine {
namespace {

std::string_view status_of(const described_insights& shown) {
  return shown.settings && shown.settings->enabled ? "ENABLED" : "DISABLED";
}

void write_names(object_writer& out, const described_insights& shown) {
  if (!shown.index.empty()) out.member("IndexName", shown.index);
  out.member("TableName", shown.table);
}

void write_summary(json::buffer& out, const described_insights& shown) {
  object_writer summary(out);
  if (shown.settings) summary.member("ContributorInsightsMode", shown.settings->mode);
  summary.member("ContributorInsightsStatus", status_of(shown));
  write_names(summary, shown);
  summary.end();
}

void write_no_elements(json::buffer& out) { out.append("[]"); }

}  // namespace

reply continuous_backups_response(const described_recovery& shown) {
  json::buffer out;
  object_writer answer(out);
  object_writer backups(answer.name("ContinuousBackupsDescription"));
  backups.member("ContinuousBackupsStatus", "ENABLED");  // always, on AWS too
  object_writer recovery(backups.name("PointInTimeRecoveryDescription"));
  if (shown.days) {
    write_seconds(recovery.name("EarliestRestorableDateTime"), shown.earliest);
    write_seconds(recovery.name("LatestRestorableDateTime"), shown.latest);
  }
  recovery.member("PointInTimeRecoveryStatus", shown.days ? "ENABLED" : "DISABLED");
  if (shown.days) recovery.member("RecoveryPeriodInDays", *shown.days);
  recovery.end();
  backups.end();
  answer.end();
  return reply(std::move(out));
}

// No rules of CloudWatch are made, so none are listed.
reply insights_response(const described_insights& shown) {
  json::buffer out;
  object_writer answer(out);
  if (shown.settings) answer.member("ContributorInsightsMode", shown.settings->mode);
  if (shown.settings && shown.settings->enabled) write_no_elements(answer.name("ContributorInsightsRuleList"));
  answer.member("ContributorInsightsStatus", status_of(shown));
  if (shown.settings) write_seconds(answer.name("LastUpdateDateTime"), shown.settings->updated);
  write_names(answer, shown);
  answer.end();
  return reply(std::move(out));
}

reply updated_insights_response(const described_insights& shown) {
  json::buffer out;
  object_writer answer(out);
  answer.member("ContributorInsightsMode", shown.settings->mode);
  answer.member("ContributorInsightsStatus", shown.settings->enabled ? "ENABLING" : "DISABLING");
  write_names(answer, shown);
  answer.end();
  return reply(std::move(out));
}

reply insights_list_response(const std::vector<described_insights>& page, const std::optional<std::string>& after) {
  json::buffer out;
  object_writer answer(out);
  write_array(answer.name("ContributorInsightsSummaries"), page, write_summary);
  if (after) answer.member("NextToken", token_after(*after));
  answer.end();
  return reply(std::move(out));
}

reply kinesis_destinations_response(std::string_view table) {
  json::buffer out;
  object_writer answer(out);
  write_no_elements(answer.name("KinesisDataStreamDestinations"));
  answer.member("TableName", table);
  answer.end();
  return reply(std::move(out));
}

reply replica_auto_scaling_response(std::string_view table, table_status status) {
  json::buffer out;
  object_writer answer(out);
  object_writer shown(answer.name("TableAutoScalingDescription"));
  write_no_elements(shown.name("Replicas"));
  shown.member("TableName", table);
  shown.member("TableStatus", status);
  shown.end();
  answer.end();
  return reply(std::move(out));
}

}  // namespace dynamo::engine
