#include "input.hpp"
#include "support/numbers.hpp"

#include <dynamo/json/cursor.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace demo {
namespace {

using dynamo::errc;
using dynamo::json::token;

constexpr std::uintmax_t file_size_max = 1u << 30;  // it is held in memory

class file_source final : public movie_source {
 public:
  file_source(std::string name, std::vector<movie> movies) : name_(std::move(name)), movies_(std::move(movies)) {}
  std::uint64_t size() const override { return movies_.size(); }
  movie at(std::uint64_t index) const override { return movies_[index]; }
  std::string describe() const override { return fmt::format("{} movies of {}", grouped(movies_.size()), name_); }

 private:
  std::string name_;
  std::vector<movie> movies_;
};

/// Reads the text of such a file:
///
///     [ { "year": 2013, "title": "Rush", "info": { "directors": ["Ron Howard"], "rating": 8.3, ... } }, ... ]
///
/// `year` and `title` have to be there; other members may be missing or null, and unknown ones are passed over.
class movie_reader {
 public:
  explicit movie_reader(const dynamo::json::buffer& text) : in_(text), text_(text.view()) {}

  dynamo::result<std::vector<movie>> read_all() {
    std::vector<movie> movies;
    if (in_.begin_array()) {
      while (in_.next_element()) movies.push_back(read_movie());
    }
    if (in_.ok() && !in_.at_end()) in_.fail("something follows the array");
    if (in_.ok()) return movies;
    const std::string_view before = text_.substr(0, in_.position());
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto column = before.size() - (before.rfind('\n') + 1) + 1;
    return dynamo::fail(errc::invalid_argument, fmt::format("line {}, column {}: {}", line, column, in_.problem()));
  }

 private:
  movie read_movie() {
    movie m;
    bool has_year = false;
    std::string_view name;
    if (!in_.begin_object()) return m;
    while (in_.next_name(name)) {
      if (is_null()) continue;
      if (name == "year") {
        m.year = read_integer();
        has_year = true;
      } else if (name == "title") {
        m.title = read_text();
      } else if (name == "info") {
        read_info(m.info);
      } else {
        in_.skip();
      }
    }
    if (!has_year) in_.fail("this movie has no year");
    if (m.title.empty()) in_.fail("this movie has no title");
    m.suits = audience_of(m.info.genres);
    derive_index_keys(m);
    return m;
  }

  void read_info(movie_info& info) {
    std::string_view name;
    if (!in_.begin_object()) return;
    while (in_.next_name(name)) {
      if (is_null()) continue;
      if (name == "directors") {
        info.directors = read_strings();
      } else if (name == "actors") {
        info.actors = read_strings();
      } else if (name == "genres") {
        for (std::string& genre : read_strings()) info.genres.insert(std::move(genre));
      } else if (name == "release_date") {
        info.release_date = read_date();
      } else if (name == "rating") {
        info.rating = read_decimal();
      } else if (name == "rank") {
        info.rank = read_integer();
      } else if (name == "running_time_secs") {
        info.running_time = std::chrono::seconds(read_integer());
      } else if (name == "plot") {
        info.plot = read_text();
      } else if (name == "image_url") {
        info.image_url = read_text();
      } else {
        in_.skip();
      }
    }
  }

  /// For whom a movie with these genres is: the file does not say it.
  static audience audience_of(const std::set<std::string>& of) {
    for (const char* genre : {"Adult", "Horror", "Crime", "Thriller", "War"}) {
      if (of.contains(genre)) return audience::adults;
    }
    return of.contains("Family") || of.contains("Animation") ? audience::everyone : audience::teenagers;
  }

  bool is_null() {
    if (in_.peek() != token::null) return false;
    in_.read_null();
    return true;
  }
  bool expect(token wanted, const char* otherwise) {
    if (in_.ok() && in_.peek() != wanted) in_.fail(otherwise);
    return in_.ok();
  }
  std::string read_text() {
    if (!expect(token::string, "expected a text in quotes")) return {};
    return std::string(in_.read_string());
  }
  std::int32_t read_integer() {
    std::int32_t value = 0;
    if (!expect(token::number, "expected an integer")) return value;
    const std::string_view digits = in_.read_number();
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (in_.ok() && (problem != std::errc() || end != digits.data() + digits.size()))
      in_.fail("expected an integer of 32 bits");
    return value;
  }
  std::optional<dynamo::number> read_decimal() {
    if (!expect(token::number, "expected a number")) return std::nullopt;
    const std::string_view digits = in_.read_number();
    if (!in_.ok()) return std::nullopt;
    const auto value = dynamo::number::parse(digits);
    if (value) return *value;
    in_.fail("this number is not one that DynamoDB can hold");
    return std::nullopt;
  }
  std::vector<std::string> read_strings() {
    std::vector<std::string> texts;
    if (!in_.begin_array()) return texts;
    while (in_.next_element()) texts.push_back(read_text());
    return texts;
  }
  /// "2013-09-02T00:00:00Z", of which the day is kept.
  std::optional<std::chrono::year_month_day> read_date() {
    const std::string text = read_text();
    int year = 0;
    unsigned month = 0, day = 0;
    const auto number = [&](std::size_t at, std::size_t size, auto& to) {
      const auto [end, problem] = std::from_chars(text.data() + at, text.data() + at + size, to);
      return problem == std::errc() && end == text.data() + at + size;
    };
    constexpr std::size_t day_size = sizeof("2013-09-02") - 1;
    if (!in_.ok()) return std::nullopt;
    if (text.size() >= day_size && text[4] == '-' && text[7] == '-' && number(0, 4, year) && number(5, 2, month) &&
        number(8, 2, day)) {
      const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
      if (date.ok()) return date;
    }
    in_.fail("expected a date like 2013-09-02T00:00:00Z");
    return std::nullopt;
  }

  dynamo::json::cursor in_;
  std::string_view text_;
};

dynamo::result<dynamo::json::buffer> read_whole(const std::string& path) {
  std::error_code problem;
  const auto type = std::filesystem::status(path, problem).type();
  if (type != std::filesystem::file_type::regular) {
    return dynamo::fail(errc::invalid_argument, problem ? problem.message() : "this is no file");
  }
  const std::uintmax_t size = std::filesystem::file_size(path, problem);
  if (problem) return dynamo::fail(errc::invalid_argument, problem.message());
  if (size > file_size_max) return dynamo::fail(errc::invalid_argument, "the file is larger than 1 GB");
  dynamo::json::buffer text;
  std::ifstream in(path, std::ios::binary);
  char* const to = text.extend(static_cast<std::size_t>(size));
  in.read(to, static_cast<std::streamsize>(size));
  if (!in) return dynamo::fail(errc::invalid_argument, std::strerror(errno));
  text.commit(static_cast<std::size_t>(size));
  if (!dynamo::json::validate_utf8(text.view())) return dynamo::fail(errc::invalid_argument, "this is not UTF-8 text");
  return text;
}

std::vector<movie> keep_latest(std::vector<movie> all) {
  std::unordered_map<std::string, std::size_t> at;
  std::vector<movie> kept;
  for (movie& m : all) {
    const auto [found, added] = at.try_emplace(std::to_string(m.year) + ' ' + m.title, kept.size());
    if (added) {
      kept.push_back(std::move(m));
    } else {
      kept[found->second] = std::move(m);
    }
  }
  return kept;
}

}  // namespace

dynamo::result<shared_source> read_movie_file(const std::string& path) {
  const auto refuse = [&](const std::string& why) {
    return dynamo::fail(errc::invalid_argument, fmt::format("{} cannot be used: {}", path, why));
  };
  const auto text = read_whole(path);
  if (!text) return refuse(text.error().message());
  auto movies = movie_reader(*text).read_all();
  if (!movies) return refuse(movies.error().message());
  if (movies->empty()) return refuse("it has no movies");
  return std::make_shared<file_source>(std::filesystem::path(path).filename().string(),
                                       keep_latest(std::move(*movies)));
}

}  // namespace demo
