#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::model {

/// One record of a stream, images as they stand; an absent image is empty.
struct change {
  std::string kind, keys, old_image, new_image, number;
  std::string to_string() const { return number + " " + kind + " " + keys + ": " + old_image + " -> " + new_image; }
};

/// Reads one stream from its beginning on; again and again, if wanted, from where it stopped.
class log_reader {
 public:
  log_reader(endpoint& from, std::string arn) : from_(from), arn_(std::move(arn)) {}
  /// Appends what is new; says what went wrong, if anything.
  std::optional<std::string> read(std::vector<change>& into, int page = 1000);

 private:
  std::optional<std::string> begin();
  endpoint& from_;
  std::string arn_;
  std::string iterator_;
  bool closed_ = false;
};

/// Appends a stream's records as the public reader (streams::read) gives them out, from the beginning to the present end.
std::optional<std::string> read_changes_of(const std::shared_ptr<endpoint>& from, const std::string& arn,
                                           std::vector<change>& into, int page = 1000);

/// Sequence numbers are decimals of any length.
bool number_less(const std::string& a, const std::string& b);

/// Items of a table by their keys, as a stream's records leave them.
using images = std::map<std::string, std::string>;

/// Plays records on top of `state`. Says what does not fit: numbers that do not ascend, an old image that is not the state,
/// a kind that does not match the images. With `from_the_middle`, a key seen for the first time may have any old image.
std::optional<std::string> fold(const std::vector<change>&, images& state, bool from_the_middle = false);

}  // namespace dynamo::model
