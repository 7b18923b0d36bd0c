# NOT_CONTAINS of the legacy parameters is true of an attribute that is not there.
include("${CMAKE_CURRENT_LIST_DIR}/mutate.cmake")
replace([==[  both.children.push_back(of_attribute(condition::kind::attribute_exists, attribute, {}));
  both.children.push_back(negated(std::move(made)));
  return both;
]==] [==[  return negated(std::move(made));
]==])
save()
