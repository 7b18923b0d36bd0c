/// What the server costs: requests a second from one core, and CPU time for each, beside a bare server on Beast that answers with a
/// constant of the same size, and beside other servers if they are given.
///
///     server_bench [--quick] [--only TEXT] [--peer "NAME=COMMAND with {port}"]...
///
/// All servers are programs of their own that live side by side; in each of many short rounds each has its turn, and medians are
/// printed. So a machine that is busy with something else is busy for all.
#include "server/contender.hpp"
#include "server/load.hpp"
#include "server/requests.hpp"
#include "server/vector_searches.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr unsigned connections = 16;
constexpr std::uint32_t items = 10'000;

struct settings {
  bool quick = false;
  std::string only;
  std::vector<std::pair<std::string, std::vector<std::string>>> peers;  ///< name and command
  milliseconds turn() const { return milliseconds(quick ? 150 : 400); }
  unsigned rounds() const { return quick ? 5 : 15; }
  std::uint64_t long_stream() const { return quick ? 100'000 : 1'000'000; }
  /// A server that is slow with streams gets as far as it gets.
  seconds filling_time() const { return seconds(quick ? 10 : 60); }
};

using servers = std::vector<std::unique_ptr<contender>>;

std::vector<std::string> words_of(const std::string& command) {
  std::istringstream in(command);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

settings read(int argc, char** argv) {
  settings s;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--quick") {
      s.quick = true;
    } else if (argument == "--only" && i + 1 < argc) {
      s.only = argv[++i];
    } else if (argument == "--peer" && i + 1 < argc) {
      const std::string peer = argv[++i];
      const auto sign = peer.find('=');
      s.peers.emplace_back(peer.substr(0, sign), words_of(peer.substr(sign + 1)));
    } else if (argument != "--side" && argument != "--rounds") {
      std::fprintf(stderr, "usage: %s [--quick] [--only TEXT] [--peer \"NAME=COMMAND with {port}\"]...\n", argv[0]);
      std::exit(2);
    } else {
      ++i;  // for the programs that print ratios
    }
  }
  return s;
}

const std::string& first_request() {
  static const std::string text = request_text("ListTables", "{}");
  return text;
}

std::unique_ptr<contender> start_ours() {
  return std::make_unique<contender>(
      "dynamo", std::vector<std::string>{DYNAMO_PROGRAM, "serve", "--port", "{port}", "--threads", "1"},
      first_request());
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct figures {
  std::vector<double> rate;      ///< requests a second
  std::vector<double> cpu_each;  ///< microseconds
};

/// All servers in turn, round after round.
std::vector<figures> measure(const settings& s, const std::vector<contender*>& all,
                             const std::vector<std::string>& requests) {
  std::vector<figures> found(all.size());
  std::vector<std::unique_ptr<load>> loads;
  for (contender* each : all) {
    loads.push_back(std::make_unique<load>(each->port(), connections));
    loads.back()->run(requests, s.turn());  // warms up
  }
  for (unsigned round = 0; round < s.rounds(); ++round) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto begin = std::chrono::steady_clock::now();
      const nanoseconds cpu = all[i]->cpu();
      const auto count = static_cast<double>(loads[i]->run(requests, s.turn()));
      found[i].cpu_each.push_back(static_cast<double>((all[i]->cpu() - cpu).count()) / 1'000 / count);
      found[i].rate.push_back(count / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
  }
  return found;
}

class bench {
 public:
  explicit bench(settings s) : settings_(std::move(s)) {
    all_.push_back(start_ours());
    for (const auto& [name, command] : settings_.peers) {
      all_.push_back(std::make_unique<contender>(name, command, first_request()));
    }
    for (const auto& each : all_) {
      for (const char* table : {"plain", "streamed", "long"})
        must(*each, create_table(table, table != std::string("plain")));
      fill(*each, "plain", items, seconds(600));
    }
    std::printf("\n### the server: requests a second from one core, and CPU time for each\n\n| | bare Beast |");
    for (const auto& each : all_) std::printf(" %s |", each->name().c_str());
    std::printf(" dynamo's CPU time | budget | |\n|---|---|");
    for (std::size_t i = 0; i < all_.size(); ++i) std::printf("---|");
    std::printf("---|---|---|\n");
  }

  /// A row: requests of one kind, one of them with its answer for the size of the bare server's.
  void row(const std::string& name, double budget_percent, const std::vector<std::string>& requests) {
    if (name.find(settings_.only) == std::string::npos) return;
    const std::string answer = load::ask(all_.front()->port(), requests.front());
    const std::size_t size = answer.size() - (answer.find("\r\n\r\n") + 4);
    contender bare("bare Beast", {DYNAMO_BARE_BEAST, "{port}", std::to_string(size)}, requests.front());
    std::vector<contender*> taking_part{&bare};
    for (const auto& each : all_) taking_part.push_back(each.get());
    const std::vector<figures> found = measure(settings_, taking_part, requests);
    std::printf("| %s |", name.c_str());
    for (const figures& each : found) std::printf(" %.0f, %.1f us |", median(each.rate), median(each.cpu_each));
    std::vector<double> ratios;
    for (std::size_t i = 0; i < found[0].cpu_each.size(); ++i)
      ratios.push_back(found[1].cpu_each[i] / found[0].cpu_each[i]);
    const double percent = 100 / median(ratios);
    std::printf(" %.2f x bare |", median(ratios));
    if (budget_percent > 0) {
      std::printf(" <= %.2f x | %s |\n", 100 / budget_percent, percent >= budget_percent ? "ok" : "OVER");
    } else {
      std::printf(" | |\n");
    }
    std::fflush(stdout);
  }

  void rows() {
    std::vector<std::string> gets, puts, streamed, long_streamed, queries;
    for (std::uint32_t i = 0; i < items; ++i) {
      const std::uint32_t number = i * 7'919 % items;  // not in order
      gets.push_back(get_item("plain", number));
      puts.push_back(put_item("plain", number));
      streamed.push_back(put_item("streamed", number));
      long_streamed.push_back(put_item("long", number));
    }
    for (std::uint32_t i = 0; i < items / 100; ++i) queries.push_back(query_of_100("plain", i * 37 % (items / 100)));
    row("GetItem", 75, gets);
    row("Query of 100", 0, queries);
    row("PutItem", 0, puts);
    row("PutItem with a stream", 0, streamed);
    const std::string of_many = "PutItem with a stream of " + std::to_string(settings_.long_stream()) + " records";
    if (of_many.find(settings_.only) == std::string::npos) return;
    std::string note;
    for (const auto& each : all_) {
      const std::uint64_t records = fill(*each, "long", settings_.long_stream(), settings_.filling_time());
      if (records < settings_.long_stream()) note += "; " + each->name() + ": of " + std::to_string(records);
    }
    row(of_many + note, 0, long_streamed);
  }

 private:
  static void must(const contender& on, const std::string& request) {
    const std::string answer = load::ask(on.port(), request);
    if (answer.substr(8, 5) == " 200 ") return;
    std::fprintf(stderr, "%s answers %s\n", on.name().c_str(), answer.c_str());
    std::exit(1);
  }

  /// Puts `count` items or more, the same ones again and again: how many it had time for.
  static std::uint64_t fill(const contender& on, const std::string& table, std::uint64_t count, seconds time) {
    std::vector<std::string> batches;
    for (std::uint32_t from = 0; from < items; from += 25) batches.push_back(put_25_items(table, from));
    return 25 * load(on.port(), 4).run(batches, time, count / 25);
  }

  const settings settings_;
  servers all_;
};

void start_up(const settings& s) {
  const unsigned times = s.quick ? 5 : 21;
  std::printf(
      "\n### the server: from its start to its first answer, and memory then\n\n| | time | resident |\n|---|---|---|\n");
  auto all = s.peers;
  all.insert(all.begin(), {"dynamo", {DYNAMO_PROGRAM, "serve", "--port", "{port}"}});
  all.insert(all.begin(), {"bare Beast", {DYNAMO_BARE_BEAST, "{port}", "100"}});
  for (const auto& [name, command] : all) {
    std::vector<double> ms, mb;
    for (unsigned i = 0; i < times; ++i) {
      const contender one(name, command, first_request());
      ms.push_back(static_cast<double>(one.start_time().count()) * 1e-6);
      mb.push_back(static_cast<double>(one.resident_bytes()) / 1'048'576);
    }
    std::printf("| %s | %.1f ms | %.1f MB |\n", name.c_str(), median(ms), median(mb));
  }
}

constexpr const char* of_searches = "SearchVectors";

void vector_searches(const settings& s) {
  auto all = s.peers;
  all.insert(all.begin(), {"dynamo", {DYNAMO_PROGRAM, "serve", "--port", "{port}", "--threads", "1"}});
  print_vector_searches(all, s.quick);
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  const dynamo::bench::settings s = dynamo::bench::read(argc, argv);
  if (std::string("start-up").find(s.only) != std::string::npos) dynamo::bench::start_up(s);
  if (s.only == "start-up") return 0;
  if (std::string(dynamo::bench::of_searches).find(s.only) != std::string::npos) dynamo::bench::vector_searches(s);
  if (s.only == dynamo::bench::of_searches) return 0;
  dynamo::bench::bench(s).rows();
}
