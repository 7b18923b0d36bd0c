#include <remote/credentials/form_member.hpp>

#include <dynamo/base/detail/percent_encoding.hpp>

namespace dynamo::aws {

void append_form_member(std::string& to, std::string_view name, std::string_view value) {
  if (!to.empty()) to += '&';
  to.append(name) += '=';
  append_percent_encoded(to, value);
}

}  // namespace dynamo::aws
