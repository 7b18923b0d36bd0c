#include <dynamo/table/search.hpp>

#include <table/requests/item_key.hpp>

#include <charconv>
#include <cmath>
#include <string>

namespace dynamo::detail {

void write_search(request_builder& builder, const vector_index_description& index, std::span<const float> vector,
                  top_k items) {
  if (vector.size() != index.dimensions) {
    std::string why = "the search vector has ";
    why.append(std::to_string(vector.size())).append(" elements; the vectors of the index `").append(index.name);
    why.append("` have ").append(std::to_string(index.dimensions));
    return builder.problem(error(errc::invalid_argument, std::move(why)));
  }
  builder.name("IndexName");
  json::write_string(builder.body(), index.name);
  builder.name("SearchVector");
  encoder out(builder.body());
  for (std::size_t i = 0; i < vector.size(); ++i) {
    builder.body().append(i == 0 ? '[' : ',');
    if (!std::isfinite(vector[i])) {
      return builder.problem(error(errc::invalid_argument,
                                   "element " + std::to_string(i) + " of the search vector is not a finite number"));
    }
    codec<float>::write(out, vector[i]);
  }
  builder.body().append(']');
  builder.member("TopK", std::to_string(items.get()));
  if (result<void> done = std::move(out).finish(); !done) builder.problem(std::move(done).error());
}

namespace {

/// {"Item":{...},"Score":0.5}, in any order.
result<void> read_scored_item(json::cursor& in, const std::vector<std::string_view>& keys, const scored_sink& sink) {
  const scored_place place = sink.append(sink.results);
  std::string_view name;
  if (!in.begin_object()) return {};
  while (in.next_name(name)) {
    if (name == "Item") {
      const std::string_view item = in.skip();
      if (!in.ok()) break;
      json::cursor inside(item);
      decoder from(inside);
      read_record(from, *sink.record, place.item);
      if (const result<void> read = std::move(from).finish(); !read) {
        const std::string key = key_of_item(item, keys);
        return std::unexpected(key == "{}" ? read.error() : naming_item(read.error(), key));
      }
    } else if (name == "Score") {
      const std::string_view digits = in.read_number();
      std::from_chars(digits.data(), digits.data() + digits.size(), *place.score);
    } else {
      in.skip();
    }
  }
  return {};
}

}  // namespace

result<void> read_scored(const reply& answer, const keys_description& keys, const scored_sink& sink) {
  const std::vector<std::string_view> names = key_names(keys);
  json::cursor in(answer.body);
  std::string_view name;
  if (in.begin_object()) {
    while (in.next_name(name)) {
      if (name != "SearchResults") {
        in.skip();
        continue;
      }
      if (!in.begin_array()) break;
      while (in.next_element()) {
        if (result<void> read = read_scored_item(in, names, sink); !read) return read;
      }
    }
  }
  if (!in.ok()) return fail(errc::decoding, "the reply is not JSON: " + std::string(in.problem()));
  return {};
}

}  // namespace dynamo::detail
