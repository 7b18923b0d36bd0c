#include "stored_descriptor.hpp"

#include "object_writer.hpp"

#include <dynamo/json/cursor.hpp>

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

// The versions of the stored form below. Readers refuse a greater one. A table with indexes has the second: a version that does
// not know them would write items without their rows. The third is for what a version that knows of indexes must not touch either: a table whose
// items expire, whose rows by expiry it would not write, and an index that is being filled, which it would read. The fourth has vector indexes, whose
// rows such a version would not write.
constexpr std::uint64_t descriptor_format = 1;
constexpr std::uint64_t indexed_format = 2;
constexpr std::uint64_t guarded_format = 3;
constexpr std::uint64_t vector_format = 4;
constexpr std::uint64_t format_max = 4;

std::uint64_t format_of(const table_descriptor& table) {
  if (!table.vector_indexes.empty()) return vector_format;
  if (table.enabled_ttl() != nullptr) return guarded_format;
  if (table.is_filling()) return guarded_format;
  return table.indexes.empty() ? descriptor_format : indexed_format;
}

// A descriptor with the version of its stored form.
template <class Descriptor>
struct formatted {
  std::uint64_t format;
  Descriptor& descriptor;
};

// Each kind of object lists its members once, for reading and for writing, in the order in which they are written. A condition says when one is
// written.
template <class Key, class Visit>
void each_member_of_key(Key& key, Visit& visit) {
  visit("name", key.name);
  visit("type", key.type);
}

template <class Capacity, class Visit>
void each_member_of_capacity(Capacity& capacity, Visit& visit) {
  const instant never{};
  visit("increased_us", capacity.increased, capacity.increased != never);
  visit("decreased_us", capacity.decreased, capacity.decreased != never);
  visit("decreases", capacity.decreases, capacity.decreased != never);
  visit("on_demand_read_max", capacity.on_demand_max.read, capacity.on_demand_max.read != 0);
  visit("on_demand_write_max", capacity.on_demand_max.write, capacity.on_demand_max.write != 0);
  visit("warm_read", capacity.warm.read, capacity.warm.read != 0);
  visit("warm_write", capacity.warm.write, capacity.warm.write != 0);
}

template <class Settings, class Visit>
void each_member_of_settings(Settings& settings, Visit& visit) {
  visit("capacity", settings.capacity, settings.capacity != capacity_settings());
  visit("on_demand_since_us", settings.on_demand_since, settings.on_demand_since != instant());
  visit("switches_to_on_demand_us", settings.switches_to_on_demand, !settings.switches_to_on_demand.empty());
  visit("class", settings.storage, settings.storage.has_value());
  visit("class_changes_us", settings.class_changes, !settings.class_changes.empty());
  visit("encryption", settings.encryption, settings.encryption.has_value());
}

template <class Index, class Visit>
void each_member_of_index(Index& index, Visit& visit) {
  visit("id", index.id);
  visit("name", index.name);
  visit("global", index.global);
  visit("partition", index.key.partition);
  visit("sort", index.key.sort);
  visit("projection", index.projection);
  visit("non_key_attributes", index.non_key_attributes);
  visit("read_units", index.read_units);
  visit("write_units", index.write_units);
  visit("capacity", index.capacity, index.capacity != capacity_settings());
  visit("filling", index.filling, index.filling);
}

template <class Index, class Visit>
void each_member_of_vector_index(Index& index, Visit& visit) {
  visit("id", index.id);
  visit("name", index.name);
  visit("attribute", index.attribute);
  visit("dimensions", index.dimensions);
  visit("distance", index.distance);
  visit("hash", index.hash);
  visit("filters", index.filters);
  visit("projection", index.projection);
  visit("non_key_attributes", index.non_key_attributes);
  visit("filling", index.filling, index.filling);
}

template <class Ttl, class Visit>
void each_member_of_ttl(Ttl& ttl, Visit& visit) {
  visit("attribute", ttl.attribute);
  visit("enabled", ttl.enabled);
  visit("id", ttl.id, ttl.enabled);
  visit("changed_us", ttl.changed);
}

template <class Stream, class Visit>
void each_member_of_stream(formatted<Stream>& stored, Visit& visit) {
  Stream& stream = stored.descriptor;
  visit("format", stored.format);
  visit("id", stream.id);
  visit("table_id", stream.table_id);
  visit("table", stream.table_name);
  visit("label", stream.label);
  visit("view", stream.view);
  visit("partition", stream.key.partition);
  visit("sort", stream.key.sort);
  visit("created_us", stream.created);
  visit("first", stream.first);
  visit("enabled", stream.enabled);
  visit("closed_us", stream.closed, !stream.enabled);
}

template <class Table, class Visit>
void each_member_of_table(formatted<Table>& stored, Visit& visit) {
  Table& table = stored.descriptor;
  visit("format", stored.format);
  visit("id", table.id);
  visit("name", table.name);
  visit("partition", table.key.partition);
  visit("sort", table.key.sort);
  visit("created_us", table.created);
  visit("provisioned", table.provisioned);
  visit("read_units", table.read_units);
  visit("write_units", table.write_units);
  visit("deletion_protection", table.deletion_protection);
  visit("latest_stream_label", table.latest_stream_label);
  visit("settings", table.settings, table.settings != table_settings());
  visit("indexes", table.indexes, !table.indexes.empty());
  visit("vector_indexes", table.vector_indexes, !table.vector_indexes.empty());
  visit("ttl", table.ttl, table.ttl.has_value());
  visit("stream", table.stream, table.stream.has_value());
}

// Members as they are written.
class descriptor_writer {
 public:
  explicit descriptor_writer(json::buffer& out) : object_(out) {}

  template <class Member>
  void operator()(std::string_view name, const Member& member, bool present = true) {
    if (present) write(object_.name(name), member);
  }
  void end() { object_.end(); }

 private:
  template <class Value>
  static void write(json::buffer& out, const Value& value) {
    write_json(out, value);
  }
  static void write(json::buffer& out, instant t) {
    write_json(out, static_cast<std::uint64_t>(t.time_since_epoch().count()));
  }
  static void write(json::buffer& out, change_number number) { write_json(out, to_sequence_number(number)); }
  static void write(json::buffer& out, const key_attribute& key) {
    descriptor_writer members(out);
    each_member_of_key(key, members);
    members.end();
  }
  static void write(json::buffer& out, const capacity_settings& capacity) {
    descriptor_writer members(out);
    each_member_of_capacity(capacity, members);
    members.end();
  }
  static void write(json::buffer& out, const encryption_settings& encryption) {
    descriptor_writer members(out);
    members("key", encryption.key);
    members.end();
  }
  static void write(json::buffer& out, const table_settings& settings) {
    descriptor_writer members(out);
    each_member_of_settings(settings, members);
    members.end();
  }
  template <class Value>
  static void write(json::buffer& out, const std::optional<Value>& value) {
    write(out, *value);
  }
  static void write(json::buffer& out, const index_descriptor& index) {
    descriptor_writer members(out);
    each_member_of_index(index, members);
    members.end();
  }
  static void write(json::buffer& out, const vector_index_descriptor& index) {
    descriptor_writer members(out);
    each_member_of_vector_index(index, members);
    members.end();
  }
  static void write(json::buffer& out, const std::optional<ttl_descriptor>& ttl) {
    descriptor_writer members(out);
    each_member_of_ttl(*ttl, members);
    members.end();
  }
  static void write(json::buffer& out, const std::optional<stream_descriptor>& stream) {
    write_descriptor(out, *stream);
  }
  template <class Element>
  static void write(json::buffer& out, const std::vector<Element>& elements) {
    write_array(out, elements, [](json::buffer& to, const Element& element) { write(to, element); });
  }

  object_writer object_;
};

// Reads the member of one name, if the object has such a one. What is wrong is left in the cursor.
class descriptor_reader {
 public:
  descriptor_reader(json::cursor& at, std::string_view name) : at_(at), name_(name) {}

  template <class Member>
  void operator()(std::string_view name, Member& member, bool = true) {
    if (found_ || name != name_) return;
    found_ = true;
    read(member);
  }
  bool found() const noexcept { return found_; }

 private:
  void read(std::string& text) { text = at_.read_string(); }
  void read(bool& value) { value = at_.read_bool(); }
  void read(std::uint64_t& value) {
    const std::string_view digits = at_.read_number();
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (problem != std::errc() || end != digits.data() + digits.size()) at_.fail("not an unsigned integer");
  }
  void read(std::uint32_t& value) {
    std::uint64_t wide = 0;
    read(wide);
    if (wide > std::numeric_limits<std::uint32_t>::max()) at_.fail("not an id");
    value = static_cast<std::uint32_t>(wide);
  }
  void read(instant& t) {
    std::uint64_t microseconds = 0;
    read(microseconds);
    t = instant(std::chrono::microseconds(static_cast<std::int64_t>(microseconds)));
  }
  void read(change_number& number) {
    read_name(from_sequence_number(at_.read_string()), number, "not a change number");
  }
  void read(view_type& view) { read_name(view_type_from(at_.read_string()), view, "not a view type"); }
  void read(projection_kind& kind) { read_name(projection_kind_from(at_.read_string()), kind, "not a projection"); }
  void read(distance_function& function) {
    read_name(distance_function_from(at_.read_string()), function, "not a distance function");
  }
  void read(attribute_type& type) { read_name(attribute_type_from(at_.read_string()), type, "not an attribute type"); }
  void read(table_class& storage) { read_name(table_class_from(at_.read_string()), storage, "not a table class"); }
  void read(key_attribute& key);
  void read(capacity_settings& capacity);
  void read(encryption_settings& encryption);
  void read(table_settings& settings);
  template <class Value>
  void read(std::optional<Value>& value) {
    read(value.emplace());
  }
  void read(index_descriptor& index);
  void read(vector_index_descriptor& index);
  void read(std::optional<ttl_descriptor>& ttl);
  void read(std::optional<stream_descriptor>& stream);
  template <class Element>
  void read(std::vector<Element>& elements) {
    at_.begin_array();
    while (at_.next_element()) read(elements.emplace_back());
  }
  template <class Value>
  void read_name(const std::optional<Value>& known, Value& value, const char* problem) {
    if (!known) return at_.fail(problem);
    value = *known;
  }

  json::cursor& at_;
  const std::string_view name_;  // not looked at any more once a value was read
  bool found_ = false;
};

// Reads an object; `each_member` lists its members to a reader.
template <class List>
void read_object(json::cursor& at, List each_member) {
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    descriptor_reader reader(at, name);
    each_member(reader);
    if (!reader.found()) at.skip();
  }
}

stream_descriptor read_stream(json::cursor& at, std::uint64_t& format) {
  stream_descriptor stream;
  formatted<stream_descriptor> stored{0, stream};
  read_object(at, [&](descriptor_reader& reader) { each_member_of_stream(stored, reader); });
  format = stored.format;
  return stream;
}

void descriptor_reader::read(key_attribute& key) {
  read_object(at_, [&](descriptor_reader& reader) { each_member_of_key(key, reader); });
}

void descriptor_reader::read(capacity_settings& capacity) {
  read_object(at_, [&](descriptor_reader& reader) { each_member_of_capacity(capacity, reader); });
}

void descriptor_reader::read(encryption_settings& encryption) {
  read_object(at_, [&](descriptor_reader& reader) { reader("key", encryption.key); });
}

void descriptor_reader::read(table_settings& settings) {
  read_object(at_, [&](descriptor_reader& reader) { each_member_of_settings(settings, reader); });
}

void descriptor_reader::read(index_descriptor& index) {
  read_object(at_, [&](descriptor_reader& reader) { each_member_of_index(index, reader); });
  if (index.id == 0 || index.name.empty() || index.key.partition.empty()) at_.fail("not an index");
}

void descriptor_reader::read(vector_index_descriptor& index) {
  read_object(at_, [&](descriptor_reader& reader) { each_member_of_vector_index(index, reader); });
  if (index.id == 0 || index.name.empty() || index.attribute.empty() || index.dimensions == 0) {
    at_.fail("not a vector index");
  }
}

void descriptor_reader::read(std::optional<ttl_descriptor>& ttl) {
  ttl_descriptor& made = ttl.emplace();
  read_object(at_, [&](descriptor_reader& reader) { each_member_of_ttl(made, reader); });
  if (made.attribute.empty() || (made.enabled && made.id == 0)) at_.fail("not a time to live");
}

void descriptor_reader::read(std::optional<stream_descriptor>& stream) {
  std::uint64_t format = 0;  // the table's counts
  stream = read_stream(at_, format);
}

std::unexpected<error> unreadable(std::string_view what, const json::cursor& at) {
  return fail(errc::corruption, fmt::format("A stored {} descriptor cannot be read: {} at byte {}", what,
                                            at.problem() == nullptr ? "unfinished" : at.problem(), at.position()));
}

std::unexpected<error> too_new(std::string_view what, std::uint64_t format) {
  return fail(errc::not_supported,
              fmt::format("A stored {} descriptor has format {}, this version reads up to {}: open the "
                          "database with the version that wrote it, or a later one",
                          what, format, format_max));
}

}  // namespace

void write_descriptor(json::buffer& out, const stream_descriptor& stream) {
  formatted<const stream_descriptor> stored{descriptor_format, stream};
  descriptor_writer members(out);
  each_member_of_stream(stored, members);
  members.end();
}

void write_descriptor(json::buffer& out, const table_descriptor& table) {
  formatted<const table_descriptor> stored{format_of(table), table};
  descriptor_writer members(out);
  each_member_of_table(stored, members);
  members.end();
}

result<table_descriptor> read_table_descriptor(std::string_view stored) {
  const json::buffer padded(stored);
  json::cursor at(padded);
  table_descriptor table;
  formatted<table_descriptor> read{0, table};
  read_object(at, [&](descriptor_reader& reader) { each_member_of_table(read, reader); });
  if (read.format > format_max) return too_new("table", read.format);
  if (!at.ok() || read.format == 0 || table.id == 0 || table.key.partition.empty()) return unreadable("table", at);
  derive_indexes(table);
  return table;
}

result<stream_descriptor> read_stream_descriptor(std::string_view stored) {
  const json::buffer padded(stored);
  json::cursor at(padded);
  std::uint64_t format = 0;
  stream_descriptor stream = read_stream(at, format);
  if (format > format_max) return too_new("stream", format);
  if (!at.ok() || format == 0 || stream.id == 0) return unreadable("stream", at);
  return stream;
}

}  // namespace dynamo::engine
