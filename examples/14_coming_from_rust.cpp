// For those who know the Rust crate dynamo_table: each of its names in C++. docs/coming_from_rust.md quotes this program.
#include <dynamo/asio.hpp>
#include <dynamo/database.hpp>
#include <dynamo/decorators/metered.hpp>
#include <dynamo/remote.hpp>
#include <dynamo/remote/default_endpoint.hpp>
#include <dynamo/server.hpp>
#include <dynamo/table.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>

using namespace std::chrono_literals;

// A table is a struct, and its keys and indexes declared beside it.
struct Order {
  std::string user_id;
  std::string order_id;
  std::string email;
  std::string status = "open";
  std::optional<std::string> note;
  double total = 0;
  std::int64_t points = 0;
  std::uint64_t login_count = 0;
  std::optional<dynamo::ttl> expires;
};
using by_email = dynamo::global_index<"global-orders-email-total", dynamo::partition_key<&Order::email>,
                                      dynamo::sort_key<&Order::total>>;
struct orders_schema : dynamo::schema<"orders", Order, dynamo::partition_key<&Order::user_id>,
                                      dynamo::sort_key<&Order::order_id>, by_email> {};
using orders_table = dynamo::table<orders_schema>;

// One declaration for each attribute that is named in conditions and updates.
inline constexpr auto order_id = dynamo::attr<&Order::order_id>;
inline constexpr auto email = dynamo::attr<&Order::email>;
inline constexpr auto status = dynamo::attr<&Order::status>;
inline constexpr auto note = dynamo::attr<&Order::note>;
inline constexpr auto total = dynamo::attr<&Order::total>;
inline constexpr auto points = dynamo::attr<&Order::points>;
inline constexpr auto login_count = dynamo::attr<&Order::login_count>;

// What a projection reads, and what an update changes: smaller structs with some of the members.
struct order_summary {
  std::string order_id;
  std::string status;
};
struct order_change {
  std::optional<std::string> status;
  std::optional<double> total;
};

void check(bool as_expected, const char* what) {
  if (as_expected) return;
  std::cerr << what << '\n';
  std::exit(1);
}
template <class T>
T must(dynamo::result<T> done) {
  if (!done) {
    std::cerr << done.error().describe() << '\n';
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*done);
}

void where_tables_are() {
  auto db = must(dynamo::database::in_memory());
  auto serving = must(dynamo::server::start(db.endpoint()));  // stands for DynamoDB in this program

  // Nothing is needed where the environment says it all. In code:
  dynamo::remote_options options;
  options.region = "us-west-2";
  options.endpoint_url = serving.url();
  options.credentials = dynamo::auth::credentials("test", "test");
  options.times.connect = 5s;
  options.times.read = 30s;
  options.times.operation = 90s;
  options.retries = dynamo::retry_settings::standard();
  options.retries->attempts = 5;
  must(dynamo::init(options));
  must(dynamo::init(options));  // again with the same: fine

  auto aws = must(dynamo::remote(options));
  must(dynamo::set_default_endpoint(aws.endpoint(), dynamo::if_set::replace));
  check(dynamo::current_default_endpoint() != nullptr, "a default");

  must(orders_table().create_if_absent().run());
  check(must(orders_table().verify().run()).empty(), "the table is as the type says");
  must(dynamo::set_default_endpoint(nullptr, dynamo::if_set::replace));
}

void items(const orders_table& orders) {
  const Order order{"user123", "order456", "user@example.com", "open", "ring twice", 12.5, 0, 0, std::nullopt};
  must(orders.put(order).run());
  auto again = orders.put(order, only_if(order_id.not_exists())).run();
  check(!again && again.error().conditional_check_failed(), "there is one already");
  auto raw_again = orders.put(order, only_if(dynamo::raw("attribute_not_exists(user_id)"))).run();
  check(!raw_again && raw_again.error().conditional_check_failed(), "there is one already");

  std::optional<Order> found = must(orders.get({"user123", "order456"}).run());
  check(found && found->total == 12.5, "found");
  check(!must(orders.get({"user123", "nothing"}, dynamo::consistent_read).run()), "nothing is no error");

  must(orders.remove({"user123", "order456"}).run());
  must(orders.put(order).run());
  must(orders.remove(order).run());

  // The same table on another endpoint, for one call or for many.
  auto elsewhere = must(dynamo::database::in_memory());
  must(orders.on(elsewhere).create_if_absent().run());
  check(!must(orders.on(elsewhere).get(order).run()), "another database");
}

void updates(const orders_table& orders) {
  must(orders.put({"user123", "order456", "user@example.com", "open", "ring twice", 12.5, 0, 0, std::nullopt}).run());

  // With a clause for each attribute, from JSON, from a struct, or from a list made at run time.
  must(orders.update({"user123", "order456"}, set(status, "paid"), set(total, 14.0)).run());
  must(orders.update({"user123", "order456"}, dynamo::set_from_json(R"({"status": "paid", "total": 14})")).run());
  const order_change change{"packed", std::nullopt};
  must(orders.update({"user123", "order456"}, dynamo::set_from(change)).run());

  auto moved = orders.update({"user123", "order456"}, set(status, "sent"), only_if(status == "open")).run();
  check(!moved && moved.error().conditional_check_failed(), "it was packed");
  moved =
      orders
          .update({"user123", "order456"}, set(status, "sent"),
                  only_if(dynamo::raw("attribute_exists(user_id) AND status = :old", dynamo::bind(":old", "packed"))))
          .run();
  must(std::move(moved));

  must(orders.update({"user123", "order456"}, remove(note)).run());

  auto counted = must(
      orders.update({"user123", "order456"}, add(login_count, 1), add(points, -10), dynamo::return_updated_new).run());
  check(must(counted.get(points)) == -10, "an attribute that is absent counts as 0");

  // Names that are known at run time only are checked against the struct when the call is made.
  const std::vector<std::pair<std::string, int>> steps = {{"login_count", 1}, {"points", 15}};
  dynamo::update_list changes;
  for (const auto& [name, step] : steps) changes.add(name, step);
  changes.remove("note");
  counted = must(orders.update({"user123", "order456"}, changes, dynamo::return_updated_new).run());
  check(must(counted.get(points)) == 5 && must(counted.get(login_count)) == 2, "both in one request");
}

void queries(const orders_table& orders) {
  for (int i = 100; i < 120; ++i) {
    const Order order{"ann",
                      "order" + std::to_string(i),
                      "ann@example.com",
                      i % 2 == 0 ? "open" : "paid",
                      std::nullopt,
                      i * 1.0,
                      0,
                      0,
                      std::nullopt};
    must(orders.put(order).run());
  }

  // A page at a time, and on from its cursor.
  dynamo::page<Order> page = must(orders.query("ann", dynamo::page_size(10)).page().run());
  check(page.items.size() == 10 && page.examined == 10, "a page");
  check(page.next.has_value(), "there is more");
  const std::string text = page.next->text();  // URL-safe: may go to a browser and back
  page = must(orders.query("ann", dynamo::resume_from(dynamo::cursor(text))).page().run());
  check(page.items.size() == 10 && !page.next, "the rest");

  page = must(orders.query("ann", dynamo::order_by::descending, dynamo::item_limit(5)).page().run());
  check(page.items.front().order_id == "order119", "the last one first");
  page = must(orders.query("ann", order_id.begins_with("order11")).page().run());
  check(page.items.size() == 10, "by a prefix");
  page = must(orders.query("ann", order_id.between("order105", "order107")).page().run());
  check(page.items.size() == 3, "a range");
  page = must(orders.query("ann", filter(status == "open" && total > 110)).page().run());
  check(page.items.size() == 4, "filtered");
  page = must(orders.query("ann", filter(dynamo::raw("status = :s", dynamo::bind(":s", "open")))).page().run());
  check(page.items.size() == 10, "filtered by text, reserved word and all");
  page = must(orders.query("ann", filter(email.contains("example"))).page().run());
  check(page.items.size() == 20, "by a part of an attribute");
  page = must(orders.query("ann", dynamo::order_by::descending, filter(status == "open")).page().run());
  check(page.items.size() == 10, "filtered, backwards");

  auto single = orders.query("ann").one().run();
  check(!single, "there are several");
  check(must(orders.query("ann").first().run()).has_value(), "the first of them");
  check(must(orders.query("ann").count().run()) == 20, "over all pages, and no item is transferred");

  // Where cursors leave the program: signed ones cannot be made up. The page after the one in hand may be asked for ahead.
  const orders_table guarded = orders.with(dynamo::cursor_keys("a key of 16 bytes or more"));
  page = must(guarded.query("ann", dynamo::page_size(10)).page().run());
  check(!guarded.query("ann", dynamo::resume_from(dynamo::cursor(text))).page().run(),
        "one without a signature is refused");
  std::size_t ahead = 0;
  for (dynamo::result<Order> one : guarded.query("ann", dynamo::page_size(5), dynamo::prefetch).items())
    ahead += one ? 1 : 0;
  check(ahead == 20, "all of them");

  // Into a smaller struct, of which only the attributes are transferred.
  dynamo::page<order_summary> summaries = must(orders.query("ann").as<order_summary>().page().run());
  check(summaries.items.size() == 20, "summaries");
  summaries = must(orders.query("ann", filter(status == "open")).as<order_summary>().page().run());
  check(summaries.items.size() == 10, "summaries of some");

  // A stream of all items: nothing is read before the first one is asked for, and one page is held.
  std::size_t count = 0;
  for (dynamo::result<Order> one : orders.query("ann", dynamo::page_size(3)).items()) count += one ? 1 : 0;
  for (dynamo::result<Order> one : orders.query("ann", filter(status == "open")).items()) count += one ? 1 : 0;
  check(count == 30, "streams");

  page = must(orders.scan(dynamo::page_size(100)).page().run());
  page = must(orders.scan(filter(total > 115)).page().run());
  check(page.items.size() == 4, "a scan");
}

void indexes(const orders_table& orders) {
  dynamo::page<Order> page = must(orders.query(by_email{}, "ann@example.com", dynamo::page_size(10)).page().run());
  page = must(orders.query(by_email{}, "ann@example.com", dynamo::resume_from(*page.next)).page().run());
  check(page.items.size() == 10, "the second page");
  page = must(orders.query(by_email{}, "ann@example.com", dynamo::order_by::descending).page().run());
  check(page.items.front().total == 119, "the dearest first");
  page = must(orders.query(by_email{}, "ann@example.com", filter(status == "paid")).page().run());
  check(page.items.size() == 10, "filtered");
  auto one = must(orders.query(by_email{}, "ann@example.com", total == 105).one().run());
  check(one && one->order_id == "order105", "the only one");
  check(must(orders.query(by_email{}, "ann@example.com").count().run()) == 20, "counted");

  auto summaries = must(orders.query(by_email{}, "ann@example.com").as<order_summary>().page().run());
  summaries =
      must(orders.query(by_email{}, "ann@example.com", dynamo::order_by::descending).as<order_summary>().page().run());
  check(summaries.items.front().order_id == "order119", "backwards");
  summaries =
      must(orders.query(by_email{}, "ann@example.com", filter(status == "paid")).as<order_summary>().page().run());
  check(summaries.items.size() == 10, "filtered");
}

void batches(const std::shared_ptr<dynamo::endpoint>& db) {
  // The policy of a table; a call may have its own.
  const orders_table orders =
      orders_table{db}.with(dynamo::batch_policy().retries(3).waits(200ms, 5s)).with(dynamo::page_size(50));

  std::vector<Order> all;
  for (int i = 0; i < 30; ++i) all.push_back({"bob", std::to_string(i), "bob@example.com", "open", {}, 1.0, 0, 0, {}});
  dynamo::batch_written written = must(orders.batch_put(all).run());
  must(written.complete());
  check(must(orders.batch_put(all, dynamo::item_collection_metrics).run()).item_collections.empty(),
        "there are some where there are local indexes");
  const auto ok = std::ranges::count_if(written.puts, &dynamo::write_outcome::ok);
  check(static_cast<std::size_t>(ok) == all.size(), "each outcome stands at the index of its input");
  check(written.effort.elapsed.count() >= 0 && written.effort.retries == 0, "what it took");
  std::cout << written.effort.capacity_units.value_or(0) << " units\n";

  const std::vector<std::pair<std::string, std::string>> keys = {{"bob", "1"}, {"bob", "99"}, {"bob", "3"}};
  dynamo::batch_found<Order> found = must(orders.batch_get(keys).run());
  must(found.complete());
  check(*found.items[0] && !*found.items[1] && *found.items[2], "found, not there, found");

  // What is here and not there, by key.
  std::vector<Order> here;
  for (auto& one : found.items) {
    if (one && *one) here.push_back(**one);
  }
  const auto only_left = must(dynamo::left_diff<orders_schema>(here, keys));
  const auto missing = must(dynamo::right_diff<orders_schema>(here, keys));
  check(only_left.empty() && missing.size() == 1 && missing[0].second == "99", "differences");

  must(must(orders.batch_remove(keys).run()).complete());
  const std::vector<Order> puts(all.begin(), all.begin() + 2);
  written = must(orders.batch_write(puts, keys).run());
  check(written.removes.size() == 3, "both at once");
  for (const dynamo::write_outcome& one : written.removes) {
    if (one.status() == dynamo::write_status::failed) std::cerr << one.why().describe() << '\n';
  }
}

void times_to_live(const orders_table& orders) {
  dynamo::ttl expires = must(dynamo::ttl::after(90min));
  expires = must(dynamo::ttl::after_seconds(3'600));
  expires = must(dynamo::ttl::after_days(30));
  expires = must(dynamo::ttl::at(std::chrono::system_clock::now() + 24h));
  expires = dynamo::ttl::from_unix_seconds(1'900'000'000);
  const std::int64_t seconds = expires.unix_seconds();
  const std::chrono::sys_seconds time = expires;
  check(seconds == time.time_since_epoch().count(), "the same");
  check(!dynamo::ttl::after_days(std::numeric_limits<std::int64_t>::max()), "an overflow is an error");

  must(orders.put({"eve", "1", "eve@example.com", "open", {}, 1.0, 0, 0, expires}).run());
  check(must(orders.get({"eve", "1"}).run())->expires == expires, "a member like any other");
}

void capacity(const std::shared_ptr<dynamo::endpoint>& db) {
  auto metrics = std::make_shared<dynamo::call_metrics>();
  const orders_table orders = orders_table{db}.with(metrics);  // every call is counted, whether it asks or not
  auto found = must(orders.get({"ann", "order100"}).with_details().run());
  check(found.details.capacity_units == 0.5, "of one call");
  must(orders.update({"ann", "order100"}, add(points, 1)).run());
  metrics->add_units(dynamo::operation_name::get_item, "orders", 1.5, 0);  // what somebody else has consumed

  double read = 0, write = 0;
  std::uint64_t calls = 0;
  for (const dynamo::table_totals& one : metrics->totals()) {
    read += one.read_units;
    write += one.write_units;
    calls += one.calls;
  }
  check(read == 2 && write > 0 && calls == 2, "of all calls");
  check(!metrics->snapshot().empty(), "by operation and table");
  metrics->log_stats();
  dynamo::log_at_exit(metrics);
}

void errors(const orders_table& orders) {
  auto done = orders.update({"user123", "nothing"}, set(status, "paid"), only_if(status == "open")).run();
  check(!done, "refused");
  const dynamo::error& why = done.error();
  if (why.conditional_check_failed()) std::cout << "changed by somebody else, or not there\n";
  if (why.serialization_failed()) std::cout << "a value does not fit\n";
  if (why.from_service()) std::cout << why.code() << ": " << why.message() << '\n';
  check(why.conditional_check_failed() && !why.serialization_failed() && why.from_service(), "what it was");
}

// The same calls, awaited.
boost::asio::awaitable<std::size_t> awaited(orders_table orders) {
  std::optional<Order> found = must(co_await orders.get({"ann", "order100"}));
  std::size_t count = found ? 1 : 0;
  auto stream = orders.query("ann").item_stream();
  while (must(co_await stream.next())) ++count;
  co_return count;
}

/// All of it, wherever the table is.
bool works_on(const std::shared_ptr<dynamo::endpoint>& db) {
  const orders_table orders{db};
  must(orders.create_if_absent().run());
  items(orders);
  updates(orders);
  queries(orders);
  indexes(orders);
  batches(db);
  times_to_live(orders);
  capacity(db);
  errors(orders);

  boost::asio::io_context loop(1);
  std::size_t count = 0;
  boost::asio::co_spawn(loop, awaited(orders), [&](const std::exception_ptr&, std::size_t all) { count = all; });
  loop.run();
  return count == 21;
}

int main() {
  where_tables_are();
  auto db = must(dynamo::database::in_memory());
  check(works_on(db.endpoint()), "in this process");

  auto served = must(dynamo::database::in_memory());
  auto serving = must(dynamo::server::start(served.endpoint()));
  dynamo::remote_options options;
  options.region = "us-west-2";
  options.endpoint_url = serving.url();
  options.credentials = dynamo::auth::credentials("test", "test");
  auto remote = must(dynamo::remote(options));
  check(works_on(remote.endpoint()), "over HTTP");
}
