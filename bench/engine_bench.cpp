/// What the embedded engine costs above bare RocksDB, entered where the wire protocol enters it: a request's JSON in, a
/// response's JSON out. typed_bench has the same with structs.
#include "bare_orders.hpp"
#include "order_database.hpp"
#include "ratio.hpp"

namespace dynamo::bench {
namespace {

constexpr unsigned points_per_round = 250;
constexpr unsigned queries_per_round = 10;

/// Puts of orders: `number` counts up from 0, and each put changes the row if the samples are what they were at first.
class changing_puts {
 public:
  changing_puts(order_database& db, std::string_view more) : db_(db) {
    for (std::size_t i = 0; i < db.samples(); ++i) {
      const std::string& text = db.at(i).text;
      std::string other = text;
      other[other.find("Grace")] = 'B';
      puts_.push_back({item_text(text) + std::string(more) + "}", item_text(other) + std::string(more) + "}"});
    }
  }
  void operator()(std::uint64_t number) {
    const auto& texts = puts_[number % puts_.size()];
    db_.call(operation_name::put_item, (number / puts_.size()) % 2 == 0 ? texts.second : texts.first);
  }

 private:
  order_database& db_;
  std::vector<std::pair<std::string, std::string>> puts_;
};

class bench {
 public:
  bench(ratios& table, order_database& db) : table_(table), db_(db), bare_(db) {}

  void reads();
  void puts();
  void expiring_puts();
  void updates();
  void legacy_reads();
  void legacy_writes();
  void streamed_puts(std::uint64_t records_before);

 private:
  void restore() {
    for (std::uint64_t i = 0; i < db_.samples(); ++i) {
      db_.call(operation_name::put_item, item_text(db_.at(i).text) + "}");
    }
  }

  ratios& table_;
  order_database& db_;
  bare_orders bare_;
};

// Where both sides read one database: what one has read is not what the other reads next, and finds in the processor's cache.
const std::string& far_from(std::uint64_t i, const std::vector<std::string>& all) {
  return all[(i + all.size() / 2) % all.size()];
}

void bench::reads() {
  std::vector<std::string> gets, queries, selects;
  for (std::size_t i = 0; i < db_.samples(); ++i) {
    const order& of = db_.at(i).item;
    gets.push_back(keyed_text(of) + "}");
    selects.push_back(R"({"Statement":"SELECT * FROM orders WHERE customer = ? AND id = ?","Parameters":[{"S":")" +
                      of.customer + R"("},{"S":")" + of.id + R"("}]})");
  }
  for (std::size_t i = 0; i < db_.starts(); ++i) {
    const order& first = db_.start_at(i).item;
    queries.push_back(
        R"({"TableName":"orders","KeyConditionExpression":"#0 = :0 AND #1 >= :1","ExpressionAttributeNames":{"#0":)"
        R"("customer","#1":"id"},"ExpressionAttributeValues":{":0":{"S":")" +
        first.customer + R"("},":1":{"S":")" + first.id + R"("}},"Limit":100})");
  }
  table_.compare(
      "get", promise::ratio(1.5), points_per_round, [&](std::uint64_t i) { bare_.get(db_.at(i).key); },
      [&](std::uint64_t i) { db_.call(operation_name::get_item, gets[i % gets.size()]); });
  table_.compare(
      "PartiQL point read (beside get)", promise::ratio(1.3), points_per_round,
      [&](std::uint64_t i) { db_.call(operation_name::get_item, gets[i % gets.size()]); },
      [&](std::uint64_t i) { db_.call(operation_name::execute_statement, far_from(i, selects)); });
  table_.compare(
      "query of 100 -> response JSON", promise::ratio(1.3, "0.9"), queries_per_round,
      [&](std::uint64_t i) { bare_.query(db_.start_at(i).key); },
      [&](std::uint64_t i) { db_.call(operation_name::query, queries[i % queries.size()]); });
}

void bench::puts() {
  const auto row = [&](const char* name, promise promised, std::string_view more) {
    if (!table_.wanted(name)) return;
    changing_puts put(db_, more);
    table_.compare(name, promised, points_per_round, [&](std::uint64_t i) { bare_.put(db_.at(i)); }, std::ref(put));
    restore();
  };
  row("put, blind", promise::ratio(1.4, "1.06-1.12"), "");
  row("put with a condition", promise::ratio(2.0, "1.30-1.36"), R"~(,"ConditionExpression":"attribute_exists(id)")~");
  row("put that returns the old item", promise::ratio(2.0, "1.30-1.36"), R"(,"ReturnValues":"ALL_OLD")");
  row("put that tells the capacity", promise::ratio(2.0, "1.30-1.36"), R"(,"ReturnConsumedCapacity":"TOTAL")");
}

// Beside the same puts into a table without TTL.
void bench::expiring_puts() {
  constexpr const char* name = "put with TTL (beside one without)";
  if (!table_.wanted(name)) return;
  std::vector<std::string> plain, expiring;
  for (const std::string table : {"plain", "expiring"}) {
    db_.call(operation_name::create_table, R"({"TableName":")" + table + R"(","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"customer","AttributeType":"S"},{"AttributeName":"id","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},{"AttributeName":"id","KeyType":"RANGE"}]})");
  }
  db_.call(operation_name::update_time_to_live,
           R"({"TableName":"expiring","TimeToLiveSpecification":{"AttributeName":"until","Enabled":true}})");
  constexpr std::uint64_t far_ahead = 5'000'000'000;
  for (std::uint64_t i = 0; i < db_.samples(); ++i) {
    std::string item = db_.at(i).text;
    item.insert(item.size() - 1, R"(,"until":{"N":")" + std::to_string(far_ahead + i) + "\"}");
    plain.push_back(R"({"TableName":"plain","Item":)" + item + "}");
    expiring.push_back(R"({"TableName":"expiring","Item":)" + item + "}");
  }
  table_.compare(
      name, promise::ratio(1.15), points_per_round,
      [&](std::uint64_t i) { db_.call(operation_name::put_item, plain[i % plain.size()]); },
      [&](std::uint64_t i) { db_.call(operation_name::put_item, expiring[i % expiring.size()]); });
}

void bench::updates() {
  std::vector<std::string> updates;
  for (std::size_t i = 0; i < db_.samples(); ++i) {
    updates.push_back(
        keyed_text(db_.at(i).item) +
        R"(,"UpdateExpression":"SET #0 = :0 ADD #1 :1","ExpressionAttributeNames":{"#0":"status","#1":"quantity"},)"
        R"("ExpressionAttributeValues":{":0":{"S":"LOST"},":1":{"N":"1"}}})");
  }
  table_.compare(
      "update of two attributes (bare: a get and a put)", promise::none(), points_per_round,
      [&](std::uint64_t i) {
        bare_.get(db_.at(i).key);
        bare_.put(db_.at(i));
      },
      [&](std::uint64_t i) { db_.call(operation_name::update_item, updates[i % updates.size()]); });
}

// The parameters that expressions have replaced: each row beside the expression that says the same.
void bench::legacy_reads() {
  std::vector<std::string> gets_by_expression, gets, queries_by_expression, queries;
  for (std::size_t i = 0; i < db_.samples(); ++i) {
    const std::string get = keyed_text(db_.at(i).item);
    gets_by_expression.push_back(
        get + R"(,"ProjectionExpression":"#0,#1","ExpressionAttributeNames":{"#0":"status","#1":"quantity"}})");
    gets.push_back(get + R"(,"AttributesToGet":["status","quantity"]})");
  }
  for (std::size_t i = 0; i < db_.starts(); ++i) {
    const order& first = db_.start_at(i).item;
    const std::string customer = R"({"S":")" + first.customer + "\"}";
    const std::string id = R"({"S":")" + first.id + "\"}";
    const std::string zero = R"({"N":"0"})";
    const std::string query = R"({"TableName":"orders","Limit":100,)";
    queries_by_expression.push_back(query +
                                    R"("KeyConditionExpression":"#0 = :0 AND #1 >= :1","FilterExpression":"#2 >= :2",)"
                                    R"("ExpressionAttributeNames":{"#0":"customer","#1":"id","#2":"quantity"},)"
                                    R"("ExpressionAttributeValues":{":0":)" +
                                    customer + R"(,":1":)" + id + R"(,":2":)" + zero + "}}");
    queries.push_back(query + R"("KeyConditions":{"customer":{"ComparisonOperator":"EQ","AttributeValueList":[)" +
                      customer + R"(]},"id":{"ComparisonOperator":"GE","AttributeValueList":[)" + id +
                      R"(]}},"QueryFilter":{"quantity":{"ComparisonOperator":"GE","AttributeValueList":[)" + zero +
                      "]}}}");
  }
  table_.compare(
      "get with AttributesToGet (beside its expression)", promise::ratio(1.1), points_per_round,
      [&](std::uint64_t i) { db_.call(operation_name::get_item, gets_by_expression[i % gets_by_expression.size()]); },
      [&](std::uint64_t i) { db_.call(operation_name::get_item, far_from(i, gets)); });
  table_.compare(
      "query of 100 by KeyConditions and QueryFilter (beside its expressions)", promise::ratio(1.1), queries_per_round,
      [&](std::uint64_t i) {
        db_.call(operation_name::query, queries_by_expression[i % queries_by_expression.size()]);
      },
      [&](std::uint64_t i) { db_.call(operation_name::query, far_from(i, queries)); });
}

void bench::legacy_writes() {
  const std::string condition = R"(,"ConditionExpression":"#0 <> :0","ExpressionAttributeNames":{"#0":"status"},)"
                                R"("ExpressionAttributeValues":{":0":{"S":"GONE"}}})";
  const std::string expected =
      R"(,"Expected":{"status":{"ComparisonOperator":"NE","AttributeValueList":[{"S":"GONE"}]}}})";
  // Each side has a table of its own. A put that changes nothing is not written, so the items change with each pass.
  std::vector<std::string> puts_by_expression, puts, updates_by_expression, updates;
  for (const std::string table : {"by_expression", "by_legacy"}) {
    db_.call(operation_name::create_table, R"({"TableName":")" + table + R"(","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"customer","AttributeType":"S"},{"AttributeName":"id","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},{"AttributeName":"id","KeyType":"RANGE"}]})");
  }
  for (const bool changed : {false, true}) {
    for (std::uint64_t i = 0; i < db_.samples(); ++i) {
      std::string item = db_.at(i).text;
      if (changed) item[item.find("Grace")] = 'B';
      puts_by_expression.push_back(R"({"TableName":"by_expression","Item":)" + item + condition);
      puts.push_back(R"({"TableName":"by_legacy","Item":)" + item + expected);
    }
  }
  for (std::size_t i = 0; i < db_.samples(); ++i) {
    const std::string key = keyed_text(db_.at(i).item).substr(std::string_view(R"({"TableName":"orders")").size());
    updates_by_expression.push_back(
        R"({"TableName":"by_expression")" + key +
        R"(,"UpdateExpression":"SET #0 = :0 ADD #1 :1","ExpressionAttributeNames":{"#0":"status","#1":"quantity"},)"
        R"("ExpressionAttributeValues":{":0":{"S":"LOST"},":1":{"N":"1"}}})");
    updates.push_back(R"({"TableName":"by_legacy")" + key +
                      R"(,"AttributeUpdates":{"status":{"Action":"PUT","Value":{"S":"LOST"}},)"
                      R"("quantity":{"Action":"ADD","Value":{"N":"1"}}}})");
  }
  for (std::uint64_t i = 0; i < db_.samples(); ++i) {
    db_.call(operation_name::put_item, puts_by_expression[db_.samples() + i]);
    db_.call(operation_name::put_item, puts[db_.samples() + i]);
  }
  table_.compare(
      "put with Expected (beside its expression)", promise::ratio(1.1), points_per_round,
      [&](std::uint64_t i) { db_.call(operation_name::put_item, puts_by_expression[i % puts_by_expression.size()]); },
      [&](std::uint64_t i) { db_.call(operation_name::put_item, puts[i % puts.size()]); });
  table_.compare(
      "update by AttributeUpdates (beside its expression)", promise::ratio(1.1), points_per_round,
      [&](std::uint64_t i) {
        db_.call(operation_name::update_item, updates_by_expression[i % updates_by_expression.size()]);
      },
      [&](std::uint64_t i) { db_.call(operation_name::update_item, updates[i % updates.size()]); });
}

void bench::streamed_puts(std::uint64_t records_before) {
  const std::string name =
      "put with both images and change record, " +
      (records_before == 0 ? std::string("empty stream") : "after " + std::to_string(records_before) + " records");
  if (!table_.wanted(name)) return;
  changing_puts put(db_, "");
  // Whole passes, in pairs: the samples are then what they were.
  const std::uint64_t twice = 2 * db_.samples();
  for (std::uint64_t i = 0; i < (records_before + twice - 1) / twice * twice; ++i) {
    put(i);
    bare_.put(db_.at(i));  // as worn as the other side
  }
  table_.compare(
      name, promise::ratio(2.4, "about 2"), points_per_round, [&](std::uint64_t i) { bare_.put(db_.at(i)); },
      std::ref(put));
  restore();
}

int run(int argc, char** argv) {
  ratios table(argc, argv);
  order_database db(table.quick() ? 40'000 : 400'000, table.quick() ? 5'000 : 20'000);
  bench all(table, db);
  table.heading("embedded, wire protocol");
  all.reads();
  all.puts();
  all.expiring_puts();
  all.updates();
  all.legacy_reads();
  all.legacy_writes();
  db.begin_stream();
  all.streamed_puts(0);
  all.streamed_puts(table.quick() ? 50'000 : 1'000'000);
  return 0;
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) { return dynamo::bench::run(argc, argv); }
