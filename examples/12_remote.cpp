// The same tables on a service: DynamoDB itself, ScyllaDB Alternator, DynamoDB Local, or, as here, this library's own server.
#include <dynamo/database.hpp>
#include <dynamo/remote.hpp>
#include <dynamo/remote/default_endpoint.hpp>
#include <dynamo/server.hpp>
#include <dynamo/table.hpp>

#include <chrono>
#include <iostream>

struct User {
  std::string user_id, name;
  std::uint64_t logins = 0;
};
struct users_schema : dynamo::schema<"users", User, dynamo::partition_key<&User::user_id>> {};
inline constexpr auto logins = dynamo::attr<&User::logins>;

int report(const dynamo::error& why) {
  std::cerr << why.describe() << '\n';
  return 1;
}

int main() {
  using namespace std::chrono_literals;
  // What takes AWS's place in this example.
  auto db = dynamo::database::in_memory();
  if (!db) return report(db.error());
  auto serving = dynamo::server::start(db->endpoint());
  if (!serving) return report(serving.error());

  // On AWS nothing of this is needed: region and credentials are found as AWS's CLI finds them, and `dynamo doctor` shows them.
  dynamo::remote_options options;
  options.endpoint_url = serving->url();
  options.region = "eu-west-1";
  options.credentials = dynamo::auth::credentials("AKIDEXAMPLE", "a-secret");
  options.times.operation = 5s;                          // for a call with all its attempts
  options.retries = dynamo::retry_settings::standard();  // as AWS's SDKs do
  options.retries->attempts = 6;

  auto service = dynamo::remote(options);
  if (!service) return report(service.error());
  dynamo::table<users_schema> users{*service};
  if (auto created = users.create_if_absent().run(); !created) return report(created.error());
  if (auto put = users.put({"user123", "Jane"}).run(); !put) return report(put.error());

  // A counter is not sent again when its reply was lost: it says so instead.
  if (auto counted = users.update("user123", add(logins, 1)).run(); !counted) {
    if (counted.error().outcome_unknown()) std::cerr << "perhaps counted, perhaps not: ";
    return report(counted.error());
  }
  // Called with details, an answer says more of itself.
  auto found = users.get("user123").with_details().run();
  if (!found || !found->value) return 1;
  std::cout << found->value->name << ": " << found->value->logins << " login, request " << found->details.request_id
            << '\n';

  // Or as the default of all tables that name no endpoint.
  if (auto made = dynamo::init(options); !made) return report(made.error());
  auto same = dynamo::table<users_schema>{}.get("user123").run();
  if (!same) return report(same.error());
  std::cout << service->retries().retries << " retries\n";
  return *same && (*same)->logins == 1 ? 0 : 1;
}
