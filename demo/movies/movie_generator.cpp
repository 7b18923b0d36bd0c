#include "input.hpp"
#include "support/numbers.hpp"

#include <fmt/core.h>

#include <array>
#include <string_view>
#include <utility>

namespace demo {
namespace {

using word = std::string_view;

constexpr std::array<word, 32> adjectives{"Silent",   "Golden",  "Broken", "Hidden",    "Last",   "Crimson", "Distant",
                                          "Frozen",   "Burning", "Lonely", "Electric",  "Paper",  "Secret",  "Wild",
                                          "Blue",     "Quiet",   "Bitter", "Invisible", "Rusty",  "Second",  "Slow",
                                          "Northern", "Perfect", "Stolen", "Ordinary",  "Hollow", "Brave",   "Velvet",
                                          "Borrowed", "Seventh", "Little", "Restless"};
constexpr std::array<word, 40> nouns{
    "Harbour", "Garden", "Engine",    "River",   "Letter", "Winter", "Mirror",   "Station", "Orchard", "Island",
    "Promise", "Bridge", "Tiger",     "Witness", "Circus", "Ocean",  "Teacher",  "Shadow",  "Train",   "Summer",
    "Machine", "Door",   "Forest",    "Dancer",  "Planet", "King",   "Stranger", "Storm",   "Kitchen", "Road",
    "Castle",  "Song",   "Detective", "Horse",   "Comet",  "Sister", "Map",      "Wall",    "Captain", "Café"};
constexpr std::array<word, 20> genre_names{
    "Drama",  "Comedy",  "Thriller",  "Action",    "Romance", "Crime", "Adventure", "Sci-Fi", "Horror",  "Fantasy",
    "Family", "Mystery", "Biography", "Animation", "Sport",   "War",   "History",   "Music",  "Musical", "Western"};
constexpr std::array<word, 32> first_names{"Anna",  "Ben",   "Chiara", "David", "Élise",  "Felix", "Grace", "Hugo",
                                           "Ines",  "Jonas", "Karin",  "Luis",  "Maya",   "Nils",  "Olga",  "Pavel",
                                           "Quinn", "Rosa",  "Stefan", "Tara",  "Umar",   "Vera",  "Wanda", "Xin",
                                           "Yusuf", "Zoë",   "Jørgen", "Aiko",  "Carlos", "Dana",  "Emil",  "Farah"};
constexpr std::array<word, 32> last_names{"Abel",   "Brandt",    "Castillo", "Dahl",     "Engel",   "Fischer",  "Grant",
                                          "Hansen", "Ivanov",    "Jensen",   "Kowalski", "Laurent", "Moreau",   "Novak",
                                          "Okafor", "Petrov",    "Quist",    "Rossi",    "Silva",   "Tanaka",   "Ueda",
                                          "Vogel",  "Weber",     "Xu",       "Young",    "Zimmer",  "Ó Briain", "Núñez",
                                          "Szabo",  "Lindqvist", "Marsh",    "Reyes"};
constexpr int first_year = 1920, years = 94;

/// Numbers that depend on nothing but seed and index (splitmix64).
class draw {
 public:
  draw(std::uint64_t seed, std::uint64_t index) : state_(mix(seed) ^ (index * 0xd1b54a32d192ed03u)) {}
  std::uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15u); }
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// True so often in a thousand times.
  bool per_mille(unsigned share) { return below(1000) < share; }
  template <std::size_t Size>
  word one_of(const std::array<word, Size>& words) {
    return words[below(Size)];
  }
  std::string person() {
    const word first = one_of(first_names);
    return fmt::format("{} {}", first, one_of(last_names));
  }

 private:
  static std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }
  std::uint64_t state_;
};

/// Movies of the shape, and with the gaps, of AWS's sample data.
class generator final : public movie_source {
 public:
  generator(std::uint64_t count, std::uint64_t seed) : count_(count), seed_(seed) {}
  std::uint64_t size() const override { return count_; }
  std::string describe() const override { return grouped(count_) + " made-up movies"; }

  movie at(std::uint64_t index) const override {
    draw from(seed_, index);
    movie m;
    m.title = title_of(index, from);
    const std::uint64_t x = from.below(1000),
                        ago = x * x * years / 1'000'000;  // more of the recent years, as in the sample
    m.year = first_year + years - 1 - static_cast<int>(ago);
    m.suits = static_cast<audience>(from.below(3));
    fill(m, index, from);
    derive_index_keys(m);
    return m;
  }

 private:
  /// Distinct for distinct indexes: each pair of words is used once before any gets a number.
  std::string title_of(std::uint64_t index, draw& from) const {
    constexpr std::uint64_t pairs = adjectives.size() * nouns.size();
    constexpr std::uint64_t step = 1277;  // prime, so that the pairs come in a mixed order
    const std::uint64_t pair = (index % pairs * step) % pairs, part = index / pairs;
    std::string text = from.per_mille(400) ? "The " : "";
    text += adjectives[pair % adjectives.size()];
    text += ' ';
    text += nouns[pair / adjectives.size()];
    if (part != 0) text += fmt::format(" {}", part + 1);
    return text;
  }

  static void fill(movie& m, std::uint64_t index, draw& from) {
    movie_info& info = m.info;
    info.directors.push_back(from.person());
    if (from.per_mille(80)) info.directors.push_back(from.person());
    for (int i = 0; i < 3; ++i) info.actors.push_back(from.person());
    for (std::uint64_t i = 0, n = 1 + from.below(4); i < n; ++i) info.genres.emplace(from.one_of(genre_names));
    if (!from.per_mille(6)) {
      const std::chrono::month month(static_cast<unsigned>(1 + from.below(12)));
      const std::chrono::day day(static_cast<unsigned>(1 + from.below(28)));
      info.release_date = std::chrono::year(m.year) / month / day;
    }
    if (!from.per_mille(44)) info.rating = dynamo::number::from_parts(false, 10 + from.below(90), -1);
    info.rank = static_cast<std::int32_t>(index + 1);
    if (!from.per_mille(58)) info.running_time = std::chrono::minutes(75 + from.below(105));
    if (!from.per_mille(92)) {
      const std::string one = from.person(), other = from.person();
      const word kind = from.one_of(adjectives), thing = from.one_of(nouns), lost = from.one_of(nouns);
      info.plot = fmt::format(
          "{} and {} have nothing in common but a {} {}, until the night when the {} does not come back and "
          "everybody in town has a reason to keep silent.",
          one, other, kind, thing, lost);
    }
    if (!from.per_mille(35))
      info.image_url = fmt::format("https://images.example.com/{:016x}._V1_SX400_.jpg", from.next());
  }

  std::uint64_t count_, seed_;
};

}  // namespace

shared_source generate_movies(std::uint64_t count, std::uint64_t seed) {
  return std::make_shared<generator>(count, seed);
}

}  // namespace demo
