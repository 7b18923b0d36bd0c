#pragma once

#include <dynamo/database.hpp>
#include <dynamo/remote.hpp>
#include <dynamo/server.hpp>

#include <support/tls_terminator.hpp>

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
    static certificate_options of_localhost() {
      certificate_options options;
      options.hosts = "DNS:localhost";
      return options;
    }
    identity authority = identity::authority("tests");
    identity server{of_localhost(), authority};
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

/// A database as a test of typed tables reaches it: in this process; or over a wire, if DYNAMO_TEST_WIRE is http or https. So one suite is true of both.
class wired_database {
 public:
  explicit wired_database(const database& db) : endpoint_(db.endpoint()) {
    const char* const wish = std::getenv("DYNAMO_TEST_WIRE");
    const std::string_view kind = wish != nullptr ? wish : "";
    if (kind == "http") endpoint_ = std::make_shared<wire>(std::move(endpoint_), wire::kind::http);
    if (kind == "https") endpoint_ = std::make_shared<wire>(std::move(endpoint_), wire::kind::https);
  }
  const std::shared_ptr<dynamo::endpoint>& endpoint() const noexcept { return endpoint_; }

 private:
  std::shared_ptr<dynamo::endpoint> endpoint_;
};

inline result<wired_database> wired(const result<database>& db) {
  if (!db) return std::unexpected(db.error());
  return wired_database(*db);
}

}  // namespace dynamo::testing_support
