#include "tour.hpp"

#include "movies/write_plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <map>

namespace demo {

void key_fingerprint::add(std::int32_t of, std::string_view called) {
  std::uint64_t hash = 0xcbf29ce484222325u ^ static_cast<std::uint32_t>(of);  // FNV-1a
  for (const char c : called) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  sum_ += hash;
  ++count_;
}

tour_subject::tour_subject(const movie_source& source) {
  const auto stored = [&](std::uint64_t index) {
    return with_edition(source.at(index), write_plan::final_edition(index));
  };
  first = stored(0);
  last = stored(source.size() - 1);

  constexpr long enough = 200;  // of a year's movies, to show queries with
  std::map<std::int32_t, long> sizes;
  std::map<std::string, long> works;
  for (std::uint64_t index = 0; index < source.size(); ++index) {
    const movie m = source.at(index);
    all.add(m.year, m.title);
    ++sizes[m.year];
    if (m.director) ++works[*m.director];
  }
  const auto distance = [](const auto& of) { return std::abs(of.second - enough); };
  year = std::ranges::min_element(sizes, {}, distance)->first;
  if (!works.empty()) {
    director = std::ranges::max_element(works, {}, [](const auto& of) { return of.second; })->first;
  }
  for (std::uint64_t index = 0; index < source.size(); ++index) {
    movie m = stored(index);
    if (m.director == director) of_director.push_back(m);
    if (m.year == year) of_year.push_back(std::move(m));
  }
  std::ranges::sort(of_year, {}, &movie::title);
}

void tour_subject::remember(const movie& changed) {
  const auto same = [&](const movie& m) { return m.year == changed.year && m.title == changed.title; };
  if (same(first)) first = changed;
  if (same(last)) last = changed;
  for (std::vector<movie>* some : {&of_year, &of_director}) {
    const auto at = std::ranges::find_if(*some, same);
    if (at != some->end()) *at = changed;
  }
}

bool tour::expect(bool held, std::string_view text) {
  ++asked_;
  held_ += held ? 1 : 0;
  return out.check(held, text);
}

bool tour::expect_equal(const std::vector<movie>& found, const std::vector<movie>& expected, std::string_view what) {
  constexpr std::size_t shown = 3;
  for (std::size_t i = 0; i < found.size() && i < shown; ++i) out.answer(describe(found[i]));
  if (found.size() > shown) out.answer(fmt::format("... and {} more", found.size() - shown));
  const bool same = found == expected;
  return expect(
      same, same ? fmt::format("{} {}: the input says the same", found.size(), what)
                 : fmt::format("{} {}, but by the input there are {}, or others", found.size(), what, expected.size()));
}

bool tour::failed(const dynamo::error& why) { return expect(false, why.describe()); }

step_report run_tour(screen& out, const movie_source& source, const std::string& directory,
                     const shelf_progress& progress, movie& first) {
  const auto begin = std::chrono::steady_clock::now();
  tour all(out, source, directory);
  out.say(fmt::format("Below, `first` is {};", describe(all.subject.first)));
  out.say(fmt::format("`year` is {}, of which the input has {} movies. Each answer is compared with the input.",
                      all.subject.year, all.subject.of_year.size()));
  const auto with_database = [&](auto... parts) {
    const auto db = dynamo::database::open(directory);
    if (!db) return all.failed(db.error());
    (parts(all, *db), ...);
    return true;
  };
  if (with_database(tour_items, tour_queries, tour_indexes)) {
    tour_second_process(all);
    with_database(tour_scans, tour_batches, tour_coroutine);
    tour_changes(all, progress);
  }
  first = all.subject.first;
  step_report report("every operation");
  report.held = all.asked() != 0 && all.held() == all.asked();
  report.finding = fmt::format("{} of {} answers are what the input says", all.held(), all.asked());
  report.took = std::chrono::steady_clock::now() - begin;
  return report;
}

}  // namespace demo
