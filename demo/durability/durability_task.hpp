#pragma once

#include "movies/input.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

/// What the database of the durability step stands on.
enum class disk_kind : std::uint8_t {
  real,      ///< the operating system's files: SIGKILL ends the process, what it wrote stays
  dropping,  ///< keeps what was not synced in the process only: SIGKILL is a power cut
  lying,  ///< the same, and syncs of the log do nothing: acknowledged writes must get lost, or the proof proves nothing
};
std::string_view to_string(disk_kind) noexcept;

/// What loader and verifier are told; as arguments of their command lines.
struct durability_task {
  std::string directory;
  disk_kind disk = disk_kind::real;
  /// For each writer, how many of its writes were acknowledged so far, counted by the parent.
  std::vector<std::uint64_t> acknowledged;
  input_choice input;

  std::vector<std::string> to_arguments() const;
  static dynamo::result<durability_task> from_arguments(std::span<char* const>);
};

/// What the loader writes into the pipe after each acknowledged write; less than PIPE_BUF, so never torn.
struct acknowledgement {
  std::uint32_t writer;
  std::uint32_t ordinal;  ///< in the writer's sequence, see write_plan
};

}  // namespace demo
