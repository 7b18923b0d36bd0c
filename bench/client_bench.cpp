/// What a call of dynamo::remote() costs its program in CPU time, from struct to struct: beside a bare socket that sends and receives the same
/// bytes, and with many calls in flight; and beside other people's clients if they are given. The server is a stub in a process of its own, which
/// answers with constants.
///
///     client_bench [--quick] [--only TEXT] [--row NAME] [--side bare|ours --rounds N] [--peer "NAME=COMMAND with {url} and {calls}"]...
#include "client/client_peer.hpp"
#include "client/stub_server.hpp"
#include "order.hpp"
#include "order_readers.hpp"
#include "ratio.hpp"

#include <dynamo/asio.hpp>
#include <dynamo/auth/sigv4.hpp>
#include <dynamo/remote.hpp>
#include <dynamo/remote/event_loop_of.hpp>
#include <dynamo/table.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <support/tls_peer.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

namespace dynamo::bench {
namespace {

struct client_orders_schema : schema<"orders", order, partition_key<&order::customer>, sort_key<&order::id>> {};

constexpr unsigned calls_per_round = 100;
constexpr unsigned queries_per_round = 20;

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "client_bench: %s\n", why.c_str());
  std::exit(1);
}
template <class T>
T got(result<T> outcome) {
  if (!outcome) stop(outcome.error().describe());
  return *std::move(outcome);
}
void done(const result<void>& outcome) {
  if (!outcome) stop(outcome.error().describe());
}

/// The item as DynamoDB JSON: what the encoder writes into a request, taken from there.
class sent_item final : public endpoint {
 public:
  result<reply> call(request asked) override {
    const std::string_view all = asked.body.view();
    const std::size_t at = all.find(R"("Item":)") + 7;
    item = all.substr(at, all.rfind('}') - at);
    body = all;
    return reply(json::buffer("{}"));
  }
  void start(request r, reply_sink& to) override { to.complete(call(std::move(r))); }
  std::string item, body;
};

stub_server::bodies bodies_of(const std::string& item) {
  stub_server::bodies of;
  of.get_item = R"({"Item":)" + item + "}";
  of.put_item = "{}";
  of.query = R"({"Count":100,"Items":[)";
  for (int i = 0; i < 100; ++i) of.query += (i == 0 ? "" : ",") + item;
  of.query += R"(],"ScannedCount":100})";
  return of;
}

/// Sends the same bytes, and waits for the same number of bytes.
class bare_connection {
 public:
  explicit bare_connection(std::uint16_t port) : socket_(connect_to(port)) {}
  bare_connection(std::uint16_t port, SSL_CTX* tls) : bare_connection(port) {
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, socket_);
    if (SSL_connect(ssl_) != 1) stop("no TLS with the stub");
  }
  bare_connection(const bare_connection&) = delete;
  bare_connection& operator=(const bare_connection&) = delete;
  ~bare_connection() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    ::close(socket_);
  }

  void exchange(std::string_view request) {
    if (ssl_ != nullptr) {
      SSL_write(ssl_, request.data(), static_cast<int>(request.size()));
    } else {
      (void)!::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    }
    std::size_t held = 0, whole = 0;
    do {
      const auto came = ssl_ != nullptr
                            ? SSL_read(ssl_, bytes_.data() + held, static_cast<int>(bytes_.size() - held))
                            : static_cast<int>(::recv(socket_, bytes_.data() + held, bytes_.size() - held, 0));
      if (came <= 0) stop("the stub closed the bare connection");
      held += static_cast<std::size_t>(came);
      if (whole == 0) whole = size_of({bytes_.data(), held});
    } while (held < whole || whole == 0);
  }

 private:
  static std::size_t size_of(std::string_view response) {
    const std::size_t end = response.find("\r\n\r\n"), length = response.find("Content-Length: ");
    if (end == response.npos) return 0;
    return end + 4 + static_cast<std::size_t>(std::atoll(response.data() + length + 16));
  }

  int socket_;
  SSL* ssl_ = nullptr;
  std::vector<char> bytes_ = std::vector<char>(1 << 20);
};

double median_of(std::vector<double> all) {
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end());
  return *middle;
}

double process_cpu() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) * 1e-3;
}

using orders = table<client_orders_schema>;

enum class kind { get, put, query };

/// A request as an SDK would send it, for the bare side.
std::string bare_request(std::string_view operation, std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: "
         "DynamoDB_20120810." +
         std::string(operation) + "\r\nX-Amz-Date: 20261128T120000Z\r\nAuthorization: " + std::string(250, 'a') +
         "\r\nUser-Agent: bare\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

class bench {
 public:
  bench(ratios& table, std::string item, std::string put_body)
      : table_(table), item_(std::move(item)), put_body_(std::move(put_body)), stub_(bodies_of(item_), authority_) {}
  ~bench() { std::filesystem::remove(authority_); }
  bench(const bench&) = delete;
  bench& operator=(const bench&) = delete;

  /// The PEM file of the authority that signed the stub's certificate.
  const std::string& authority() const noexcept { return authority_; }
  void signature();
  void one_at_a_time(bool tls);
  /// `own_loop`: the service does its I/O on the callers' loop.
  void in_flight(bool tls, unsigned calls, bool own_loop);
  /// What a call costs the whole process, ours and each peer's. The programs run in turn, several times; medians. After in_flight(),
  /// whose rows with a loop of their own it takes.
  void beside(bool tls, const std::vector<client_peer>& peers);

 private:
  /// Ours, one call at a time.
  client_peer::costs one_by_one(bool tls, unsigned calls) const;
  std::string url(bool tls) const {
    return tls ? "https://localhost:" + std::to_string(stub_.tls_port())
               : "http://127.0.0.1:" + std::to_string(stub_.port());
  }
  remote_service service(bool tls, std::shared_ptr<event_loop> loop = nullptr) const {
    remote_options options;
    options.loop = std::move(loop);
    options.region = "eu-west-1";
    options.credentials = auth::credentials("AKIDEXAMPLE", "a-secret-of-forty-characters-or-so-it-is");
    options.endpoint_url = url(tls);
    if (tls) options.ca_bundle = authority_;
    return got(remote(options));
  }

  ratios& table_;
  const std::string item_, put_body_;
  const std::string authority_ =
      std::filesystem::temp_directory_path() / ("client_bench_" + std::to_string(::getpid()) + ".pem");
  stub_server stub_;
  std::array<client_peer::costs, 2> in_flight_;  ///< plain, and by TLS
};

/// Of a GetItem, with a key that was derived before.
void bench::signature() {
  const auth::credentials who("AKIDEXAMPLE", "a-secret-of-forty-characters-or-so-it-is");
  const auth::signing_key key(who, "20261128", "eu-west-1", "dynamodb");
  const auth::header_view headers[] = {{"content-type", "application/x-amz-json-1.0"},
                                       {"host", "dynamodb.eu-west-1.amazonaws.com"},
                                       {"x-amz-date", "20261128T120000Z"},
                                       {"x-amz-target", "DynamoDB_20120810.GetItem"}};
  auth::signable_request request;
  request.headers = headers;
  const order one = make_order(7);
  const std::string body =
      R"({"TableName":"orders","Key":{"customer":{"S":")" + one.customer + R"("},"id":{"S":")" + one.id + R"("}}})";
  request.payload = body;
  table_.alone("SigV4 signature", promise::microseconds(1.0, "0.65"), calls_per_round, [&](std::uint64_t) {
    if (auth::authorization(key, request, "20261128T120000Z").empty()) stop("no signature");
  });
}

void bench::one_at_a_time(bool tls) {
  const std::string with = tls ? ", TLS" : "";
  const auto aws = service(tls);
  const orders on{aws};
  const order one = make_order(7);
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  const auto bare = tls ? std::make_unique<bare_connection>(stub_.tls_port(), context.get())
                        : std::make_unique<bare_connection>(stub_.port());
  const std::string key =
      R"({"TableName":"orders","Key":{"customer":{"S":")" + one.customer + R"("},"id":{"S":")" + one.id + R"("}}})";
  const std::string get = bare_request("GetItem", key), put = bare_request("PutItem", put_body_),
                    query = bare_request("Query", key);
  const promise of_get = tls ? promise::none() : promise::microseconds(35, "25-32");
  const promise of_query = tls ? promise::none() : promise::microseconds(90, "71");
  table_.compare(
      "GetItem" + with, of_get, calls_per_round, [&](std::uint64_t) { bare->exchange(get); },
      [&](std::uint64_t) {
        if (!got(on.get({one.customer, one.id}).run())) stop("an item is missing");
      });
  table_.compare(
      "PutItem" + with, promise::none(), calls_per_round, [&](std::uint64_t) { bare->exchange(put); },
      [&](std::uint64_t) { done(on.put(one).run()); });
  table_.compare(
      "Query of 100" + with, of_query, queries_per_round, [&](std::uint64_t) { bare->exchange(query); },
      [&](std::uint64_t) {
        if (got(on.query(one.customer).page().run()).items.size() != 100) stop("a page of another size");
      });
}

boost::asio::awaitable<void> caller(const orders& on, const order& one, kind what, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    if (what == kind::get) {
      auto found = co_await on.get({one.customer, one.id});
      if (!found || !*found) stop("an item is missing");
    } else if (what == kind::put) {
      auto put = co_await on.put(one);
      if (!put) stop(put.error().describe());
    } else {
      auto page = co_await on.query(one.customer).page();
      if (!page || page->items.size() != 100) stop("a page of another size");
    }
  }
}

void bench::in_flight(bool tls, unsigned calls, bool own_loop) {
  boost::asio::io_context loop(1);
  const auto aws = service(tls, own_loop ? event_loop_of(loop.get_executor()) : nullptr);
  const orders on{aws};
  const order one = make_order(7);
  struct row {
    const char* name;
    kind what;
    unsigned each;
    double budget;
  };
  const double budget_of_get = tls || !own_loop ? 0 : 10;
  for (const row& r : {row{"GetItem", kind::get, 400, budget_of_get}, row{"PutItem", kind::put, 400, 0},
                       row{"Query of 100", kind::query, 40, 0}}) {
    const std::string name = std::string(r.name) + (tls ? ", TLS, " : ", ") + std::to_string(calls) +
                             (own_loop ? " in flight on one thread" : " in flight, the service's thread beside theirs");
    if (!table_.wanted(name)) continue;
    const auto all_calls = [&](std::uint64_t) {
      loop.restart();
      for (unsigned i = 0; i < calls; ++i) {
        boost::asio::co_spawn(loop, caller(on, one, r.what, r.each), boost::asio::detached);
      }
      loop.run();
    };
    if (table_.profiling()) {
      all_calls(0);
      table_.profile(name, all_calls, 1, 1, calls * r.each);
      continue;
    }
    std::vector<double> rounds;
    for (int round = 0; round < (table_.quick() ? 5 : 21); ++round) {
      const double begin = process_cpu();
      all_calls(0);
      if (round > 0) rounds.push_back((process_cpu() - begin) / (calls * r.each));
    }
    const double median = median_of(std::move(rounds));
    if (own_loop) in_flight_[tls][{std::string(r.name).substr(0, std::string(r.name).find(' ')), calls}] = median;
    const std::string budget = r.budget == 0 ? "-" : std::to_string(static_cast<int>(r.budget)) + " us";
    std::printf("| %s | - | %.2f | - | %s | | - | - | %s |\n", name.c_str(), median, budget.c_str(),
                r.budget == 0               ? ""
                : median <= r.budget        ? "ok"
                : median <= r.budget * 1.25 ? "over, within a quarter"
                                            : "OVER");
    std::fflush(stdout);
  }
}

client_peer::costs bench::one_by_one(bool tls, unsigned calls) const {
  const auto aws = service(tls);
  const orders on{aws};
  const order one = make_order(7);
  client_peer::costs found;
  const auto measure = [&](const char* operation, unsigned times, const auto& call) {
    double begin = 0;
    for (int round = 0; round < 2; ++round) {
      begin = process_cpu();
      for (unsigned i = 0; i < times; ++i) call();
    }
    found[{operation, 1}] = (process_cpu() - begin) / times;
  };
  measure("GetItem", calls, [&] {
    if (!got(on.get({one.customer, one.id}).run())) stop("an item is missing");
  });
  measure("PutItem", calls, [&] { done(on.put(one).run()); });
  measure("Query", calls / 10, [&] {
    if (got(on.query(one.customer).page().run()).items.size() != 100) stop("a page of another size");
  });
  return found;
}

void bench::beside(bool tls, const std::vector<client_peer>& peers) {
  const unsigned calls = table_.quick() ? 640 : 3200;
  std::vector<std::map<std::pair<std::string, unsigned>, std::vector<double>>> runs(1 + peers.size());
  const auto keep = [](auto& into, const client_peer::costs& costs) {
    for (const auto& [row, microseconds] : costs) into[row].push_back(microseconds);
  };
  keep(runs[0], in_flight_[tls]);
  for (int round = 0; round < (table_.quick() ? 1 : 3); ++round) {
    keep(runs[0], one_by_one(tls, calls));
    for (std::size_t i = 0; i < peers.size(); ++i) keep(runs[1 + i], peers[i].run(url(tls), calls));
  }
  std::printf("\n| CPU time of the whole process for a call, us%s | ours |", tls ? ", by TLS" : "");
  for (const client_peer& peer : peers) std::printf(" %s |", peer.name().c_str());
  std::printf("\n|---|---|");
  for (std::size_t i = 0; i < peers.size(); ++i) std::printf("---|");
  std::printf("\n");
  for (const unsigned in_flight : {1u, 8u, 32u}) {
    for (const char* operation : {"GetItem", "PutItem", "Query"}) {
      const std::string what = std::string(operation) + (operation[0] == 'Q' ? " of 100" : "");
      std::printf("| %s, %s |", what.c_str(),
                  in_flight == 1 ? "one at a time" : (std::to_string(in_flight) + " in flight").c_str());
      for (auto& of : runs) {
        const auto found = of.find({operation, in_flight});
        if (found == of.end()) {
          std::printf(" - |");
        } else {
          std::printf(" %.1f |", median_of(found->second));
        }
      }
      std::printf("\n");
    }
  }
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  using namespace dynamo::bench;
  const std::vector<client_peer> peers = take_client_peers(argc, argv);
  ratios table(argc, argv);
  const auto sent = std::make_shared<sent_item>();
  done(orders{std::shared_ptr<dynamo::endpoint>(sent)}.put(make_order(7)).run());
  bench all(table, sent->item, sent->body);
  table.heading("client: one call at a time");
  all.signature();
  for (const bool tls : {false, true}) all.one_at_a_time(tls);
  table.heading("client: many calls in flight, CPU time of the whole process");
  for (const bool tls : {false, true}) {
    for (const bool own_loop : {true, false}) {
      for (const unsigned calls : {8u, 32u}) all.in_flight(tls, calls, own_loop);
    }
  }
  if (peers.empty()) return 0;
  have_peers_trust(all.authority());
  for (const bool tls : {false, true}) all.beside(tls, peers);
}
