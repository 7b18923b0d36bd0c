// Runs a fuzz target over files instead of searching: `json_fuzzer fuzz/corpus/json`. What once crashed stays an ordinary test,
// under every compiler and sanitizer. A folder that does not exist yet holds no crashes.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void replay(const std::filesystem::path& file) {
  std::ifstream input{file, std::ios::binary};
  const std::vector<char> bytes{std::istreambuf_iterator<char>{input}, {}};
  const std::vector<std::uint8_t> data{bytes.begin(), bytes.end()};
  LLVMFuzzerTestOneInput(data.data(), data.size());
}

}  // namespace

int main(int argc, char** argv) {
  int count = 0;
  for (int argument = 1; argument < argc; ++argument) {
    const std::filesystem::path path{argv[argument]};
    if (!std::filesystem::is_directory(path)) continue;
    for (const auto& entry : std::filesystem::directory_iterator{path}) {
      std::printf("%s\n", entry.path().c_str());
      std::fflush(stdout);  // the name of the input must be seen if it ends the program
      replay(entry.path());
      ++count;
    }
  }
  LLVMFuzzerTestOneInput(nullptr, 0);
  std::printf("%d inputs replayed\n", count);
  return 0;
}
