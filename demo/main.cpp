/// The demo of dynamo_table: what `./dev demo` runs. Ends with 0 only if every step held.

#include "durability/durability.hpp"
#include "functions/lambda.hpp"
#include "programs/keep.hpp"
#include "programs/wrong_programs.hpp"
#include "serving/clients.hpp"
#include "settings.hpp"
#include "tour/load.hpp"
#include "tour/tour.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace {

using namespace demo;

std::string make_scratch_folder() {
  std::error_code problem;
  const std::filesystem::path below = std::filesystem::temp_directory_path(problem);
  std::string pattern = (below / "dynamo_demo_XXXXXX").string();
  return problem || mkdtemp(pattern.data()) == nullptr ? "" : pattern;
}

std::vector<step_report> run_steps(screen& out, const settings& chosen, const movie_source& source,
                                   const std::string& scratch) {
  std::vector<step_report> steps;
  const std::string directory = chosen.keep.empty() ? scratch + "/movies" : chosen.keep;
  shelf_progress progress;
  progress.directory = scratch + "/by_director";
  out.step(
      "a table from a struct",
      "A database in a folder of its own, filled by several threads at once; one more thread follows its changes.");
  steps.push_back(load_movies(out, source, directory, chosen.threads, progress));

  if (steps.back().held) {
    out.step("every operation");
    movie first;
    steps.push_back(run_tour(out, source, directory, progress, first));
    out.step("any client", "The same database as an HTTP server, and a Python program that reads it with boto3.");
    steps.push_back(read_with_boto3(out, source, first, directory));
  }
  out.step(
      "a Lambda function",
      "A C++ handler in a process of its own speaks the Lambda Runtime API with a host in this one, which hands it the changes of a\n"
      "table in batches, as Lambda's event source mapping does.");
  steps.push_back(run_lambda(out, scratch));
  out.step("what the compiler refuses", "Names, keys and types are checked before anything runs.");
  steps.push_back(show_wrong_programs(out));

  const durability_plan plan{chosen.input, scratch, chosen.input.seed, chosen.threads, chosen.rounds};
  out.step(
      "nothing acknowledged is lost: the process is killed",
      "A loader reports each acknowledged write through a pipe and is killed by SIGKILL, at moments drawn from the seed. Another\n"
      "program then recomputes from the input what must be there: every item, every change record, each once and in order.");
  steps.push_back(prove_durability(out, plan, disk_kind::real));
  out.step(
      "the same when the power fails",
      "SIGKILL leaves with the system what was written without a sync. On this file system, what was not synced is gone.");
  steps.push_back(prove_durability(out, plan, disk_kind::dropping));
  out.step("the same with the sync taken out",
           "Now acknowledged writes must be missing: otherwise the two proofs before prove nothing.");
  steps.push_back(prove_durability(out, plan, disk_kind::lying));

  if (!chosen.keep.empty()) {
    out.step("your own program");
    steps.push_back(show_visitor(out, directory));
    steps.push_back(leave_server(out, directory));
  }
  return steps;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments, arguments + count);
  if (count == 4 && words[1] == "resume-scan") return resume_scan(words[2], words[3]);
  if (count == 5 && words[1] == "resume-changes") return resume_changes(words[2], words[3], words[4]);

  int exit_code = 0;
  const auto chosen = read_settings(count, arguments, exit_code);
  if (!chosen) return exit_code;
  const auto source = open_movies(chosen->input);
  if (!source) return std::fprintf(stderr, "%s\n", source.error().message().c_str()), 2;
  constexpr std::uint64_t movies_min = 20;
  if ((*source)->size() < movies_min) {
    const std::string why =
        fmt::format("the demo needs at least {} movies; these are {}", movies_min, (*source)->describe());
    return std::fprintf(stderr, "%s\n", why.c_str()), 2;
  }
  const std::string scratch = make_scratch_folder();
  if (scratch.empty()) return std::fprintf(stderr, "no folder can be made for temporary files; is TMPDIR right?\n"), 2;

  screen out;
  const auto begin = std::chrono::steady_clock::now();
  out.heading(fmt::format("dynamo_table: {}, {} threads, --seed {}", (*source)->describe(), chosen->threads,
                          chosen->input.seed));
  const std::vector<step_report> steps = run_steps(out, *chosen, **source, scratch);
  const bool all_held = std::ranges::all_of(steps, [](const step_report& s) { return s.held || s.left_out; });
  const bool all_there = std::ranges::none_of(steps, &step_report::left_out);

  out.heading("Summary");
  out.summary(steps);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (all_held) {
    std::error_code problem;
    std::filesystem::remove_all(scratch, problem);
    out.heading(fmt::format("Every step {}held, in {:.1f} s. Repeat it with --seed {}.",
                            all_there ? "" : "that was not left out ", took.count(), chosen->input.seed));
  } else {
    out.heading(fmt::format("Not every step held. Repeat it with --seed {}; the databases are in {}",
                            chosen->input.seed, scratch));
  }
  return all_held ? 0 : 1;
}
