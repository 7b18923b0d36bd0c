#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/auth/sigv4.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace dynamo::aws {

/// The keys that requests were signed with lately: to derive one takes longer than the signature itself. Thread-safe.
class signing_keys {
 public:
  /// That of `day` ("20261128"), for DynamoDB in that region.
  std::shared_ptr<const auth::signing_key> find(const std::shared_ptr<const auth::credentials>&, std::string_view day,
                                                std::string_view region);

 private:
  struct entry {
    std::shared_ptr<const auth::credentials> by;  // held, so that no others come to lie at its address
    std::string region;
    std::shared_ptr<const auth::signing_key> key;
  };

  std::mutex mutex_;
  std::array<entry, 4> kept_;  // accounts and regions at one time are few
  std::size_t next_ = 0;       // to be replaced
};

}  // namespace dynamo::aws
