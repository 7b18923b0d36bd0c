#pragma once

#include "doctor.hpp"
#include "event_source.hpp"
#include "serve.hpp"

#include <string>

namespace dynamo::cli {

/// What a command line asks for.
struct command {
  enum class kind : unsigned char {
    serve,
    doctor,
    event_source,
    print,   ///< `text` to standard output: help, version
    refuse,  ///< `text` to standard error: the command line is wrong
  };
  kind what = kind::refuse;
  serve_settings serve;
  doctor_settings doctor;
  event_source_settings event_source;
  std::string text;
};

/// Pure, but for the default number of columns.
command read_command_line(int count, const char* const* words);

}  // namespace dynamo::cli
