#include "kernels.hpp"

#include <dynamo/vector_search/vector_set.hpp>

#include <array>
#include <atomic>

namespace dynamo::vector_search {

namespace {

constexpr std::size_t kinds_max = 3;

struct kinds_of_processor {
  std::array<kernels, kinds_max> list;
  std::size_t count = 0;

  void add(const kernels& one) noexcept { list[count++] = one; }
};

/// Asks the processor and, for the registers, the operating system.
kinds_of_processor ask_processor() noexcept {
  kinds_of_processor can{};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) can.add(avx512_kernels);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) can.add(avx2_kernels);
#endif
  can.add(portable_kernels);
  return can;
}

std::atomic<const kernels*> chosen_kernels = nullptr;

}  // namespace

std::span<const kernels> available_kernels() noexcept {
  static const kinds_of_processor can = ask_processor();
  return {can.list.data(), can.count};
}

const kernels& kernels_in_use() noexcept {
  const kernels* chosen = chosen_kernels.load(std::memory_order_relaxed);
  return chosen != nullptr ? *chosen : available_kernels().front();
}

void use_kernels(const kernels& one) noexcept { chosen_kernels.store(&one, std::memory_order_relaxed); }

std::string_view instructions() noexcept { return kernels_in_use().name; }

}  // namespace dynamo::vector_search
