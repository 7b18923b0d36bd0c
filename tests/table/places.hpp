#pragma once

#include <dynamo/table.hpp>

/// A table with an index of every kind.
namespace places {

struct place {
  std::string country;
  std::string id;
  std::string city;
  std::optional<std::string> street;
  std::optional<std::uint32_t> house;
  double rating = 0;
  std::string note;
};

using by_address = dynamo::global_index<"by_address", dynamo::partition_key<&place::country, &place::city>,
                                        dynamo::sort_key<&place::street, &place::house>>;
using by_rating = dynamo::local_index<"by_rating", dynamo::partition_key<&place::country>,
                                      dynamo::sort_key<&place::rating>, dynamo::include<&place::note>>;
using by_street = dynamo::global_index<"by_street", dynamo::partition_key<&place::street>, dynamo::keys_only>;
using by_city = dynamo::global_index<"by_city", dynamo::partition_key<&place::city>, dynamo::include<&place::note>,
                                     dynamo::sort_key<&place::rating>>;
struct schema : dynamo::schema<"places", place, dynamo::partition_key<&place::country>, dynamo::sort_key<&place::id>,
                               by_address, by_rating, by_street, by_city> {};

inline constexpr auto country = dynamo::attr<&place::country>;
inline constexpr auto id = dynamo::attr<&place::id>;
inline constexpr auto city = dynamo::attr<&place::city>;
inline constexpr auto street = dynamo::attr<&place::street>;
inline constexpr auto house = dynamo::attr<&place::house>;
inline constexpr auto rating = dynamo::attr<&place::rating>;
inline constexpr auto note = dynamo::attr<&place::note>;

/// What a row of by_city has, some of it.
struct card {
  std::string city;
  double rating = 0;
  std::string note;
};
/// What a row of by_street has; the street is there, or it would not be in that index.
struct street_and_id {
  std::string street;
  std::string id;
};

struct street_and_id_or_none {
  std::optional<std::string> street;
  std::string id;
};

}  // namespace places
