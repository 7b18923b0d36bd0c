#include "ttl_parameters.hpp"

#include "common_parameters.hpp"
#include "member_reader.hpp"

namespace dynamo::engine {
namespace {

using of_ttl = ttl_specification;
constexpr auto ttl_members = declare(parameter<of_ttl, &of_ttl::enabled>("Enabled").required(),
                                     parameter<of_ttl, &of_ttl::attribute>("AttributeName")
                                         .required()
                                         .within(1, limits::ttl_attribute_name_size_max))
                                 .of("TimeToLiveSpecification");

constexpr auto update_members = declare(
    table_name<ttl_parameters>(),
    parameter<ttl_parameters, &ttl_parameters::specification>("TimeToLiveSpecification", ttl_members).required());

}  // namespace

result<ttl_parameters> read_update_time_to_live(const request& r) { return read_request(r, update_members); }

}  // namespace dynamo::engine
