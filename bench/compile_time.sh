#!/usr/bin/env bash
# What a user's file with a typed table costs to compile: CPU time and memory of g++ -O2, the median of three.
set -euo pipefail
cd "$(dirname "$0")/.."
compiler=${CXX:-g++}
# Headers that come from the page cache, and an idle machine, make no difference to CPU time; a busy one does: some.
measure() {
  local row=$1 file=$2 seconds_max=$3 megabytes_max=$4
  for _ in 1 2 3; do
    /usr/bin/time -f '%U %S %M' "$compiler" -std=c++23 -O2 -DBOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC -Iinclude \
      -c "$file" -o /dev/null 2>&1
  done | sort -g | sed -n 2p | awk -v row="$row" -v seconds_max="$seconds_max" -v megabytes_max="$megabytes_max" '{
    seconds = $1 + $2; megabytes = $3 / 1024
    if (seconds_max == 0) { printf "| %s | %.2f | %d | - | |\n", row, seconds, megabytes; exit }
    worst = seconds / seconds_max
    if (megabytes_max > 0 && megabytes / megabytes_max > worst) worst = megabytes / megabytes_max
    printf "| %s | %.2f | %d | %s s%s | %s |\n", row, seconds, megabytes, seconds_max,
      (megabytes_max > 0 ? ", " megabytes_max " MB" : ""),
      worst <= 1 ? "ok" : worst <= 1.25 ? "over, within a quarter" : "OVER"
  }'
}
printf '\n| compiling, %s -O2 | CPU s | MB | budget | |\n|---|---|---|---|---|\n' "$("$compiler" --version | head -n 1)"
measure 'standard headers alone' bench/compile_time/standard_headers.cpp 0 0
measure 'one typed table, all operations' bench/compile_time/typed_table.cpp 2.0 250
measure 'the same with coroutines' bench/compile_time/coroutines.cpp 3.5 0
