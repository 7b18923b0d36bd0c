#include "doctor_report.hpp"

#include <dynamo/base/detail/time_text.hpp>

#include <fmt/core.h>
#include <remote/settings/proxy.hpp>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::cli {
namespace {

using aws::source_verdict;

/// The metadata service was chosen because nothing else was there.
bool is_last_resort(const aws::credential_plan& plan) {
  return plan.source && plan.considered.back().verdict == source_verdict::chosen;
}

std::string settings_section(const aws::configuration& of) {
  std::string text = "Settings\n";
  const std::vector<aws::described_setting> all = aws::describe(of.applied);
  std::size_t names = 0;
  std::size_t values = 0;
  for (const aws::described_setting& each : all) {
    names = std::max(names, each.name.size());
    values = std::max(values, each.value.size());
  }
  for (const aws::described_setting& each : all) {
    text += fmt::format("  {:{}}  {:{}}  ({})\n", each.name, names, each.value, values, each.from);
  }
  for (const std::string& note : of.notes) text += fmt::format("  note: {}\n", note);
  return text;
}

std::string_view mark_of(source_verdict verdict, bool fails) {
  switch (verdict) {
    case source_verdict::chosen: return fails ? "fails" : "yes";
    case source_verdict::absent: return "no";
    case source_verdict::invalid: return "wrong";
    case source_verdict::not_reached: return "-";
  }
  return "";
}

std::string expiry(const auth::credentials& of, instant now) {
  if (!of.expires) return "never, as far as is known";
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(*of.expires - now).count();
  const std::string at = time_text(*of.expires, time_precision::seconds) + "Z";
  if (*of.expires <= now) return at + ", which has passed";
  return fmt::format("{}, in {} h {} min", at, minutes / 60, minutes % 60);
}

std::string credentials_section(const doctor_findings& of) {
  std::string text = "\nCredentials\n";
  const bool fails = of.credentials && !*of.credentials;
  for (const aws::considered_source& each : of.found.plan.considered) {
    text += fmt::format("  {:5}  {}: {}\n", mark_of(each.verdict, fails), each.name, each.why);
  }
  text += "\n";
  if (!of.found.plan.source) return text + fmt::format("  error: {}\n", of.found.plan.source.error().message());
  if (!of.credentials) {
    return text + (is_last_resort(of.found.plan)
                       ? "  not asked for: only asking tells whether there is a metadata service; leave out --offline\n"
                       : "  not asked for (--offline)\n");
  }
  if (!*of.credentials) return text + fmt::format("  error: {}\n", of.credentials->error().message());
  const auth::credentials& who = ***of.credentials;
  text += fmt::format("  access key id  {}\n", aws::masked_key_id(who.access_key_id));
  text += fmt::format("  kind           {}\n", who.session_token.empty() ? "long-lived" : "temporary");
  text += fmt::format("  expires        {}\n", expiry(who, of.now));
  text += fmt::format("  account        {}\n", who.account_id.empty() ? "not known" : who.account_id);
  return text;
}

std::string endpoint_line(const doctor_findings& of, std::string_view name, aws::service_id service) {
  std::optional<std::string_view> account;
  if (of.credentials && *of.credentials && !(**of.credentials)->account_id.empty())
    account = (**of.credentials)->account_id;
  const auto where = aws::resolve_endpoint(of.found.applied, service, account);
  if (!where) return fmt::format("  {}  error: {}\n", name, where.error().message());
  std::string text = fmt::format("  {}  {}, signed for {}", name, where->url.text(), where->signing_region);
  const auto through = aws::proxy_for(where->url, of.found.variables);
  if (!through) return text + fmt::format("; error: {}\n", through.error().message());
  if (*through) text += fmt::format("; through the proxy of {}", (*through)->variable);
  return text + "\n";
}

std::string call_section(const doctor_call& of) {
  if (!of.answer) return fmt::format("\nCall\n  ListTables  error: {}\n", of.answer.error().describe());
  return fmt::format("\nCall\n  ListTables  answered in {} ms, request id {}\n", of.took.count(),
                     of.answer->request_id.empty() ? "not given" : of.answer->request_id);
}

}  // namespace

bool has_credentials(const doctor_findings& of) {
  if (!of.found.plan.source) return false;
  return of.credentials ? of.credentials->has_value() : !is_last_resort(of.found.plan);
}

std::string doctor_report(const doctor_findings& of) {
  return settings_section(of.found) + credentials_section(of) + "\nEndpoints\n" +
         endpoint_line(of, "DynamoDB        ", aws::service_id::dynamodb) +
         endpoint_line(of, "DynamoDB Streams", aws::service_id::dynamodb_streams) +
         (of.call ? call_section(*of.call) : "");
}

}  // namespace dynamo::cli
