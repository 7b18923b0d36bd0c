#include "support/process.hpp"
#include "tour.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <mutex>
#include <thread>

namespace demo {
namespace {

constexpr auto timeout = std::chrono::seconds(120);  // of the first process with the second

// clang-format off
DEMO_DECLARE(resume_text,
dynamo::result<key_fingerprint> read_rest(const movies_table& movies, const std::string& text) {
  key_fingerprint seen;
  for (auto item : movies.scan(dynamo::resume_from(dynamo::cursor(text))).as<movie_key>().items()) {
    if (!item) return std::unexpected(item.error());
    seen.add(item->year, item->title);
  }
  return seen;
}
)
// clang-format on

/// Reads a third of the table and returns where it stopped. The database is closed when this returns.
std::string read_first_part(tour& t, key_fingerprint& seen) {
  const auto db = dynamo::database::open(t.directory);
  if (!db) return t.failed(db.error()), "";
  const movies_table movies{*db};
  const auto third = static_cast<std::uint32_t>(t.subject.all.count() / 3);
  DEMO_RUN(t.out, const auto page = movies.scan(dynamo::page_size(third)).page().run());
  if (!page) return t.failed(page.error()), "";
  for (const movie& m : page->items) seen.add(m.year, m.title);
  t.out.answer(fmt::format("{} items; the cursor for the rest, as text:", grouped(page->items.size())));
  if (!page->next) return t.expect(false, "there is no cursor, although more items follow"), "";
  t.out.answer(page->next->text());
  return page->next->text();
}

}  // namespace

int resume_scan(const std::string& directory, const std::string& text) {
  const auto db = dynamo::database::open(directory);
  if (!db) {
    std::printf("%s\n", db.error().describe().c_str());
    return 2;
  }
  const movies_table movies{*db};
  const auto seen = read_rest(movies, text);
  if (!seen) {
    std::printf("%s\n", seen.error().describe().c_str());
    return 1;
  }
  std::printf("%llu %llu\n", static_cast<unsigned long long>(seen->sum()),
              static_cast<unsigned long long>(seen->count()));
  return 0;
}

void tour_second_process(tour& t) {
  t.call("a scan whose cursor is resumed by a second process, once this one has closed the database");
  key_fingerprint seen;
  const std::string cursor = read_first_part(t, seen);
  if (cursor.empty()) return;
  auto second = child_process::start(this_program, {"resume-scan", t.directory, cursor});
  if (!second) return void(t.failed(second.error()));
  const std::string said = second->read_all(timeout);
  const child_process::ending end = second->wait();
  unsigned long long sum = 0, count = 0;
  if (!end.ok() || std::sscanf(said.c_str(), "%llu %llu", &sum, &count) != 2) {
    return void(t.expect(false, fmt::format("the second process {}: {}", end.to_string(), said)));
  }
  t.out.code(resume_text);
  t.out.answer(fmt::format("{} further items in the second process, which asked for their keys alone", grouped(count)));
  seen.add(key_fingerprint(sum, count));
  t.expect(seen == t.subject.all,
           fmt::format("together {} keys: those of the input, each once", grouped(seen.count())));
}

namespace {

void show_merged(tour& t, const movies_table& movies) {
  t.call(
      "the same as one stream: four segments at once, merged, and resumed from a cursor that stands for all of them");
  key_fingerprint seen;
  // clang-format off
  DEMO_RUN(t.out, const auto some = movies.scan(dynamo::parallel(4), dynamo::page_size(100)).as<movie_key>().page().run());
  if (!some || !some->next) return void(t.expect(false, some ? "there is no cursor" : some.error().describe()));
  for (const movie_key& one : some->items) seen.add(one.year, one.title);
  DEMO_RUN(t.out, auto rest = movies.scan(dynamo::parallel(4), dynamo::resume_from(*some->next)).as<movie_key>().items());
  // clang-format on
  for (auto item : rest) {
    if (!item) return void(t.failed(item.error()));
    seen.add(item->year, item->title);
  }
  t.expect(seen == t.subject.all,
           fmt::format("together {} keys: those of the input, each once", grouped(seen.count())));
}

void show_segments(tour& t, const movies_table& movies) {
  t.call("a scan in four parallel segments");
  std::mutex mutex;
  key_fingerprint all;
  std::string sizes, problem;
  // clang-format off
  DEMO_RUN(t.out, const auto scan_part = [&](std::uint32_t part) {
    key_fingerprint seen;
    for (auto item : movies.scan(dynamo::segment(part, 4)).as<movie_key>().items()) {
      if (!item) return item.error().describe();
      seen.add(item->year, item->title);
    }
    const std::lock_guard lock(mutex);
    sizes += " " + grouped(seen.count());
    all.add(seen);
    return std::string();
  });
  // clang-format on
  {
    std::vector<std::jthread> workers;
    for (std::uint32_t part = 0; part < 4; ++part) {
      workers.emplace_back([&, part] {
        const std::string why = scan_part(part);
        const std::lock_guard lock(mutex);
        if (!why.empty()) problem = why;
      });
    }
  }
  if (!problem.empty()) return void(t.expect(false, problem));
  t.out.answer("items in each, as they finished:" + sizes);
  t.expect(all == t.subject.all, fmt::format("together {} keys: those of the input, each once", grouped(all.count())));
}

}  // namespace

void tour_scans(tour& t, const dynamo::database& db) {
  const movies_table movies{db};
  show_segments(t, movies);
  show_merged(t, movies);
}

}  // namespace demo
