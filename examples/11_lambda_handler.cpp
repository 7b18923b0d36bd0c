// A Lambda function in C++: it handles the changes of the table SampleStreamTable, which come in batches, one at a time.
//
// Under any host of the Lambda Runtime API it is the function's `bootstrap`; `11_lambda_handler event.json` prints its answer to an
// event in a file; and by itself it answers a small event of its own. The handler is the same, and knows nothing of it.
// infrastructure/ deploys it to AWS with its table; docs/lambda.md says how to build and deploy functions otherwise.
#include <dynamo/lambda.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

struct sample_model {
  std::int64_t id = 0;
  std::string message;
  std::string entity_type;
};
template <>
struct dynamo::attributes<sample_model>
    : dynamo::traits<dynamo::rename<&sample_model::id, "Id">, dynamo::rename<&sample_model::message, "Message">,
                     dynamo::rename<&sample_model::entity_type, "EntityType">> {};

const char* variable(const char* name) { return std::getenv(name); }  // NOLINT(concurrency-mt-unsafe): nobody sets any

/// A line for each change. How many there were, and how long they took, is logged for every batch by the library.
void log_change(const dynamo::change<sample_model>& change, std::int64_t id, const dynamo::lambda::context& about) {
  const auto kind = to_string(change.kind);
  const std::string number = change.sequence_number_text();
  if (!change.new_image) {  // removed, or the stream keeps no new images
    const std::string_view what = change.by_ttl ? "an item expired" : "a change";
    about.log(dynamo::log_level::info, what, {{"event", kind}, {"id", id}, {"sequenceNumber", number}});
    return;
  }
  const sample_model& item = *change.new_image;
  about.log(dynamo::log_level::info, "a change",
            {{"event", kind},
             {"id", item.id},
             {"text", item.message},
             {"entityType", item.entity_type},
             {"sequenceNumber", number}});
}

/// Logs each change, and keeps a line for each that it has seen, if the environment names a file for them.
class sample_handler {
 public:
  sample_handler() {
    if (const char* path = variable("SAMPLE_SEEN")) seen_.open(path, std::ios::app);
  }

  // What comes back as an error, or is thrown, is reported by its sequence number and comes again. So are items that do not fit
  // sample_model: they never get here.
  dynamo::result<void> operator()(const dynamo::change<sample_model>& change, const dynamo::lambda::context& about) {
    const auto id = change.key<&sample_model::id>();
    if (!id) return std::unexpected(id.error());
    if (change.new_image && change.new_image->entity_type.empty()) {
      return dynamo::fail(dynamo::errc::invalid_argument, "an item without an entity type");
    }
    log_change(change, *id, about);
    if (!seen_.is_open()) return {};
    seen_ << *id << ' ' << change.sequence_number_text() << ' ' << to_string(change.kind) << std::endl;
    if (!seen_) return dynamo::fail(dynamo::errc::storage, "what was seen cannot be written");
    return {};
  }

 private:
  std::ofstream seen_;
};

int print_answer(std::string_view event) {
  const auto answer = dynamo::lambda::handle_event<sample_model>(dynamo::json::buffer(event), sample_handler());
  if (answer) {
    std::cout << answer->view() << '\n';
    return 0;
  }
  std::cout << answer.error().type << ": " << answer.error().message << '\n';
  return 1;
}

int main(int count, char** arguments) {
  if (count > 1) {
    std::ifstream file(arguments[1], std::ios::binary);
    if (!file) {
      std::cerr << arguments[1] << " cannot be read\n";
      return 2;
    }
    return print_answer(std::string(std::istreambuf_iterator<char>(file), {}));
  }
  if (variable("AWS_LAMBDA_RUNTIME_API") != nullptr) return dynamo::lambda::serve<sample_model>(sample_handler());
  return print_answer(R"({"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{"Id":{"N":"101"}},"SequenceNumber":"111",
    "NewImage":{"Id":{"N":"101"},"Message":{"S":"New item!"},"EntityType":{"S":"sample"}}}}]})");
}
