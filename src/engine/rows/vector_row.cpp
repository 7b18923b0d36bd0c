#include "vector_row.hpp"

#include "row_key.hpp"
#include "vector_value.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/number.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr double write_bytes_min = 1'024;

void append_little_endian(json::buffer& out, const std::vector<float>& vector) {
  static_assert(sizeof(float) == sizeof(std::uint32_t));
  const std::size_t bytes = vector.size() * sizeof(float);
  char* const at = out.extend(bytes);
  std::memcpy(at, vector.data(), bytes);
  if constexpr (std::endian::native == std::endian::big) {
    for (std::size_t i = 0; i < vector.size(); ++i) std::reverse(at + i * sizeof(float), at + (i + 1) * sizeof(float));
  }
  out.commit(bytes);
}

// Calls `take(name, value)` for each attribute of a canonical item.
template <class Take>
void for_each_attribute(std::string_view item, Take take) {
  json::cursor at(item);
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    const std::string kept(name);  // reading the value ends the view
    take(std::string_view(kept), at.skip());
  }
}

/// Writes an object of attributes.
class attribute_writer {
 public:
  explicit attribute_writer(json::buffer& out) : out_(out) {}
  json::buffer& name(std::string_view name) {
    out_.append(std::exchange(separator_, ','));
    json::write_string(out_, name);
    out_.append(':');
    return out_;
  }
  void end() {
    if (separator_ == '{') out_.append('{');
    out_.append('}');
  }

 private:
  json::buffer& out_;
  char separator_ = '{';
};

void append_numbers(json::buffer& out, const std::vector<float>& vector) {
  out.append(R"({"L":[)");
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (i > 0) out.append(',');
    json::write_number_value(out, number::from_float(vector[i]).value_or(number()));
  }
  out.append("]}");
}

/// An item's row in one vector index. The spans lie in the scratch of the writer below.
struct vector_image {
  bool present = false;
  std::size_t size = 0;
  write_batch::span key;
  write_batch::span row;
};

class vector_row_writer {
 public:
  vector_row_writer(std::string_view store_prefix, std::string_view table_key)
      : store_prefix_(store_prefix), table_key_(table_key) {}

  void write(const vector_index_descriptor& index, std::string_view before, std::string_view after,
             consumed_capacity* consumed) {
    const vector_image old_image = image_of(index, before);
    const vector_image new_image = image_of(index, after);
    const bool stays = old_image.present && new_image.present && text(old_image.key) == text(new_image.key);
    if (stays && text(old_image.row) == text(new_image.row)) return;
    if (old_image.present && !stays) planned_.push_back({write_batch::kind::erase, old_image});
    if (new_image.present) planned_.push_back({write_batch::kind::put, new_image});
    if (consumed == nullptr || !(old_image.present || new_image.present)) return;
    double bytes = 0;
    if (stays) {
      bytes = bytes_of(std::max(old_image.size, new_image.size));
    } else {
      if (old_image.present) bytes += bytes_of(old_image.size);
      if (new_image.present) bytes += bytes_of(new_image.size);
    }
    consumed->vector_bytes.emplace_back(index.name, bytes);
  }

  void finish(write_batch& rows) {
    const std::size_t base = rows.lay_down(scratch_.view()).offset;
    const auto moved = [&](write_batch::span s) { return write_batch::span{s.offset + base, s.size}; };
    for (const planned& one : planned_) {
      if (one.what == write_batch::kind::erase) {
        rows.erase(moved(one.image.key));
      } else {
        rows.put(moved(one.image.key), moved(one.image.row));
      }
    }
  }

 private:
  struct planned {
    write_batch::kind what;
    vector_image image;
  };

  static double bytes_of(std::size_t size) noexcept { return std::max(write_bytes_min, static_cast<double>(size)); }
  std::string_view text(write_batch::span s) const { return scratch_.view().substr(s.offset, s.size); }

  vector_image image_of(const vector_index_descriptor& index, std::string_view item) {
    vector_image made;
    const vector_index_values values = find_vector_index_values(index, item);
    if (!is_in(index, values)) return made;
    const auto prefix = vector_rows_prefix(store_prefix_, index, values.hash);
    if (!prefix) return made;  // it was written before the index was there
    made.present = true;
    made.key.offset = scratch_.size();
    scratch_.append(*prefix);
    scratch_.append(table_key_);
    made.key.size = scratch_.size() - made.key.offset;
    made.row.offset = scratch_.size();
    made.size = append_row(index, item);
    made.row.size = scratch_.size() - made.row.offset;
    return made;
  }

  // Reads the vector.
  bool is_in(const vector_index_descriptor& index, const vector_index_values& values) {
    if (!values.vector || values.hash.has_value() == index.hash.empty()) return false;
    if (read_vector(*values.vector, index.dimensions, vector_)) return false;
    for (std::size_t i = 0; i < index.filters.size(); ++i) {
      if (values.filters[i] && json::type_of(*values.filters[i]) != index.filters[i].type) return false;
    }
    return true;
  }

  std::size_t append_row(const vector_index_descriptor& index, std::string_view item) {
    const std::size_t header = scratch_.size();
    scratch_.commit((static_cast<void>(scratch_.extend(vector_row_header_size)), vector_row_header_size));
    append_little_endian(scratch_, vector_);
    std::size_t size = index.attribute.size() + sizeof(float) * vector_.size();
    attribute_writer attributes(scratch_);
    for_each_attribute(item, [&](std::string_view name, std::string_view value) {
      if (name == index.attribute || !index.projects(name)) return;
      attributes.name(name).append(value);
      size += name.size() + json::size_of_value(value);
    });
    attributes.end();
    write_row_header(scratch_.data() + header, size);
    store_big_endian(scratch_.data() + header + row_header_size, static_cast<std::uint32_t>(vector_.size()));
    return size;
  }

  const std::string_view store_prefix_;
  const std::string_view table_key_;
  json::buffer scratch_;  // the items lie in the arena, which must not move while they are read
  std::vector<planned> planned_;
  std::vector<float> vector_;
};

}  // namespace

std::optional<std::string_view> read_vector_row(std::string_view row, std::vector<float>& vector) {
  stored_row stored;
  if (!read_row(row, stored) || stored.item.size() < sizeof(std::uint32_t)) return std::nullopt;
  const std::size_t bytes = sizeof(float) * load_big_endian<std::uint32_t>(stored.item);
  std::string_view rest = stored.item.substr(sizeof(std::uint32_t));
  if (rest.size() < bytes) return std::nullopt;
  vector.resize(bytes / sizeof(float));
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(vector.data(), rest.data(), bytes);
  } else {
    for (std::size_t i = 0; i < vector.size(); ++i) {
      std::uint32_t bits = 0;
      std::reverse_copy(rest.data() + i * sizeof bits, rest.data() + (i + 1) * sizeof bits,
                        reinterpret_cast<char*>(&bits));
      vector[i] = std::bit_cast<float>(bits);
    }
  }
  rest.remove_prefix(bytes);
  return rest;
}

result<std::string> vector_rows_prefix(std::string_view store_prefix, const vector_index_descriptor& index,
                                       std::optional<std::string_view> hash) {
  json::buffer prefix;
  append_vector_prefix(prefix, store_prefix, index.id);
  if (!index.hash.empty()) {
    if (auto made = append_partition(prefix, index.hash.front(), *hash, key_use::condition); !made) {
      return std::unexpected(made.error());
    }
  }
  return std::string(prefix.view());
}

void append_vector_rows(write_batch& rows, std::string_view store_prefix, const table_descriptor& table,
                        std::string_view row_key, const stored_row& old_row, write_batch::span new_row,
                        consumed_capacity* consumed) {
  stored_row after;
  if (new_row.size > 0) read_row(rows.text(new_row), after);
  vector_row_writer writer(store_prefix, row_key.substr(table_prefix_size(store_prefix)));
  for (const vector_index_descriptor& index : table.vector_indexes) {
    writer.write(index, old_row.item, after.item, consumed);
  }
  writer.finish(rows);
}

void append_item_with_vector(json::buffer& out, const vector_index_descriptor& index, std::string_view item,
                             const std::vector<float>& vector) {
  attribute_writer attributes(out);
  bool written = false;
  for_each_attribute(item, [&](std::string_view name, std::string_view value) {
    if (!written && index.attribute < name) {
      append_numbers(attributes.name(index.attribute), vector);
      written = true;
    }
    attributes.name(name).append(value);
  });
  if (!written) append_numbers(attributes.name(index.attribute), vector);
  attributes.end();
}

}  // namespace dynamo::engine
