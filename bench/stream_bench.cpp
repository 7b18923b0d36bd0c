/// What reading a stream of changes costs: the engine's answer against bare RocksDB, typed changes against other JSON libraries,
/// and what a reader that follows costs the writer.
#include "order_database.hpp"
#include "order_readers.hpp"
#include "ratio.hpp"

#include <dynamo/streams.hpp>

#include <atomic>
#include <thread>

namespace dynamo::bench {
namespace {

/// A change as the other libraries are asked for it: everything that dynamo::change has of it.
struct plain_change {
  std::string name, number, event_id;
  std::int64_t time = 0;
  std::int64_t size = 0;
  order image;
};

void read_record(simdjson::ondemand::object record, plain_change& to) {
  for (auto member : record) {
    const std::string_view name = member.unescaped_key().value_unsafe();
    if (name == "eventName") {
      to.name = std::string_view(member.value().get_string());
    } else if (name == "eventID") {
      to.event_id = std::string_view(member.value().get_string());
    } else if (name == "dynamodb") {
      for (auto inner : simdjson::ondemand::object(member.value().get_object())) {
        const std::string_view inner_name = inner.unescaped_key().value_unsafe();
        if (inner_name == "SequenceNumber") to.number = std::string_view(inner.value().get_string());
        if (inner_name == "ApproximateCreationDateTime") to.time = std::int64_t(inner.value().get_int64());
        if (inner_name == "SizeBytes") to.size = std::int64_t(inner.value().get_int64());
        if (inner_name == "NewImage") read_order(inner.value().get_object(), to.image);
      }
    }
  }
}

void read_record(const nlohmann::json& record, plain_change& to) {
  to.name = record["eventName"].get<std::string>();
  to.event_id = record["eventID"].get<std::string>();
  const nlohmann::json& inner = record["dynamodb"];
  to.number = inner["SequenceNumber"].get<std::string>();
  to.time = inner["ApproximateCreationDateTime"].get<std::int64_t>();
  to.size = inner["SizeBytes"].get<std::int64_t>();
  read_order(inner["NewImage"], to.image);
}

class bench {
 public:
  explicit bench(ratios& table) : table_(table) {
    database_options options;
    options.durability = durability::process_crash;
    ours_.emplace(must(database::open(folder_ / "ours", options)));
    bare_.emplace(bare_rocksdb::on_disk(folder_ / "bare", options));
    orders_.emplace(*ours_);
    must(orders_->create_if_absent(stream_view::new_image).run());
    for (std::uint32_t i = 0; i < records; ++i) {
      const order made = make_order(i);
      must(orders_->put(made).run());
    }
    std::size_t at = 0;
    for (auto batch :
         streams::read<order>(*ours_, "orders", streams::from_oldest, streams::until_caught_up).batches()) {
      at += must(std::move(batch)).changes.size();
    }
    if (at != records) give_up("some records are missing");
  }

  void reading();
  void decoding();
  void following();
  void waiting();

 private:
  static constexpr std::uint32_t records = 10'000;

  reply call(operation_name operation, const std::string& body) const {
    return must(ours_->endpoint()->call(request(operation, json::buffer(body))));
  }
  std::string oldest_iterator() const;

  ratios& table_;
  scratch_folder folder_;
  std::optional<database> ours_;
  std::optional<bare_rocksdb> bare_;
  std::optional<dynamo::table<orders_schema>> orders_;
  rocksdb::WriteOptions write_ = bare_write(durability::process_crash);
};

/// The text of a member anywhere in a JSON text that is known to have it.
std::string text_behind(std::string_view json, const std::string& name) {
  const std::size_t begin = json.find("\"" + name + "\":\"") + name.size() + 4;
  return std::string(json.substr(begin, json.find('"', begin) - begin));
}

std::string bench::oldest_iterator() const {
  const reply description = call(operation_name::describe_table, R"({"TableName":"orders"})");
  const std::string arn = text_behind(description.body.view(), "LatestStreamArn");
  const reply stream = call(operation_name::describe_stream, R"({"StreamArn":")" + arn + "\"}");
  const reply iterator = call(operation_name::get_shard_iterator, R"({"StreamArn":")" + arn + R"(","ShardId":")" +
                                                                      text_behind(stream.body.view(), "ShardId") +
                                                                      R"(","ShardIteratorType":"TRIM_HORIZON"})");
  return text_behind(iterator.body.view(), "ShardIterator");
}

void bench::reading() {
  for (std::uint32_t i = 0; i < records; ++i) {
    const std::string number = std::to_string(1'000'000 + i);
    json::buffer text;
    encoder out(text);
    const order made = make_order(i);
    detail::write_record(out, detail::record_of<order>, &made);
    const std::string keys = R"({"customer":{"S":")" + made.customer + R"("},"id":{"S":")" + made.id + R"("}})";
    if (!(*bare_)->Put(write_, "c" + number, std::string(19, '-') + keys + std::string(text.view())).ok()) {
      give_up("the bare put failed");
    }
  }
  const std::string body = R"({"ShardIterator":")" + oldest_iterator() + R"(","Limit":1000})";
  table_.compare(
      "GetRecords of 1000 -> response JSON", promise::none(), 1,
      [&](std::uint64_t) {
        const std::unique_ptr<rocksdb::Iterator> at((*bare_)->NewIterator(rocksdb::ReadOptions()));
        std::size_t rows = 0, bytes = 0;
        for (at->Seek("c"); at->Valid() && rows < 1000; at->Next(), ++rows) bytes += at->value().size();
        if (rows != 1000 || bytes == 0) give_up("the bare records are missing");
      },
      [&](std::uint64_t) { (void)call(operation_name::get_records, body); });
  table_.alone("stream read, typed, 10000 changes", promise::none(), 1, [&](std::uint64_t) {
    std::size_t read = 0;
    for (auto batch :
         streams::read<order>(*ours_, "orders", streams::from_oldest, streams::until_caught_up).batches()) {
      read += must(std::move(batch)).changes.size();
    }
    if (read != records) give_up("some records are missing");
  });
}

void bench::decoding() {
  const reply hundred =
      call(operation_name::get_records, R"({"ShardIterator":")" + oldest_iterator() + R"(","Limit":100})");
  const auto ours = [&](std::uint64_t) {
    if (must(read_changes<order>(hundred)).size() != 100) give_up("some changes are missing");
  };
  table_.alone("100 change records of 10 fields -> structs", promise::microseconds(76, "75"), 10, ours);

  const std::string text(hundred.body.view());
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  table_.compare(
      "100 change records -> structs, simdjson", promise::none(), 10,
      [&](std::uint64_t) {
        std::vector<plain_change> all;
        auto document = parser.iterate(padded);
        for (auto record : document["Records"].get_array()) read_record(record.get_object(), all.emplace_back());
        if (all.size() != 100) give_up("some changes are missing");
      },
      ours);
  table_.compare(
      "100 change records -> structs, nlohmann", promise::none(), 10,
      [&](std::uint64_t) {
        std::vector<plain_change> all;
        const nlohmann::json document = nlohmann::json::parse(text);
        for (const auto& record : document["Records"]) read_record(record, all.emplace_back());
        if (all.size() != 100) give_up("some changes are missing");
      },
      ours);
}

/// The bare side is the same put with nobody reading.
void bench::following() {
  constexpr const char* row = "put with a reader following (bare: without)";
  if (!table_.wanted(row)) return;
  std::atomic<bool> follow = false;
  std::stop_source stop;
  std::atomic<std::uint64_t> seen = 0;
  std::jthread reader([&] {
    auto changes = streams::read<order>(*ours_, "orders", streams::from_newest, streams::stop_on(stop.get_token()));
    for (auto batch : std::move(changes).batches()) {
      seen += must(std::move(batch)).changes.size();
      follow.wait(false);
      if (stop.stop_requested()) return;
    }
  });
  std::uint64_t number = 0;
  const auto put = [&](std::uint64_t) {
    order item = make_order(static_cast<std::uint32_t>(number % records));
    item.created_at += static_cast<std::int64_t>(++number);
    must(orders_->put(item).run());
  };
  table_.compare(
      row, promise::none(), 200,
      [&](std::uint64_t i) {
        follow = false;
        put(i);
      },
      [&](std::uint64_t i) {
        if (!follow.exchange(true)) follow.notify_all();
        put(i);
      });
  stop.request_stop();
  follow = true;
  follow.notify_all();
  reader.join();
  if (seen == 0) give_up("the reader saw nothing");
}

/// From the call of a put until a reader on another thread, that waited for records, holds the typed change.
void bench::waiting() {
  constexpr const char* row = "put until a waiting reader has the change";
  constexpr std::chrono::milliseconds until_it_waits(1);
  constexpr std::uint32_t warm_up = 20;
  if (!table_.wanted(row)) return;
  using clock = std::chrono::steady_clock;
  const std::uint32_t puts = table_.quick() ? 200 : 2000;
  std::atomic<std::uint32_t> seen = 0;
  std::vector<double> microseconds;
  clock::time_point begun;  // handed to the reader by the put, and back by `seen`
  const auto put = [&](std::uint32_t number) {
    order item = make_order(number % records);
    item.created_at = number;  // not what it was
    begun = clock::now();
    must(orders_->put(item).run());
  };
  auto newest = streams::read<order>(*ours_, "orders", streams::from_newest, streams::until_caught_up);
  must(newest.next().run());
  put(warm_up + puts);
  must(newest.next().run());  // the position after a change does not move
  std::jthread reader([&] {
    for (auto one : streams::read<order>(*ours_, "orders", streams::after(newest.position())).changes()) {
      (void)must(std::move(one));
      microseconds.push_back(std::chrono::duration<double, std::micro>(clock::now() - begun).count());
      ++seen;
      seen.notify_one();
      if (microseconds.size() == warm_up + puts) return;
    }
  });
  for (std::uint32_t number = 0; number < warm_up + puts; ++number) {
    std::this_thread::sleep_for(until_it_waits);
    put(number);
    seen.wait(number);
  }
  reader.join();
  microseconds.erase(microseconds.begin(), microseconds.begin() + warm_up);
  table_.percentiles(row, promise::microseconds(2000), std::move(microseconds));
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) {
  dynamo::bench::ratios table(argc, argv);
  table.heading("streams of changes");
  dynamo::bench::bench all(table);
  all.reading();
  all.decoding();
  all.following();
  all.waiting();
}
