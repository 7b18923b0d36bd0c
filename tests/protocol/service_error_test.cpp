#include <dynamo/protocol/service_error.hpp>

#include <gtest/gtest.h>

namespace {

using namespace dynamo;

TEST(service_error, a_code_reads_back_from_its_wire_type) {
  for (int i = 0; i < static_cast<int>(errc::unrecognized); ++i) {
    const auto code = static_cast<errc>(i);
    EXPECT_EQ(errc_from_wire_type(wire_type(code)), code) << to_string(code);
  }
}

TEST(service_error, the_prefix_is_not_needed_to_recognise_a_type) {
  EXPECT_EQ(errc_from_wire_type("ValidationException"), errc::validation);
  EXPECT_EQ(errc_from_wire_type("com.amazonaws.dynamodb.v20120810#RequestLimitExceeded"), errc::throttled);
  EXPECT_EQ(errc_from_wire_type("com.example#SomethingNew"), errc::unrecognized);
}

TEST(service_error, what_is_not_supported_is_an_unknown_operation_on_the_wire) {
  EXPECT_EQ(wire_type(errc::not_supported), "com.amazon.coral.service#UnknownOperationException");
}

}  // namespace
