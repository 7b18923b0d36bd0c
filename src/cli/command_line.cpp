#include "command_line.hpp"

// The only file that includes CLI11.
#include <dynamo/http/listener.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <sstream>

namespace dynamo::cli {
namespace {

constexpr const char* about =
    "DynamoDB on your own machine: tables in a directory or in memory, behind DynamoDB's own protocol.";

/// One in brackets is the default. CLI11's own words for a type say more than a reader wants to know.
void add_serve_flags(CLI::App& serve, serve_settings& s) {
  serve.add_option("--port", s.port, "TCP port; 0 picks a free one")->option_text("N [8000]");
  serve
      .add_option("--host", s.host, "Address to listen on; 0.0.0.0 is every interface, and signatures are not checked")
      ->option_text("ADDRESS [127.0.0.1]");
  serve.add_option("--data", s.data, "Directory of the database, made if there is none; without it, all is in memory")
      ->option_text("DIR");
  serve.add_option("--region", s.region, "Region in ARNs")->option_text("NAME [local]");
  serve.add_option("--threads", s.threads, "Threads that serve connections, at most 16; 0 is one for each core")
      ->check(CLI::Range(0u, http::listener_options::threads_max))
      ->option_text("N [0]");
  serve.add_option("--connections", s.connections_max, "Open at one time; one more is answered 503")
      ->check(CLI::Range(1u, 1'000'000u))
      ->option_text("N [2048]");
  serve.add_option("--allow-origin", s.allowed_origins, "Web pages of this origin may use the server; may be repeated")
      ->option_text("ORIGIN");
}

void add_doctor_flags(CLI::App& doctor, doctor_settings& s) {
  doctor.add_option("--profile", s.profile, "Profile of ~/.aws/config, instead of AWS_PROFILE")->option_text("NAME");
  doctor.add_option("--region", s.region, "Instead of AWS_REGION and the profile's")->option_text("NAME");
  doctor.add_option("--endpoint-url", s.endpoint_url, "Of DynamoDB and its streams, instead of AWS's")
      ->option_text("URL");
  CLI::Option* const offline =
      doctor.add_flag("--offline", s.offline, "Asks no source of credentials and runs no process");
  doctor.add_flag("--call", s.call, "Also makes one signed call, of ListTables, and says what came of it")
      ->excludes(offline);
}

bool is_region(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// What the flags cannot check one by one; empty if all is well.
std::string trouble_with(const CLI::App& serve, const serve_settings& s) {
  if (serve.count("--data") > 0 && s.data.empty()) return "--data names no directory";
  if (s.host.empty()) return "--host names no address";  // an unset variable must not open the server to everybody
  if (!is_region(s.region)) return "--region is small letters, digits and hyphens, such as eu-west-1";
  return {};
}

std::string trouble_with(const CLI::App& doctor) {
  for (const char* const flag : {"--profile", "--region", "--endpoint-url"}) {
    if (doctor.count(flag) > 0 && doctor.get_option(flag)->as<std::string>().empty())
      return std::string(flag) + " is empty";
  }
  return {};
}

command refused(const std::string& why, const std::string& advice = "\n`dynamo help` lists all flags\n") {
  command c;
  c.text = "dynamo: " + why + advice;
  return c;
}

}  // namespace

command read_command_line(int count, const char* const* words) {
  command wanted;
  CLI::App app(about, "dynamo");
  app.set_version_flag("--version", std::string("dynamo ") + DYNAMO_VERSION);
  app.require_subcommand(0, 1);  // one that is unknown is named in the complaint; none is seen to below
  CLI::App* const serve = app.add_subcommand("serve", "Answers any AWS SDK over HTTP, until SIGINT or SIGTERM");
  CLI::App* const doctor = app.add_subcommand(
      "doctor",
      "Prints which region, endpoint and credentials a program would use here to reach DynamoDB, and why; no secret");
  CLI::App* const help = app.add_subcommand("help", "This text, and all flags");
  help->allow_extras();  // `dynamo help serve`
  add_serve_flags(*serve, wanted.serve);
  add_doctor_flags(*doctor, wanted.doctor);
  const std::string overview = app.help();  // once a command is read, help() is that command's
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& e) {  // also --help and --version
    if (e.get_exit_code() != 0) return refused(e.what());
    std::ostringstream out;
    app.exit(e, out, out);
    wanted.what = command::kind::print;
    wanted.text = out.str();
    return wanted;
  }
  if (help->parsed()) {
    wanted.what = command::kind::print;
    wanted.text = overview + "\n" + serve->help("dynamo") + "\n" + doctor->help("dynamo");
    return wanted;
  }
  if (doctor->parsed()) {
    if (const std::string trouble = trouble_with(*doctor); !trouble.empty()) return refused(trouble);
    wanted.what = command::kind::doctor;
    return wanted;
  }
  if (!serve->parsed()) return refused("Missing command; see `dynamo --help`", "\n\n" + overview);
  if (const std::string trouble = trouble_with(*serve, wanted.serve); !trouble.empty()) return refused(trouble);
  wanted.what = command::kind::serve;
  return wanted;
}

}  // namespace dynamo::cli
