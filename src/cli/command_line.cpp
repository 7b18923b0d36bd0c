#include "command_line.hpp"

// The only file that includes CLI11.
#include <dynamo/http/listener.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <initializer_list>
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
  serve.add_flag("--enforce-throughput", s.enforce_throughput,
                 "Throttles requests beyond the throughput of a table or an index, as DynamoDB does");
  serve.add_option("--wording", s.wording, "Errors in the words that DynamoDB has had since 2026, or had in 2025")
      ->check(CLI::IsMember({2025u, 2026u}))
      ->option_text("YEAR [2026]");
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

/// Flags whose text has another form in the settings.
struct event_source_texts {
  std::vector<std::string> environment;
  std::uint32_t retries = 0;
  unsigned time_limit_s = 0;
  std::string from;
};

void add_event_source_flags(CLI::App& source, event_source_settings& s, event_source_texts& texts) {
  source.add_option("--table", s.table, "The table, which has a stream; or a stream's ARN")
      ->required()
      ->option_text("NAME");
  source.add_option("--function", s.function, "Path of the function's program, which is `bootstrap` on Lambda")
      ->required()
      ->option_text("PROGRAM");
  source.add_option("--env", texts.environment, "For the program, besides Lambda's own; may be repeated")
      ->option_text("NAME=VALUE");
  source.add_option("--endpoint-url", s.endpoint_url, "Of DynamoDB and its streams, instead of AWS's")
      ->option_text("URL");
  source.add_option("--region", s.region, "Instead of AWS_REGION and the profile's")->option_text("NAME");
  source.add_option("--profile", s.profile, "Profile of ~/.aws/config, instead of AWS_PROFILE")->option_text("NAME");
  source.add_option("--from", texts.from, "Where a mapping begins that has no checkpoint: `oldest` change or `latest`")
      ->check(CLI::IsMember({"oldest", "latest"}))
      ->option_text("PLACE [oldest]");
  source.add_option("--batch-size", s.batch_size, "Changes in one invocation, at most 10000")
      ->check(CLI::Range(1u, 10'000u))
      ->option_text("N [100]");
  source.add_option("--retries", texts.retries, "Of a batch that fails; then its changes are given up")
      ->check(CLI::Range(0u, 10'000u))
      ->option_text("N [no limit]");
  source.add_flag("--bisect", s.bisect_on_error, "Splits a batch that fails until what spoils it stands alone");
  source.add_option("--failures", s.failures, "Appends a line of JSON for each batch that is given up")
      ->option_text("FILE");
  source
      .add_option("--time-limit", texts.time_limit_s,
                  "Seconds of an invocation, at most 900; then the program is killed")
      ->check(CLI::Range(1u, 900u))
      ->option_text("N [3]");
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

std::string empty_one_of(const CLI::App& app, std::initializer_list<const char*> flags) {
  for (const char* const flag : flags) {
    if (app.count(flag) > 0 && app.get_option(flag)->as<std::string>().empty()) return std::string(flag) + " is empty";
  }
  return {};
}

std::string trouble_with(const CLI::App& doctor) {
  return empty_one_of(doctor, {"--profile", "--region", "--endpoint-url"});
}

/// Also completes the settings.
std::string trouble_with(const CLI::App& source, event_source_settings& s, const event_source_texts& texts) {
  if (std::string empty =
          empty_one_of(source, {"--table", "--function", "--profile", "--region", "--endpoint-url", "--failures"});
      !empty.empty()) {
    return empty;
  }
  for (const std::string& each : texts.environment) {
    const std::size_t end = each.find('=');
    // Not repeated: the value may be a secret.
    if (end == 0 || end == std::string::npos) return "--env is NAME=VALUE";
    s.environment.emplace_back(each.substr(0, end), each.substr(end + 1));
  }
  if (source.count("--retries") > 0) s.retries_max = texts.retries;
  if (source.count("--time-limit") > 0) s.time_limit = std::chrono::seconds(texts.time_limit_s);
  s.from_latest = texts.from == "latest";
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
  CLI::App* const source = app.add_subcommand(
      "event-source", "Hands the changes of a table to a Lambda function's program, until SIGINT or SIGTERM");
  CLI::App* const help = app.add_subcommand("help", "This text, and all flags");
  help->allow_extras();  // `dynamo help serve`
  add_serve_flags(*serve, wanted.serve);
  add_doctor_flags(*doctor, wanted.doctor);
  event_source_texts texts;
  add_event_source_flags(*source, wanted.event_source, texts);
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
    wanted.text =
        overview + "\n" + serve->help("dynamo") + "\n" + doctor->help("dynamo") + "\n" + source->help("dynamo");
    return wanted;
  }
  if (doctor->parsed()) {
    if (const std::string trouble = trouble_with(*doctor); !trouble.empty()) return refused(trouble);
    wanted.what = command::kind::doctor;
    return wanted;
  }
  if (source->parsed()) {
    if (const std::string trouble = trouble_with(*source, wanted.event_source, texts); !trouble.empty())
      return refused(trouble);
    wanted.what = command::kind::event_source;
    return wanted;
  }
  if (!serve->parsed()) return refused("Missing command; see `dynamo --help`", "\n\n" + overview);
  if (const std::string trouble = trouble_with(*serve, wanted.serve); !trouble.empty()) return refused(trouble);
  wanted.what = command::kind::serve;
  return wanted;
}

}  // namespace dynamo::cli
