// SPDX-License-Identifier: Apache-2.0
#include "config/program_loader.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "config/program_reader.hpp"
#include "config/toml_document.hpp"
#include "domain/program/lint.hpp"
#include "domain/program/validation.hpp"

namespace loyalty::config {
namespace {

bool is_within(std::string_view inner, std::string_view outer) {
  return inner.substr(0, outer.size()) == outer &&
         (inner.size() == outer.size() || inner[outer.size()] == '.' || inner[outer.size()] == '[');
}

/// What could not be read keeps its default, and a mistake in the default is not the writer's.
bool follows_from(const domain::Problem& problem, const std::vector<std::string>& unread) {
  return std::any_of(unread.begin(), unread.end(), [&](const std::string& path) {
    return is_within(problem.path, path) || is_within(path, problem.path);
  });
}

Finding place_in_file(const domain::Problem& problem, const ReadProgram& read,
                      const std::string& file, bool warning) {
  const Place place = read.place_of(problem.path);
  return {.file = file,
          .line = place.line,
          .column = place.column,
          .path = problem.path,
          .code = warning ? "LINT" : std::string(name_of(problem.code)),
          .message = problem.message,
          .warning = warning};
}

void sort_by_place(Findings& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
}

}  // namespace

domain::Expected<LoadedProgram, Findings> parse_program(std::string_view text,
                                                        const std::string& file) {
  auto table = parse_toml(text, file);
  if (!table) return domain::Unexpected{Findings{table.error()}};
  ReadProgram read = read_program(*table, file);

  std::vector<std::string> unread;
  for (const Finding& finding : read.findings) unread.push_back(finding.path);
  Findings findings = std::move(read.findings);
  for (const domain::Problem& problem : domain::mistakes(read.definition)) {
    if (follows_from(problem, unread)) continue;
    findings.push_back(place_in_file(problem, read, file, false));
  }
  if (!findings.empty()) {
    sort_by_place(findings);
    return domain::Unexpected{std::move(findings)};
  }

  Findings doubts;
  for (const domain::Problem& problem : domain::warnings(read.definition)) {
    doubts.push_back(place_in_file(problem, read, file, true));
  }
  sort_by_place(doubts);
  return LoadedProgram{std::move(read.definition), std::move(doubts)};
}

domain::Expected<LoadedProgram, Findings> load_program(const std::string& file) {
  auto text = read_file(file);
  if (!text) return domain::Unexpected{Findings{text.error()}};
  return parse_program(*text, file);
}

}  // namespace loyalty::config
