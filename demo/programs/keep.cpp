#include "keep.hpp"

#include "support/files.hpp"
#include "support/process.hpp"

#include <fmt/core.h>

#include <filesystem>

// DEMO_SOURCES comes from CMakeLists.txt.

namespace demo {

step_report show_visitor(screen& out, const std::string& directory) {
  const auto begin = std::chrono::steady_clock::now();
  step_report report("kept");
  const std::string path = whole_path(directory);
  out.say(fmt::format("The database is in {}. This program opens it (demo/visitor.cpp):", path));
  out.say("");
  out.verbatim(text_of(DEMO_SOURCES "/programs/visitor.cpp"));
  out.say("");
  out.say("A CMakeLists.txt for it:");
  out.say("");
  out.verbatim(
      fmt::format("cmake_minimum_required(VERSION 3.25)\n"
                  "project(visitor CXX)\n"
                  "add_subdirectory({} dynamo_table)\n"
                  "add_executable(visitor visitor.cpp)\n"
                  "target_link_libraries(visitor dynamo::dynamo_table)",
                  std::filesystem::path(DEMO_SOURCES).parent_path().string()));
  out.say("");

  const std::string program = program_folder() + "/dynamo_demo_visitor";
  out.say(fmt::format("It was built with the demo: {} {}", program, path));
  auto visitor = child_process::start(program, {path}, child_process::piped::both);
  if (!visitor) {
    report.finding = visitor.error().message();
    return report;
  }
  out.verbatim(visitor->read_all(std::chrono::seconds(60)));
  const child_process::ending end = visitor->wait();
  report.held = end.ok();
  report.finding = end.ok() ? path : fmt::format("{}: the visitor's program {}", path, end.to_string());
  report.took = std::chrono::steady_clock::now() - begin;
  return report;
}

}  // namespace demo
