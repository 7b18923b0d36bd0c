#include <cli/command_line.hpp>

#include <cstdio>

int main(int count, char** words) {
  const dynamo::cli::command wanted = dynamo::cli::read_command_line(count, words);
  switch (wanted.what) {
    case dynamo::cli::command::kind::serve: return dynamo::cli::serve(wanted.serve);
    case dynamo::cli::command::kind::doctor: return dynamo::cli::doctor(wanted.doctor);
    case dynamo::cli::command::kind::event_source: return dynamo::cli::run_event_source(wanted.event_source);
    case dynamo::cli::command::kind::print: std::fputs(wanted.text.c_str(), stdout); return 0;
    case dynamo::cli::command::kind::refuse: break;
  }
  std::fputs(wanted.text.c_str(), stderr);
  return 2;
}
