#include <dynamo/json/writer.hpp>
#include <dynamo/value/limits.hpp>

#include <table/batch/batch_call.hpp>
#include <table/batch/batch_key.hpp>
#include <table/requests/expressions.hpp>
#include <table/requests/item_key.hpp>

#include <algorithm>
#include <utility>

namespace dynamo {

namespace {
constexpr unsigned parallel_max = 64;
}  // namespace

batch_policy batch_policy::retries(unsigned count) const {
  batch_policy changed = *this;
  changed.retries_ = count;
  return changed;
}
batch_policy batch_policy::waits(std::chrono::milliseconds first, std::chrono::milliseconds longest) const {
  batch_policy changed = *this;
  changed.first_wait_ = first;
  changed.longest_wait_ = longest;
  return changed;
}
batch_policy batch_policy::parallel(unsigned chunks) const {
  batch_policy changed = *this;
  changed.parallel_ = std::clamp(chunks, 1u, parallel_max);
  return changed;
}
batch_policy batch_policy::on(dynamo::timer& time, random_source& random) const {
  batch_policy changed = *this;
  changed.timer_ = &time;
  changed.random_ = &random;
  return changed;
}

result<void> batch_written::complete() const {
  for (const std::vector<write_outcome>* outcomes : {&puts, &removes}) {
    for (const write_outcome& one : *outcomes) {
      if (one.status() == write_status::failed) return std::unexpected(one.why());
      if (one.status() == write_status::unprocessed)
        return fail(errc::throttled, "the service left a write unprocessed, each time it was sent");
    }
  }
  return {};
}

namespace detail {

namespace {

/// What a request says beside its entries: far less than this, unless a view has very many attributes.
constexpr std::size_t envelope_max = std::size_t{1} << 17;

error without_key() {
  return error(errc::invalid_argument,
               "the key of this input is missing, or is of a type that the table does not have");
}

}  // namespace

struct batch_builder::state {
  state(operation_name o, const table_binding& t, const schema_description& s) : operation(o), table(t), schema(s) {}
  operation_name operation;
  const table_binding& table;
  const schema_description& schema;
  batch_inputs inputs;
  std::size_t puts = 0;
  bool consistent = false;
  bool item_collections = false;
  expressions parts;
  batch_policy policy;
};

batch_builder::batch_builder(operation_name operation, const table_binding& table, const schema_description& schema)
    : state_(std::make_unique<state>(operation, table, schema)) {}
batch_builder::~batch_builder() = default;

void batch_builder::put(const record_description& record, const void* object) {
  ++state_->puts;
  json::buffer item;
  encoder out(item);
  write_record(out, record, object);
  if (result<void> done = std::move(out).finish(); !done) return state_->inputs.add(std::move(done).error());
  std::string key = read_key(item.view(), state_->schema.table);
  if (key.empty()) return state_->inputs.add(without_key());
  state_->inputs.add(std::move(key), "{\"PutRequest\":{\"Item\":" + std::string(item.view()) + "}}");
}

void batch_builder::remove(const encoded_key& given) {
  if (given.problem()) return state_->inputs.add(*given.problem());
  std::string key = read_key(given.json(), state_->schema.table);
  if (key.empty()) return state_->inputs.add(without_key());
  std::string text = "{\"DeleteRequest\":{\"Key\":" + key + "}}";
  state_->inputs.add(std::move(key), std::move(text));
}

void batch_builder::get(const encoded_key& given) {
  if (given.problem()) return state_->inputs.add(*given.problem());
  std::string key = read_key(given.json(), state_->schema.table);
  if (key.empty()) return state_->inputs.add(without_key());
  std::string text = key;
  state_->inputs.add(std::move(key), std::move(text));
}

void batch_builder::project(const record_description& view) {
  expression::projection& projection = state_->parts.projection;
  for (std::size_t i = 0; i < view.count; ++i) projection.push_back({expression::path_step(view.fields[i].name)});
  // Without its key nobody knows which one was found.
  const keys_description& keys = state_->schema.table;
  const auto add = [&](const key_attribute& key) {
    if (find_field(view, key.name) == nullptr) projection.push_back({expression::path_step(key.name)});
  };
  std::for_each(keys.partition, keys.partition + keys.partition_count, add);
  std::for_each(keys.sort, keys.sort + keys.sort_count, add);
}
void batch_builder::consistent() { state_->consistent = true; }
void batch_builder::item_collections() { state_->item_collections = true; }
void batch_builder::policy(const batch_policy& given) { state_->policy = given; }

shared_batch batch_builder::finish() && {
  const bool writes = state_->operation == operation_name::batch_write_item;
  json::buffer head("{\"RequestItems\":{"), tail("]");
  json::write_string(head, state_->table.name);
  head.append(writes ? ":[" : ":{\"Keys\":[");
  if (!writes) {
    if (state_->consistent) tail.append(",\"ConsistentRead\":true");
    print_members(state_->parts, tail);
    tail.append('}');
  }
  tail.append("}");
  if (state_->item_collections) tail.append(",\"ReturnItemCollectionMetrics\":\"SIZE\"");
  // What vector indexes take is told by index only.
  const bool by_index = writes && state_->schema.vector_index_count != 0;
  tail.append(by_index ? ",\"ReturnConsumedCapacity\":\"INDEXES\"}" : ",\"ReturnConsumedCapacity\":\"TOTAL\"}");

  const batch_policy& policy = state_->policy;
  batch_settings settings;
  settings.writes = writes;
  settings.chunk_entries_max = writes ? limits::batch_write_requests_max : limits::batch_get_keys_max;
  settings.chunk_bytes_max = limits::request_size_max - envelope_max;
  settings.parallel = policy.parallel();
  settings.retry = retry_settings(policy.retries() + 1, policy.first_wait(), policy.longest_wait());
  batch_wording wording{std::string(head.view()), std::string(tail.view()), state_->operation};
  return std::make_shared<batch_call>(state_->table.via, state_->schema.table, std::move(wording),
                                      std::move(state_->inputs), settings, policy, state_->puts);
}

std::shared_ptr<endpoint> batch_endpoint(const shared_batch& call) { return call; }
request batch_request(const batch_call& call) { return request(call.operation(), json::buffer("{}"), repeatable::yes); }
std::size_t batch_size(const batch_call& call) { return call.plan().inputs().inputs().size(); }
batch_effort effort_of(const batch_call& call) { return call.effort(); }

result<bool> read_found(const batch_call& call, std::size_t input, const record_description& record, void* object) {
  const batch_inputs::input& asked = call.plan().inputs().inputs()[input];
  if (asked.problem) return std::unexpected(*asked.problem);
  const batch_plan::outcome& outcome = call.plan().outcome_of(asked.entry);
  if (outcome.why) return std::unexpected(*outcome.why);
  if (outcome.now != batch_plan::status::found) return false;
  json::cursor in(outcome.item);
  decoder from(in);
  read_record(from, record, object);
  if (const result<void> done = std::move(from).finish(); !done)
    return std::unexpected(naming_item(done.error(), call.plan().inputs().entries()[asked.entry].text));
  return true;
}

namespace {

write_outcome outcome_of(const batch_plan& plan, std::size_t index) {
  const batch_inputs::input& input = plan.inputs().inputs()[index];
  if (input.problem) return write_outcome(*input.problem);
  if (plan.inputs().entries()[input.entry].last_input != index) return write_outcome(write_status::superseded);
  const batch_plan::outcome& outcome = plan.outcome_of(input.entry);
  if (outcome.why) return write_outcome(*outcome.why);
  return write_outcome(outcome.now == batch_plan::status::written ? write_status::written : write_status::unprocessed);
}

}  // namespace

operation<batch_written> finish_writes(shared_batch call) {
  request first = batch_request(*call);
  std::shared_ptr<endpoint> via = call;
  return {std::move(via), std::move(first),
          [](reply&&, void* state) -> result<batch_written> {
            const batch_call& done = *static_cast<const batch_call*>(state);
            batch_written written;
            written.effort = done.effort();
            written.item_collections = done.item_collections();
            for (std::size_t i = 0; i < batch_size(done); ++i)
              (i < done.puts() ? written.puts : written.removes).push_back(outcome_of(done.plan(), i));
            return written;
          },
          std::move(call)};
}

}  // namespace detail
}  // namespace dynamo
