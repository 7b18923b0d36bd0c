/// What an exact search for the nearest vectors costs on one core, with each kind of instructions that the processor has, beside a plain loop, beside numpy, and
/// beside reading the same memory without doing anything with it, which bounds them all.
#include "ratio.hpp"

#include <dynamo/vector_search/vector_set.hpp>

#include <vector_search/block.hpp>
#include <vector_search/kernels.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace dynamo::bench {
namespace {

namespace vs = vector_search;

constexpr std::size_t top = 10;

struct amounts {
  std::size_t dimensions;
  std::size_t rows;
};

/// The same vectors as a set, and as one array.
struct vectors {
  std::size_t dimensions, count;
  vs::vector_set set;
  std::vector<float> array;
  std::vector<float> query;

  explicit vectors(amounts of)
      : dimensions(of.dimensions),
        count(of.rows),
        set(static_cast<int>(of.dimensions)),
        array(of.rows * of.dimensions) {
    std::mt19937 random(14);
    // As good as any distribution here, and quickly made.
    const auto number = [&] { return static_cast<float>(random() >> 8) * 0x1p-23F - 1; };
    std::ranges::generate(array, number);
    query.resize(dimensions);
    std::ranges::generate(query, number);
    for (std::size_t i = 0; i < count; ++i) set.put(std::to_string(i), {&array[i * dimensions], dimensions});
    set.publish();
  }
};

std::vector<vs::match> search(const vectors& v, vs::distance kind) {
  vs::search s = v.set.begin({.vector = v.query, .kind = kind, .top_k = top, .filter = {}});
  s.run();
  return s.take();
}

/// What one writes first: a loop over the rows, a loop over their elements, a sort.
double plain_loop(const vectors& v) {
  std::vector<std::pair<float, std::size_t>> scores(v.count);
  for (std::size_t row = 0; row < v.count; ++row) {
    float dot = 0, squares = 0;
    for (std::size_t i = 0; i < v.dimensions; ++i) {
      const float x = v.array[row * v.dimensions + i];
      dot += x * v.query[i];
      squares += x * x;
    }
    scores[row] = {1 - dot / std::sqrt(squares), row};
  }
  std::ranges::partial_sort(scores, scores.begin() + top);
  return scores.front().first;
}

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}
template <class What>
double fastest_us(unsigned rounds, What what) {
  double fastest = std::numeric_limits<double>::infinity();
  for (unsigned i = 0; i < rounds; ++i) {
    const double begin = thread_seconds();
    what();
    fastest = std::min(fastest, thread_seconds() - begin);
  }
  return fastest * 1e6;
}

/// Reads so many floats, and nothing else.
[[gnu::noinline]] std::uint64_t read_through(const float* floats, std::size_t count) {
  using line [[gnu::vector_size(32), gnu::may_alias]] = std::uint64_t;
  const line* at = reinterpret_cast<const line*>(floats);
  line a{}, b{}, c{}, d{};
  for (std::size_t i = 0; i + 4 <= count / 8; i += 4) {
    a |= at[i];
    b |= at[i + 1];
    c |= at[i + 2];
    d |= at[i + 3];
  }
  a |= b | c | d;
  return a[0] | a[1] | a[2] | a[3];
}

void row(const char* who, const vectors& v, double us) {
  const double vectors_per_second = static_cast<double>(v.count) / us;  // in millions
  std::printf("| %s | %zu | %.2f million | %.1f GB/s |\n", who, v.dimensions, vectors_per_second,
              vectors_per_second * static_cast<double>(v.dimensions) * 4 / 1000);
  std::fflush(stdout);
}

void numpy_row(const vectors& v, unsigned rounds) {
  const std::string arguments = " '" DYNAMO_BENCH_SOURCES "/vector/numpy_search.py' " + std::to_string(v.count) + " " +
                                std::to_string(v.dimensions) + " " + std::to_string(top) + " " + std::to_string(rounds);
  // Debian's own first: that is where apt-get puts numpy.
  const std::string command = "/usr/bin/python3" + arguments + " 2>/dev/null || python3" + arguments + " 2>/dev/null";
  std::FILE* out = ::popen(command.c_str(), "r");
  double us = 0;
  char version[32] = "";
  const bool printed = out != nullptr && std::fscanf(out, "%lf %31s", &us, version) == 2;
  if (out != nullptr) ::pclose(out);
  if (!printed) {
    std::printf("| numpy is not installed (Debian: python3-numpy) | %zu | | |\n", v.dimensions);
  } else {
    row(("numpy " + std::string(version) + ", cosine").c_str(), v, us);
  }
}

void measure(const ratios& table, amounts of) {
  const vectors v(of);
  const unsigned rounds = table.quick() ? 10 : 50;
  for (const vs::kernels& one : vs::available_kernels()) {
    vs::use_kernels(one);
    for (const auto& [kind, name] :
         {std::pair(vs::distance::cosine, "cosine"), std::pair(vs::distance::euclidean, "euclidean"),
          std::pair(vs::distance::dot_product, "dot product")}) {
      row((std::string(one.name) + ", " + name).c_str(), v, fastest_us(rounds, [&] { search(v, kind); }));
    }
  }
  vs::use_kernels(vs::available_kernels().front());
  const vs::float_memory memory = vs::aligned_floats(v.array.size());
  std::ranges::copy(v.array, memory.get());
  std::uint64_t bits = 0;
  row("reading the memory", v, fastest_us(rounds, [&] { bits |= read_through(memory.get(), v.array.size()); }));
  if (bits == 0) std::puts("all zero");
  row("a plain loop", v, fastest_us(rounds / 10 + 1, [&] { plain_loop(v); }));
  numpy_row(v, rounds);
}

int run(int argc, char** argv) {
  ratios table(argc, argv);
  const std::size_t floats = table.quick() ? std::size_t{20} << 20 : std::size_t{50} << 20;
  table.heading("exact search of the nearest 10 by cosine; bare: a plain loop");
  for (const std::size_t dimensions : {128U, 1024U}) {
    const std::string name =
        std::to_string(floats / dimensions) + " vectors of " + std::to_string(dimensions) + " dimensions";
    if (!table.wanted(name)) continue;
    const vectors v({dimensions, floats / dimensions});
    // 1,000,000 vectors of 1,024 dimensions a second, and of shorter ones as many bytes.
    const double most = static_cast<double>(floats) / 1024;
    table.compare(
        name, promise::microseconds(most), 1, [&](std::uint64_t) { plain_loop(v); },
        [&](std::uint64_t) { search(v, vs::distance::cosine); });
  }
  if (table.profiling()) return 0;
  std::printf(
      "\n| vectors a second on one core, the fastest of some searches | dimensions | vectors | of memory |\n|---|---|---|---|\n");
  for (const std::size_t dimensions : {128U, 1024U}) {
    if (table.wanted("vectors a second")) measure(table, {dimensions, floats / dimensions});
  }
  return 0;
}

}  // namespace
}  // namespace dynamo::bench

int main(int argc, char** argv) { return dynamo::bench::run(argc, argv); }
