#pragma once

#include <dynamo/schema/schema.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Change records as DynamoDB writes them, and what they are read into.
namespace dynamo::test {

/// One record's parts as JSON; an empty one is left out.
struct record_parts {
  std::string name = "INSERT";
  std::string number = "100000000003498069978";
  std::string keys = R"({"id":{"S":"a"}})";
  std::string new_image;
  std::string old_image;
  std::string time = "1480642020";
  std::string view = "NEW_AND_OLD_IMAGES";
  std::string identity;
  std::string arn;

  record_parts() = default;
};

inline std::string record(const record_parts& parts) {
  const auto optional = [](const char* name, const std::string& json) {
    return json.empty() ? std::string() : std::string(",\"") + name + "\":" + json;
  };
  return R"({"eventID":"4b25bd0da9a181a155114127e4837252","eventName":")" + parts.name +
         R"(","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"eu-west-2","dynamodb":{"Keys":)" +
         parts.keys + optional("ApproximateCreationDateTime", parts.time) + optional("NewImage", parts.new_image) +
         optional("OldImage", parts.old_image) + R"(,"SequenceNumber":")" + parts.number +
         R"(","SizeBytes":26,"StreamViewType":")" + parts.view + "\"}" + optional("userIdentity", parts.identity) +
         optional("eventSourceARN", parts.arn) + "}";
}

inline std::string records(const std::vector<record_parts>& all, const std::string& more_members = "") {
  std::string text = R"({"Records":[)";
  for (const record_parts& one : all) {
    if (text.back() != '[') text += ',';
    text += record(one);
  }
  return text + "]" + more_members + "}";
}

inline record_parts insert(std::string number, std::string new_image) {
  record_parts parts;
  parts.number = std::move(number);
  parts.new_image = std::move(new_image);
  return parts;
}

struct person {
  std::string id;
  int age = 0;
};

}  // namespace dynamo::test
