#include "movie.hpp"

#include "wire.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace demo {

void derive_index_keys(movie& m) {
  m.director.reset();
  if (!m.info.directors.empty()) m.director = m.info.directors.front();
  m.rating = m.info.rating;
}

movie with_edition(movie m, std::uint32_t edition) {
  m.edition = edition;
  if (edition > 1) m.info.plot = fmt::format("(edition {}) {}", edition, m.info.plot.value_or(""));
  return m;
}

std::string describe(const movie& m) {
  std::string text = fmt::format("{} \"{}\", edition {}", m.year, m.title, m.edition);
  if (m.info.rating) text += ", rating " + m.info.rating->to_string();
  if (m.views) text += fmt::format(", views {}", *m.views);
  if (!m.info.genres.empty()) text += fmt::format(", {}", fmt::join(m.info.genres, "/"));
  return text;
}

std::string to_item(const movie& m) {
  dynamo::json::buffer out;
  dynamo::encoder to(out);
  dynamo::codec<movie>::write(to, m);
  constexpr std::string_view opening = R"({"M":)";  // an item is what stands inside a map
  return std::string(out.view().substr(opening.size(), out.size() - opening.size() - 1));
}

std::string key_of(std::string_view item) {
  return fmt::format(R"({{"title":{},"year":{}}})", member(item, "title"), member(item, "year"));
}

}  // namespace demo
