#include <dynamo/base/result.hpp>

#include <cstdio>

int main() {
  const dynamo::result<int> failed = dynamo::fail(dynamo::errc::not_supported, "an installed library that answers");
  std::printf("%s\n", failed.error().describe().c_str());
}
