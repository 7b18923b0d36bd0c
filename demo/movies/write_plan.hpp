#pragma once

#include <cstdint>

namespace demo {

/// Who writes what, in which order: a pure function that loaders and the verifier share.
///
/// Movies come in blocks of 20; a block belongs to one writer, who writes its movies and then the first of them once more, as a
/// later edition. So some keys are written twice, the later edition has to win, and all writes of a key are one writer's. A
/// writer who is through begins again, with later editions: each writer's sequence has no end.
class write_plan {
 public:
  static constexpr std::uint64_t block = 20;
  struct write {
    std::uint64_t movie;    ///< index into the source
    std::uint32_t edition;  ///< from 1
  };

  write_plan(std::uint64_t movies, unsigned writers)
      : movies_(movies), writers_(writers), blocks_((movies + block - 1) / block) {}

  unsigned writers() const { return writers_; }
  /// Writes until each movie was there: the movies, and the first of each block twice.
  std::uint64_t size() const { return movies_ + blocks_; }
  std::uint64_t written_twice() const { return blocks_; }

  unsigned writer_of(std::uint64_t movie) const { return static_cast<unsigned>(movie / block % writers_); }
  /// How many writes take the writer through its movies once; 0 for one that has none.
  std::uint64_t size_of(unsigned writer) const {
    if (writer >= blocks_) return 0;
    const std::uint64_t own = (blocks_ - writer - 1) / writers_ + 1;
    const bool has_last = (blocks_ - 1) % writers_ == writer;
    return own * (block + 1) - (has_last ? blocks_ * block - movies_ : 0);
  }
  /// The writer's write number `ordinal`, from 0. The writer must have movies.
  write at(unsigned writer, std::uint64_t ordinal) const {
    const std::uint64_t once = size_of(writer), round = ordinal / once, rest = ordinal % once;
    const std::uint64_t first = (writer + rest / (block + 1) * writers_) * block, offset = rest % (block + 1);
    const std::uint64_t in_block = movies_ - first < block ? movies_ - first : block;
    const bool again = offset == in_block;
    return {again ? first : first + offset, static_cast<std::uint32_t>(2 * round + (again ? 2 : 1))};
  }
  /// The edition of a movie after its writer went through once.
  static std::uint32_t final_edition(std::uint64_t movie) { return movie % block == 0 ? 2 : 1; }

 private:
  std::uint64_t movies_;
  unsigned writers_;
  std::uint64_t blocks_;
};

}  // namespace demo
