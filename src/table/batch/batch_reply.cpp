#include <table/batch/batch_reply.hpp>

#include <dynamo/protocol/detail/read_item_collection.hpp>

#include <table/batch/batch_key.hpp>

#include <charconv>

namespace dynamo::detail {

namespace {

/// Reads `{"<table>": <value>}`; there is one table, whatever it is called (a request may name it by its ARN).
template <class Take>
void read_tables(json::cursor& in, Take take) {
  std::string_view name;
  if (!in.begin_object()) return;
  while (in.next_name(name)) take();
}

class reader {
 public:
  reader(json::cursor& in, const keys_description& table, batch_reply& to) : in_(in), table_(table), to_(to) {}

  /// `[{item}, ...]`
  void items() {
    if (!in_.begin_array()) return;
    while (in_.next_element()) {
      const std::string_view item = in_.skip();
      if (!in_.ok()) return;
      to_.found.push_back({read_key(item, table_), item});
      if (to_.found.back().key.empty()) in_.fail("an item lacks its key");
    }
  }
  /// `{"Keys":[{key}, ...], ...}`
  void unprocessed_keys() {
    std::string_view name;
    if (!in_.begin_object()) return;
    while (in_.next_name(name)) {
      if (name != "Keys") {
        in_.skip();
        continue;
      }
      if (!in_.begin_array()) return;
      while (in_.next_element()) unprocessed(read_key(in_, table_));
    }
  }
  /// `[{"PutRequest":{"Item":{...}}}, {"DeleteRequest":{"Key":{...}}}, ...]`
  void unprocessed_writes() {
    std::string_view name;
    if (!in_.begin_array()) return;
    while (in_.next_element()) {
      if (!in_.begin_object()) return;
      while (in_.next_name(name)) {
        if (!in_.begin_object()) return;
        while (in_.next_name(name)) unprocessed(read_key(in_, table_));
      }
    }
  }
  /// `[{"TableName":"...","CapacityUnits":1.5}, ...]`
  void capacity() {
    std::string_view name;
    if (!in_.begin_array()) return;
    while (in_.next_element()) {
      if (!in_.begin_object()) return;
      while (in_.next_name(name)) {
        if (name == "CapacityUnits") {
          add_amount(to_.capacity_units);
        } else if (name == "VectorIndexes") {
          vector_indexes();
        } else {
          in_.skip();
        }
      }
    }
  }
  /// `{"near":{"VectorWriteRequestBytes":1024.0}, ...}`
  void vector_indexes() {
    std::string_view name;
    if (!in_.begin_object()) return;
    while (in_.next_name(name)) {
      if (!in_.begin_object()) return;
      while (in_.next_name(name)) {
        if (name == "VectorWriteRequestBytes") {
          add_amount(to_.vector_write_bytes);
        } else {
          in_.skip();
        }
      }
    }
  }
  void add_amount(std::optional<double>& to) {
    const std::string_view digits = in_.read_number();
    double amount = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), amount).ec == std::errc()) {
      to = to.value_or(0) + amount;
    }
  }
  /// `[{"ItemCollectionKey":{key},"SizeEstimateRangeGB":[0.0,1.0]}, ...]`
  void item_collections() {
    if (!in_.begin_array()) return;
    while (in_.next_element()) {
      item_collection one = read_item_collection(in_);
      if (!one.key.empty()) to_.item_collections.push_back(std::move(one));
    }
  }

 private:
  void unprocessed(std::string key) {
    if (key.empty()) in_.fail("an unprocessed request lacks its key");
    to_.unprocessed.push_back(std::move(key));
  }

  json::cursor& in_;
  const keys_description& table_;
  batch_reply& to_;
};

}  // namespace

result<batch_reply> read_batch_reply(const reply& answer, const keys_description& table) {
  batch_reply read;
  read.bytes = answer.body.size();
  json::cursor in(answer.body);
  reader from(in, table, read);
  std::string_view name;
  if (in.begin_object()) {
    while (in.next_name(name)) {
      if (name == "Responses") {
        read_tables(in, [&] { from.items(); });
      } else if (name == "UnprocessedKeys") {
        read_tables(in, [&] { from.unprocessed_keys(); });
      } else if (name == "UnprocessedItems") {
        read_tables(in, [&] { from.unprocessed_writes(); });
      } else if (name == "ItemCollectionMetrics" && in.peek() == json::token::object) {
        read_tables(in, [&] { from.item_collections(); });
      } else if (name == "ConsumedCapacity" && in.peek() == json::token::array) {
        from.capacity();
      } else {
        in.skip();
      }
    }
  }
  if (!in.ok()) return fail(errc::decoding, "the reply to a batch: " + std::string(in.problem()));
  return read;
}

}  // namespace dynamo::detail
