#include "command_line.hpp"

// The only file that includes CLI11.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <sstream>

namespace dynamo::cli {
namespace {

constexpr const char* about =
    "DynamoDB on your own machine: tables in a directory or in memory, behind DynamoDB's own protocol.";

void add_serve_flags(CLI::App& serve, serve_settings& s) {
  serve.add_option("--port", s.port, "TCP port; 0 picks a free one")->capture_default_str();
  serve
      .add_option("--host", s.host, "Address to listen on; 0.0.0.0 is every interface, and signatures are not checked")
      ->capture_default_str();
  serve.add_option("--data", s.data, "Directory of the database, made if there is none; without it, all is in memory")
      ->type_name("DIR");
  serve.add_option("--region", s.region, "Region in ARNs")->capture_default_str();
  serve.add_option("--threads", s.threads, "Threads that serve connections; 0 is one for each core")
      ->check(CLI::Range(0u, 16u))
      ->capture_default_str();
  serve.add_option("--connections", s.connections_max, "Open at one time; one more is answered 503")
      ->check(CLI::Range(1u, 1'000'000u))
      ->capture_default_str();
  serve.add_option("--allow-origin", s.allowed_origins, "Web pages of this origin may use the server; may be repeated")
      ->type_name("ORIGIN");
}

command refused(const std::string& why) {
  command c;
  c.text = "dynamo: " + why;
  return c;
}

}  // namespace

command read_command_line(int count, const char* const* words) {
  command wanted;
  CLI::App app(about, "dynamo");
  app.set_version_flag("--version", std::string("dynamo ") + DYNAMO_VERSION);
  app.require_subcommand(0, 1);  // one that is unknown is named in the complaint; none is seen to below
  CLI::App* const serve = app.add_subcommand("serve", "Answers any AWS SDK over HTTP, until SIGINT or SIGTERM");
  CLI::App* const help = app.add_subcommand("help", "This text");
  add_serve_flags(*serve, wanted.serve);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& e) {  // also --help and --version
    std::ostringstream out;
    std::ostringstream err;
    wanted.what = app.exit(e, out, err) == 0 ? command::kind::print : command::kind::refuse;
    wanted.text = out.str() + err.str();
    return wanted;
  }
  if (help->parsed()) {
    wanted.what = command::kind::print;
    wanted.text = app.help() + "\n" + serve->help("dynamo serve");
    return wanted;
  }
  if (!serve->parsed()) return refused("a verb is missing\n\n" + app.help());
  if (serve->count("--data") > 0 && wanted.serve.data.empty()) return refused("--data names no directory\n");
  wanted.what = command::kind::serve;
  return wanted;
}

}  // namespace dynamo::cli
