#pragma once

#include <dynamo/database.hpp>
#include <dynamo/remote.hpp>
#include <dynamo/server.hpp>

#include <support/account.hpp>
#include <support/tls_terminator.hpp>
#include <support/wire.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace dynamo::testing_support {

/// An endpoint, seen through a server and dynamo::remote(): with TLS in front of the server, or without.
class wire final : public endpoint {
 public:
  enum class kind : bool { http, https };

  wire(std::shared_ptr<endpoint> to, kind how, std::shared_ptr<call_observer> observer = nullptr) {
    auto started = server::start(std::move(to));
    if (!started) throw std::runtime_error(started.error().describe());
    server_.emplace(*std::move(started));
    remote_options options;
    options.region = "local";
    options.credentials = auth::credentials("tests", "a-secret");
    options.endpoint_url = server_->url();
    options.observer = std::move(observer);
    if (how == kind::https) {
      terminator_.emplace(known().server, server_->port());
      options.endpoint_url = "https://localhost:" + std::to_string(terminator_->port());
      options.ca_bundle = known().bundle;
    }
    auto made = remote(options);
    if (!made) throw std::runtime_error(made.error().describe());
    remote_.emplace(*std::move(made));
  }

  result<reply> call(request asked) override { return remote_->endpoint()->call(std::move(asked)); }
  void start(request asked, reply_sink& to) override { remote_->endpoint()->start(std::move(asked), to); }

 private:
  /// Made once: keys take their time.
  struct identities {
    identity authority = identity::authority("tests");
    identity server{certificate_options("DNS:localhost"), authority};
    std::string bundle =
        std::filesystem::temp_directory_path() / ("dynamo_tests_" + std::to_string(::getpid()) + ".pem");

    identities() { std::ofstream(bundle) << authority.pem(); }
    ~identities() { std::filesystem::remove(bundle); }
    identities(const identities&) = delete;
    identities& operator=(const identities&) = delete;
  };
  static const identities& known() {
    static const identities all;
    return all;
  }

  std::optional<server> server_;
  std::optional<tls_terminator> terminator_;
  std::optional<remote_service> remote_;
};

/// Another server at a URL, emptied: all its tables are deleted. One test at a time can use it.
inline std::shared_ptr<endpoint> emptied_server(std::string_view url) {
  remote_options options;
  options.region = "us-east-1";
  options.credentials = auth::credentials("tests", "a-secret");
  options.endpoint_url = url;
  auto made = remote(options);
  if (!made) throw std::runtime_error(made.error().describe());
  const std::shared_ptr<endpoint>& server = made->endpoint();
  for (int page = 0; page < 1'000; ++page) {
    const answer listed = call(*server, operation_name::list_tables, "{}");
    if (!listed.ok) throw std::runtime_error(listed.to_string());
    const auto names = elements(member(listed.body, "TableNames").value_or("[]"));
    if (names.empty()) return server;
    // A server that deletes in the background lists a table a while longer, and refuses to delete it twice.
    for (const std::string& name : names) {
      (void)call(*server, operation_name::delete_table, R"({"TableName":)" + name + "}");
    }
  }
  throw std::runtime_error("the server at " + options.endpoint_url + " keeps its tables");
}

/// A database as a test of typed tables reaches it: in this process; over a wire, if DYNAMO_TEST_WIRE is http or https; or another server in its
/// place, if DYNAMO_TEST_WIRE is a URL; or a part of an account (account.hpp), if DYNAMO_TEST_WIRE is `account:` and the prefix of its
/// tables. So one suite is true of all.
class wired_database {
 public:
  explicit wired_database(const database& db) : endpoint_(db.endpoint()) {
    const char* const wish = std::getenv("DYNAMO_TEST_WIRE");
    const std::string_view kind = wish != nullptr ? wish : "";
    constexpr std::string_view of_account = "account:";
    if (kind == "http") endpoint_ = std::make_shared<wire>(std::move(endpoint_), wire::kind::http);
    if (kind == "https") endpoint_ = std::make_shared<wire>(std::move(endpoint_), wire::kind::https);
    if (kind.starts_with("http://") || kind.starts_with("https://")) {
      endpoint_ = emptied_server(kind);
      say_it_is_used(kind);
    }
    if (kind.starts_with(of_account)) {
      endpoint_ = part_of_account(kind.substr(of_account.size()));
      say_it_is_used(kind);
    }
  }
  const std::shared_ptr<dynamo::endpoint>& endpoint() const noexcept { return endpoint_; }

 private:
  /// tests/peers/run and tests/peers/aws count the tests that say so.
  static void say_it_is_used(std::string_view kind) {
    std::printf("%s is used\n", std::string(kind).c_str());
    std::fflush(stdout);
  }

  std::shared_ptr<dynamo::endpoint> endpoint_;
};

inline result<wired_database> wired(const result<database>& db) {
  if (!db) return std::unexpected(db.error());
  return wired_database(*db);
}

}  // namespace dynamo::testing_support
