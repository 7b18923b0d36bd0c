// search_files ROWS QUERIES DIMENSIONS DISTANCE TOP_K: both files are 32-bit floats, one vector after the other. The id of a row is its number. For each query
// and each of the processor's kernels prints the kernel's name, and a line for each row found: its number and its score.
#include <dynamo/vector_search/vector_set.hpp>

#include <vector_search/kernels.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace dynamo::vector_search;

std::vector<float> floats_of(const char* file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  std::vector<float> floats(static_cast<std::size_t>(in.tellg()) / sizeof(float));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(floats.data()), static_cast<std::streamsize>(floats.size() * sizeof(float)));
  return floats;
}

std::string name_of(std::size_t row) {
  std::string digits = std::to_string(row);
  return std::string(9 - digits.size(), '0') + digits;  // so that the order of bytes is that of numbers
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const std::vector<float> rows = floats_of(argv[1]);
  const std::vector<float> queries = floats_of(argv[2]);
  const auto dimensions = static_cast<std::size_t>(std::atoi(argv[3]));
  const std::string_view named = argv[4];
  const distance kind = named == "cosine"      ? distance::cosine
                        : named == "euclidean" ? distance::euclidean
                                               : distance::dot_product;
  vector_set set(static_cast<int>(dimensions));
  for (std::size_t i = 0; i < rows.size() / dimensions; ++i) set.put(name_of(i), {&rows[i * dimensions], dimensions});
  set.publish();
  for (const kernels& one : available_kernels()) {
    use_kernels(one);
    for (std::size_t i = 0; i < queries.size() / dimensions; ++i) {
      const float* vector = &queries[i * dimensions];
      search s = set.begin({.vector = {vector, vector + dimensions},
                            .kind = kind,
                            .top_k = static_cast<std::size_t>(std::atoi(argv[5])),
                            .filter = {}});
      s.run();
      std::printf("%s %zu\n", one.name.data(), i);
      for (const match& m : s.take()) std::printf("%d %.17g\n", std::atoi(m.id.c_str()), m.score);
    }
  }
}
