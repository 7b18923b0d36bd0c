// Conditions that fail hand over the current item; updates compute, count, and go into nested structs, lists, maps and sets.
#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <iostream>

enum class state { open, paid, shipped };
struct address {
  std::string street;
  std::uint32_t house_number = 0;
};
struct order {
  std::string customer;
  std::uint64_t number = 0;
  state progress = state::open;
  address deliver_to;
  std::vector<std::string> notes;
  std::set<std::string> labels;
  std::map<std::string, std::uint32_t> quantities;
  std::optional<std::uint32_t> reminders;  // empty: no attribute
};
struct orders
    : dynamo::schema<"orders", order, dynamo::partition_key<&order::customer>, dynamo::sort_key<&order::number>> {};
inline constexpr auto progress = dynamo::attr<&order::progress>;
inline constexpr auto street = dynamo::attr<&order::deliver_to, &address::street>;
inline constexpr auto notes = dynamo::attr<&order::notes>;
inline constexpr auto labels = dynamo::attr<&order::labels>;
inline constexpr auto quantities = dynamo::attr<&order::quantities>;
inline constexpr auto reminders = dynamo::attr<&order::reminders>;

int main() {
  auto db = dynamo::database::in_memory();
  if (!db) return 1;
  dynamo::table<orders> table{*db};
  if (!table.create_if_absent().run()) return 1;

  order first;
  first.customer = "alice";
  first.number = 7;
  first.deliver_to = {.street = "High Street", .house_number = 1};
  if (!table.put(first, only_if(progress.not_exists())).run()) return 1;

  auto now =
      table
          .update({"alice", 7}, set(progress, state::paid), set(street, "Low Street"), set(quantities["apples"], 3u),
                  set(notes, list_append(notes, "ring twice", "or knock")), add(labels, "urgent", "gift"),
                  add(reminders, 1), only_if(progress == state::open && quantities.size() < 10), dynamo::return_new)
          .run();
  if (!now) {
    std::cerr << now.error().describe() << '\n';
    return 1;
  }
  std::cout << now->deliver_to.street << ", " << now->quantities["apples"] << " apples, " << now->notes.size()
            << " notes\n";

  // The same once more: the order is not open any longer, and the error brings the item that stands in the way.
  auto again = table
                   .update({"alice", 7}, set(progress, state::paid), only_if(progress == state::open),
                           dynamo::on_failure_return_item)
                   .run();
  if (again || !again.error().conditional_check_failed()) return 1;
  auto current = dynamo::current_item<order>(again.error());
  if (!current || !*current || (*current)->progress != state::paid) return 1;
  std::cout << again.error().message() << ": it is paid already\n";

  auto removed = table.remove(first, dynamo::return_old).run();
  return removed && *removed && (*removed)->reminders == 1u ? 0 : 1;
}
