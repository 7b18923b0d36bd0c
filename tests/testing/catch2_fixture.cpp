#if !__has_include(<catch2/catch_test_macros.hpp>)
#define CATCH_CONFIG_MAIN  // version 2: this file has the program's main
#endif
#include <dynamo/testing/catch2.hpp>

#include <testing/notes.hpp>

#include <string>

using dynamo::testing_support::Note;
using dynamo::testing_support::notes_schema;

TEST_CASE_METHOD(dynamo::testing::database_fixture, "Tables work on a database of the test's own") {
  const dynamo::table<notes_schema> notes;
  REQUIRE(ok(notes.create_if_absent().run()));
  const Note note{"1", "milk"};
  REQUIRE(ok(notes.put(note).run()));
  const auto found = notes.get("1").run();
  REQUIRE(ok(found));
  CHECK((*found)->text == "milk");
}

TEST_CASE_METHOD(dynamo::testing::database_fixture, "Faults reach what uses the default endpoint") {
  faults->add(dynamo::fault_rule(dynamo::fault::throttle));
  const auto created = dynamo::table<notes_schema>().create_if_absent().run();
  REQUIRE_FALSE(created);
  CHECK(created.error().code() == dynamo::errc::throttled);
}

TEST_CASE("A failed check prints the error") {
  const dynamo::result<int> failed = dynamo::fail(dynamo::errc::throttled, "slow down");
  CHECK(Catch::StringMaker<dynamo::test_outcome>::convert(ok(failed)) == "throttled: slow down");
  CHECK(Catch::StringMaker<dynamo::error>::convert(failed.error()) == "throttled: slow down");
}
