#pragma once

#include "movie.hpp"

#include <dynamo/base/result.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace demo {

/// Where the movies come from; the helper programs get the same, so that they can recompute what must be stored.
struct input_choice {
  std::string file;  ///< a JSON array of movies; empty: they are made up
  std::uint64_t count = 5'000;
  std::uint64_t seed = 0;

  std::vector<std::string> to_arguments() const;
  static dynamo::result<input_choice> from_arguments(std::span<char* const>);
};

/// A sequence of movies with distinct keys. Thread-safe; at() is a pure function of the index and of what was opened.
class movie_source {
 public:
  virtual ~movie_source() = default;
  virtual std::uint64_t size() const = 0;
  /// The first edition of movie `index`, which is less than size().
  virtual movie at(std::uint64_t index) const = 0;
  /// "4,609 movies of moviedata.json", for people.
  virtual std::string describe() const = 0;
};

using shared_source = std::shared_ptr<const movie_source>;

/// Errors: invalid_argument, with the place in the file.
dynamo::result<shared_source> open_movies(const input_choice&);

/// Reads the whole file; movies whose key comes twice are there once, as the later one.
dynamo::result<shared_source> read_movie_file(const std::string& path);
/// Makes movies up as they are asked for: any number of them takes no memory.
shared_source generate_movies(std::uint64_t count, std::uint64_t seed);

}  // namespace demo
