#pragma once

#include "shown.hpp"

#include <dynamo/table.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// What the demo's table holds, as any application would write it; each declaration keeps its text, so that it can be shown.
namespace demo {

// clang-format off
DEMO_DECLARE(struct_text,
enum class audience : std::uint8_t { everyone, teenagers, adults };

struct movie_info {
  std::vector<std::string> directors;
  std::vector<std::string> actors;
  std::set<std::string> genres;
  std::optional<std::chrono::year_month_day> release_date;
  std::optional<dynamo::number> rating;
  std::optional<std::int32_t> rank;
  std::optional<std::chrono::seconds> running_time;
  std::optional<std::string> plot;
  std::optional<std::string> image_url;
  bool operator==(const movie_info&) const = default;
};

struct movie {
  std::int32_t year = 0;
  std::string title;
  std::uint32_t edition = 1;
  audience suits = audience::everyone;
  movie_info info;
  std::optional<std::string> director;
  std::optional<dynamo::number> rating;
  std::optional<std::uint64_t> views;
  bool operator==(const movie&) const = default;
};
)
}  // namespace demo

DEMO_DECLARE(demo_traits_text,
template <> struct dynamo::attributes<demo::movie_info>
    : dynamo::traits<dynamo::omit_empty<&demo::movie_info::directors>, dynamo::omit_empty<&demo::movie_info::actors>> {};
)

namespace demo {

DEMO_DECLARE(schema_text,
using by_director = dynamo::global_index<"by_director", dynamo::partition_key<&movie::director>, dynamo::sort_key<&movie::rating>,
                                         dynamo::include<&movie::edition>>;
using by_rating = dynamo::local_index<"by_rating", dynamo::partition_key<&movie::year>, dynamo::sort_key<&movie::rating>,
                                      dynamo::keys_only>;
using by_audience = dynamo::global_index<"by_audience", dynamo::partition_key<&movie::suits>, dynamo::keys_only>;

struct movies_schema
    : dynamo::schema<"movies", movie, dynamo::partition_key<&movie::year>, dynamo::sort_key<&movie::title>,
                     by_director, by_rating, by_audience> {};

inline constexpr auto title = dynamo::attr<&movie::title>;
inline constexpr auto year_of = dynamo::attr<&movie::year>;
inline constexpr auto views = dynamo::attr<&movie::views>;
inline constexpr auto rating = dynamo::attr<&movie::rating>;
inline constexpr auto rank = dynamo::attr<&movie::info, &movie_info::rank>;
inline constexpr auto info_rating = dynamo::attr<&movie::info, &movie_info::rating>;
inline constexpr auto genres = dynamo::attr<&movie::info, &movie_info::genres>;
)
// clang-format on

using movies_table = dynamo::table<movies_schema>;

/// Sets what the indexes are ordered by, from the movie's info: its first director, and its rating, where it has them.
void derive_index_keys(movie&);

/// A later edition of a movie: what is written when its key comes a second time.
movie with_edition(movie, std::uint32_t edition);

/// One line for people: year, title, edition, rating, genres.
std::string describe(const movie&);

/// The item as DynamoDB stores it: canonical JSON.
std::string to_item(const movie&);
/// The key of an item in canonical form: its attributes in the order of their names, as in the item.
std::string key_of(std::string_view item);

}  // namespace demo
