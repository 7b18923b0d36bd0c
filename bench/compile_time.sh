#!/usr/bin/env bash
# What compiling costs, as CPU time and memory of g++ -O2: a user's file with a typed table, the median of three; and the library with the
# program `dynamo`, as the preset `release` builds them from nothing, linking included. --files leaves the latter out: it takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
compiler=${CXX:-g++}

# row NAME SECONDS_MAX MEGABYTES_MAX: one line of the table, of "user system kilobytes".
row() {
  awk -v row="$1" -v seconds_max="$2" -v megabytes_max="$3" '{
    seconds = $1 + $2; megabytes = $3 / 1024
    if (seconds_max == 0) { printf "| %s | %.2f | %d | - | |\n", row, seconds, megabytes; exit }
    worst = seconds / seconds_max
    if (megabytes_max > 0 && megabytes / megabytes_max > worst) worst = megabytes / megabytes_max
    printf "| %s | %.2f | %d | %s s%s | %s |\n", row, seconds, megabytes, seconds_max,
      (megabytes_max > 0 ? ", " megabytes_max " MB" : ""),
      worst <= 1 ? "ok" : worst <= 1.25 ? "over, within a quarter" : "OVER"
  }'
}

# Headers that come from the page cache, and an idle machine, make no difference to CPU time; a busy one does: some.
measure() {
  local name=$1 file=$2 seconds_max=$3 megabytes_max=$4
  for _ in 1 2 3; do
    /usr/bin/time -f '%U %S %M' "$compiler" -std=c++23 -O2 -DBOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC -Iinclude \
      -c "$file" -o /dev/null 2>&1
  done | sort -g | sed -n 2p | row "$name" "$seconds_max" "$megabytes_max"
}

# Without ccache, and one compiler at a time: two on one core cost each other time.
measure_build() {
  local name=$1 seconds_max=$2
  local folder log
  folder=$(mktemp -d)
  log=$folder/log
  if ! { cmake --preset release -B "$folder/build" -DCMAKE_CXX_COMPILER_LAUNCHER= -DDYNAMO_EXAMPLES=OFF &&
    /usr/bin/time -o "$folder/time" -f '%U %S %M' cmake --build "$folder/build" -j 1; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -rf "$folder"
    return 1
  fi
  row "$name" "$seconds_max" 0 <"$folder/time"
  rm -rf "$folder"
}

printf '\n| compiling, %s -O2 | CPU s | MB | budget | |\n|---|---|---|---|---|\n' "$("$compiler" --version | head -n 1)"
measure 'standard headers alone' bench/compile_time/standard_headers.cpp 0 0
measure 'one typed table, all operations' bench/compile_time/typed_table.cpp 2.0 250
measure 'the same with coroutines' bench/compile_time/coroutines.cpp 3.5 0
[ "${1-}" = --files ] || measure_build 'library and program, from nothing' 120
