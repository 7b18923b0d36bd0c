#pragma once

#include <dynamo/table.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

/// A table with vector indexes of every kind.
namespace films {

struct film {
  std::string id;
  std::string genre;
  std::optional<int> year;
  std::string title;
  std::vector<float> meaning;
  std::optional<std::array<float, 2>> colour;
};

using by_meaning =
    dynamo::vector_index<"by_meaning", &film::meaning, dynamo::vector_distance::cosine, dynamo::dimensions<3>>;
using by_genre =
    dynamo::vector_index<"by_genre", &film::meaning, dynamo::vector_distance::dot_product,
                         dynamo::inline_filter<&film::year, &film::title>, dynamo::partition_key<&film::genre>,
                         dynamo::dimensions<3>, dynamo::include<&film::title>>;
using by_colour =
    dynamo::vector_index<"by_colour", &film::colour, dynamo::vector_distance::euclidean, dynamo::keys_only>;
struct schema : dynamo::schema<"films", film, dynamo::partition_key<&film::id>, by_meaning, by_genre, by_colour> {};

inline constexpr auto id = dynamo::attr<&film::id>;
inline constexpr auto genre = dynamo::attr<&film::genre>;
inline constexpr auto year = dynamo::attr<&film::year>;
inline constexpr auto title = dynamo::attr<&film::title>;

struct card {
  std::string id;
  std::string title;
};
/// The colour is there, or the film would not be in that index.
struct coloured {
  std::string id;
  std::array<float, 2> colour{};
};

}  // namespace films
