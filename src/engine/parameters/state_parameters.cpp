#include "state_parameters.hpp"

#include "common_parameters.hpp"
#include "member_reader.hpp"

#include <array>

namespace dynamo::engine {
namespace {

constexpr auto table_state_members = declare(table_name<table_state_parameters>());

using of_specification = recovery_specification;
constexpr auto specification_members =
    declare(parameter<of_specification, &of_specification::enabled>("PointInTimeRecoveryEnabled").required(),
            parameter<of_specification, &of_specification::days>("RecoveryPeriodInDays")
                .within(1, limits::recovery_days_max))
        .of("PointInTimeRecoverySpecification");
using of_recovery = update_recovery_parameters;
constexpr auto update_recovery_members = declare(
    table_name<of_recovery>(),
    parameter<of_recovery, &of_recovery::specification>("PointInTimeRecoverySpecification", specification_members)
        .required());

constexpr auto insights_actions = std::to_array<choice>({{"ENABLE", true}, {"DISABLE", false}});
constexpr auto insights_modes =
    std::to_array<choice>({{"ACCESSED_AND_THROTTLED_KEYS", insights_mode::accessed_and_throttled_keys},
                           {"THROTTLED_KEYS", insights_mode::throttled_keys}});
using of_insights = insights_parameters;
consteval declared<of_insights> index() {
  return parameter<of_insights, &of_insights::index>("IndexName")
      .of_name_letters()
      .within(limits::index_name_size_min, limits::index_name_size_max);
}
constexpr auto describe_insights_members = declare(table_name<of_insights>(), index());
constexpr auto update_insights_members = declare(
    table_name<of_insights>(), index(),
    parameter<of_insights, &of_insights::enable>("ContributorInsightsAction").one_of(insights_actions).required(),
    parameter<of_insights, &of_insights::mode>("ContributorInsightsMode").one_of(insights_modes));

using of_list = list_insights_parameters;
// The model has no least number; nothing is listed by less than one.
constexpr auto list_insights_members =
    declare(optional_table_name<of_list>(), parameter<of_list, &of_list::after>("NextToken"),
            parameter<of_list, &of_list::limit>("MaxResults").within(1, limits::insights_page_max));

}  // namespace

result<table_state_parameters> read_table_state(const request& r) { return read_request(r, table_state_members); }
result<update_recovery_parameters> read_update_recovery(const request& r) {
  return read_request(r, update_recovery_members);
}
result<insights_parameters> read_describe_insights(const request& r) {
  return read_request(r, describe_insights_members);
}
result<insights_parameters> read_update_insights(const request& r) { return read_request(r, update_insights_members); }
result<list_insights_parameters> read_list_insights(const request& r) { return read_request(r, list_insights_members); }

}  // namespace dynamo::engine
