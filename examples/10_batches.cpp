// Batches: any number of items in few requests, also while the service throttles; and a scan in parallel.
#include <dynamo/database.hpp>
#include <dynamo/decorators/faulty.hpp>
#include <dynamo/table.hpp>

#include <iostream>

struct city {
  std::string name;
  std::int64_t people = 0;
};
struct cities : dynamo::schema<"cities", city, dynamo::partition_key<&city::name>> {};

int main() {
  using namespace std::chrono_literals;
  auto db = dynamo::database::in_memory();
  if (!db) return 1;
  dynamo::table<cities> table{*db};
  if (!table.create_if_absent().run()) return 1;

  std::vector<city> all;
  for (int i = 0; i < 1'000; ++i) all.push_back({"city " + std::to_string(i), i});

  // A bad day: one request in five is throttled, one in five done in part. What is left over is sent again.
  auto plan = std::make_shared<dynamo::fault_plan>(7);
  plan->add(
      dynamo::fault_rule(dynamo::fault::throttle).on(dynamo::operation_name::batch_write_item).with_probability(0.2));
  plan->add(dynamo::fault_rule(dynamo::fault::partial_batch).with_probability(0.2));
  dynamo::table<cities> on_a_bad_day{dynamo::faulty(db->endpoint(), plan)};
  auto written = on_a_bad_day.batch_put(all, dynamo::batch_policy().retries(8).waits(1ms, 10ms).parallel(8)).run();
  if (!written || !written->complete()) return 1;
  std::cout << written->effort.requests << " requests, " << written->effort.retries << " of them repeated something\n";

  // Outcomes stand at the index of their input; a key that is asked for twice is sent once.
  const std::vector<std::string> names = {"city 7", "atlantis", "city 9", "city 7"};
  auto found = table.batch_get(names).run();
  if (!found) return 1;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const dynamo::result<std::optional<city>>& one = found->items[i];
    std::cout << names[i] << ": "
              << (!one   ? one.error().describe()
                  : *one ? std::to_string((*one)->people)
                         : "none")
              << '\n';
  }
  if (!found->complete() || *found->items[1] || (*found->items[3])->people != 7) return 1;

  // Puts and removes at once.
  const std::vector<city> renamed = {{"metropolis", 1'000'000}};
  auto both = table.batch_write(renamed, names).run();
  if (!both || !both->complete() || both->removes[0].status() != dynamo::write_status::superseded) return 1;

  // Four segments at once, as one stream.
  std::size_t count = 0;
  for (auto one : table.scan(dynamo::parallel(4), dynamo::page_size(100)).items()) {
    if (!one) return 1;
    ++count;
  }
  return count == 999 ? 0 : 1;
}
