// isolation_program VERB: makes and judges histories; tests/isolation/run has it and porcupine judge the same ones.
//
//   record PLACE SEED CLIENTS OPERATIONS CRASHES TRANSACTIONS PROGRAM   a history, on standard output; PLACE: memory, disk, memory_over_http,
//                                                         disk_over_http or program (PROGRAM serve, killed); TRANSACTIONS: 0 or 1
//   judge           both verdicts on the history of standard input: exit code 0 (holds), 1 (broken), 2 (no answer)
//   registers       the same of its registers only
//   random SEED     a random history of registers, valid or with a mistake
#include "list_append_check.hpp"
#include "places.hpp"
#include "random_registers.hpp"
#include "recorder.hpp"
#include "register_check.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <span>
#include <stdexcept>
#include <string>

namespace {

using namespace dynamo::isolation;
using dynamo::model::storage;

constexpr int usage_error = 64;

int tell(const verdict& v, std::string_view what) {
  constexpr std::string_view words[] = {"hold", "are BROKEN", "are NOT JUDGED"};
  std::cout << what << " " << words[static_cast<std::size_t>(v.what)] << "\n" << v.words;
  return static_cast<int>(v.what);
}

template <class Place>
int record_on(Place&& on, const recording& how) {
  if (auto failed = on.open()) throw std::runtime_error(*failed);
  const recorded came = recorder(on, how).run();
  if (!came.complaint.empty()) throw std::runtime_error(came.complaint);
  write_history(std::cout, came.all);
  std::cerr << came.all.size() << " operations, " << came.crashes << " crashes\n";
  return 0;
}

int record(std::span<char*> words) {
  const std::string place = words[0];
  recording how;
  how.seed = std::strtoull(words[1], nullptr, 10);
  how.clients = std::atoi(words[2]);
  how.operations = std::atoi(words[3]);
  how.crashes = std::atoi(words[4]);
  how.crash_every = how.crashes > 0 ? std::max(1, how.operations / (how.crashes + 2)) : 0;
  how.lost_one_in = 200;
  how.how.transactions = std::atoi(words[5]) != 0;
  how.how.slots = 1 + how.seed % 4;
  if (place == "program") return record_on(in_a_program(words[6]), how);
  constexpr std::string_view places[] = {"memory", "disk", "memory_over_http", "disk_over_http"};
  const auto at = std::ranges::find(places, place);
  if (at == std::end(places)) throw std::runtime_error("no such place: " + place);
  return record_on(in_process(static_cast<storage::kind>(at - std::begin(places)), how.seed), how);
}

int make_random(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  history all = random_registers(random, 200, 1 + static_cast<int>(random() % 12));
  if (random() % 3 != 0) all = with_a_mistake(random, std::move(all));
  write_history(std::cout, all);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    const std::string verb = count > 1 ? words[1] : "";
    if (verb == "record" && count == 9) return record(std::span(words, 9).subspan(2));
    if (verb == "random" && count == 3) return make_random(std::strtoull(words[2], nullptr, 10));
    if (verb != "judge" && verb != "registers") return usage_error;
    const history all = read_history(std::cin);
    const int registers = tell(check_registers(all), "registers");
    if (verb == "registers") return registers;
    return std::max(registers, tell(check_lists(all), "lists"));
  } catch (const std::exception& e) {
    std::cerr << "isolation_program: " << e.what() << "\n";
    return usage_error;
  }
}
