#include "random_registers.hpp"

#include <algorithm>
#include <map>

namespace dynamo::isolation {
namespace {

using chance = std::mt19937_64;

std::int64_t below(chance& random, std::int64_t end) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end));
}

}  // namespace

history random_registers(chance& random, std::size_t operations, int clients, int registers) {
  history all;
  std::map<std::string, std::int64_t> now;
  std::vector<std::int64_t> free_from(static_cast<std::size_t>(clients));
  std::int64_t moment = 0, value = 0;
  while (all.size() < operations) {
    // Operations get their moments one after the other; each began before and ends after it.
    moment += 1 + below(random, 1000);
    const auto client = static_cast<std::size_t>(below(random, clients));
    if (free_from[client] >= moment) continue;
    operation o;
    o.client = static_cast<int>(client);
    o.name = "op";
    o.invoked = std::max(free_from[client], moment - 1 - below(random, 8000));
    if (o.invoked >= moment) o.invoked = moment - 1;
    o.completed = moment + 1 + below(random, 8000);
    o.came = operation::outcome::ok;
    const std::string item = "r" + std::to_string(below(random, registers));
    const std::int64_t fate = below(random, 100), what = below(random, 4);
    const bool applied = fate != 0 && (fate != 1 || random() % 2 == 0);
    if (what != 0) o.does.push_back({access::kind::read, item, now[item], {}});
    if (what != 1) {
      const std::int64_t written = below(random, 8) == 0 ? 0 : ++value;
      o.does.push_back({access::kind::write, item, written, {}});
      if (applied) now[item] = written;
    }
    if (fate == 0) o.came = operation::outcome::failed;
    if (fate == 1) o.came = operation::outcome::unknown;
    free_from[client] = o.completed + 1;
    if (fate == 1) o.completed = operation::never;
    all.push_back(o);
  }
  return all;
}

history with_a_mistake(chance& random, history all) {
  for (int tried = 0; tried < 1000; ++tried) {
    operation& o = all[random() % all.size()];
    if (o.does.empty()) continue;
    access& a = o.does.front();
    switch (random() % 3) {
      case 0: {
        const operation& other = all[random() % all.size()];
        if (a.what != access::kind::read || o.came != operation::outcome::ok) continue;
        if (other.does.back().item != a.item || other.does.back().value == a.value) continue;
        a.value = other.does.back().value;
        return all;
      }
      case 1:
        if (o.completed == operation::never || o.completed - o.invoked < 10) continue;
        o.completed = o.invoked + 1 + below(random, (o.completed - o.invoked) / 4);
        return all;
      default:
        if (o.came != operation::outcome::ok || o.does.back().what != access::kind::write) continue;
        o.came = operation::outcome::failed;
        return all;
    }
  }
  return all;
}

}  // namespace dynamo::isolation
