#pragma once

#include "movies/input.hpp"
#include "shelf.hpp"
#include "support/screen.hpp"

#include <dynamo/database.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

/// A part of a movie, for reads that want no more.
struct movie_key {
  std::int32_t year = 0;
  std::string title;
};

/// Any number of keys as one figure that does not depend on their order: a key that is missing or comes twice changes it.
class key_fingerprint {
 public:
  void add(std::int32_t of, std::string_view called);
  void add(const key_fingerprint& more) { sum_ += more.sum_, count_ += more.count_; }
  std::uint64_t sum() const { return sum_; }
  std::uint64_t count() const { return count_; }
  key_fingerprint() = default;
  key_fingerprint(std::uint64_t sum, std::uint64_t count) : sum_(sum), count_(count) {}
  friend bool operator==(const key_fingerprint&, const key_fingerprint&) = default;

 private:
  std::uint64_t sum_ = 0, count_ = 0;
};

/// What the table should hold, recomputed from the input: never from the table.
class tour_subject {
 public:
  explicit tour_subject(const movie_source&);

  movie first;                 ///< what most calls are about
  movie last;                  ///< what is deleted
  std::int32_t year = 0;       ///< the year that is queried
  std::vector<movie> of_year;  ///< its movies, by title
  std::string director;        ///< who made the most movies
  std::vector<movie> of_director;
  key_fingerprint all;

  /// From now on the table should hold this instead.
  void remember(const movie& changed);
};

/// Step 2, shared by its parts: shows calls, compares their answers with the subject, and counts.
class tour {
 public:
  tour(screen& o, const movie_source& source, std::string where)
      : out(o), subject(source), directory(std::move(where)) {}

  screen& out;
  tour_subject subject;
  std::string directory;

  void call(std::string_view name) { out.call(name); }
  bool expect(bool held, std::string_view text);
  /// The same for a list: shows the first few and compares all.
  bool expect_equal(const std::vector<movie>& found, const std::vector<movie>& expected, std::string_view what);
  /// Shows an error and counts it against the call.
  bool failed(const dynamo::error&);

  int asked() const { return asked_; }
  int held() const { return held_; }

 private:
  int asked_ = 0, held_ = 0;
};

void tour_items(tour&, const dynamo::database&);
void tour_queries(tour&, const dynamo::database&);
void tour_indexes(tour&, const dynamo::database&);
void tour_batches(tour&, const dynamo::database&);
void tour_scans(tour&, const dynamo::database&);
void tour_coroutine(tour&, const dynamo::database&);
/// Opens and closes the database by itself, because a second process needs it.
void tour_second_process(tour&);
/// What the second process does; returns its exit code.
int resume_scan(const std::string& directory, const std::string& cursor);

/// Opens the database by itself, and the copy of its movies that step 1 began.
void tour_changes(tour&, const shelf_progress&);
/// What its second process does; returns its exit code.
int resume_changes(const std::string& directory, const std::string& copy, const std::string& last);

/// Step 2 as a whole; `first` becomes what it leaves of movie 0, the only one that it changes.
step_report run_tour(screen&, const movie_source&, const std::string& directory, const shelf_progress&, movie& first);

}  // namespace demo
