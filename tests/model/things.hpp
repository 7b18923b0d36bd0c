#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace dynamo::model {

/// The tables of the model tests. Keys are places in short ascending lists, so that order is a comparison of integers.
struct table_shape {
  std::string_view name;
  char partition_type;
  char sort_type;  ///< '\0': the table has no sort key
};
inline constexpr std::array<table_shape, 3> shapes{
    {{"pairs", 'S', 'N'}, {"numbers", 'N', '\0'}, {"letters", 'N', 'S'}}};

inline constexpr std::array<std::string_view, 7> number_keys{"-1000", "-1", "0", "0.5", "3", "20", "100"};
inline constexpr std::array<std::string_view, 7> string_keys{"a", "aa", "ab", "b", "c", "z", "\xc3\xa9"};
inline constexpr int places = 7;

/// Where an item lies: table, and places in the lists of keys.
struct place {
  int table = 0;
  int partition = 0;
  int sort = 0;
  friend auto operator<=>(const place&, const place&) = default;
};

/// What an item holds beside its key. An empty set is the absence of the attribute, as in DynamoDB.
struct thing {
  std::optional<int> n;
  std::optional<std::string> s;
  std::set<std::string> t;
  std::optional<std::string> v;  ///< canonical, of any type (vectors.hpp)
  std::string w;                 ///< which write made it; empty: nobody asks
  friend bool operator==(const thing&, const thing&) = default;
};

/// Canonical JSON of the item, of its key alone, and of chosen attributes of it.
std::string item_text(const place&, const thing&);
std::string key_text(const place&);
std::string attributes_text(const thing&, const std::set<std::string>& chosen);
std::string key_value(char type, int at);  ///< {"S":"a"}
/// Vector indexes need a table that is not made provisioned.
std::string create_table_text(int table, bool with_stream, bool with_vector_indexes = true);

}  // namespace dynamo::model
