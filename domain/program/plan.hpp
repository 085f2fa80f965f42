// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "domain/program/definition.hpp"
#include "domain/program/validation.hpp"

namespace loyalty::domain {

enum class PlanStep : std::uint8_t { added, changed, removed };
template <>
struct EnumNames<PlanStep> {
  static constexpr std::array<std::string_view, 3> names{"added", "changed", "removed"};
};

/// One difference between two definitions, for people.
struct PlanLine {
  PlanStep what = PlanStep::changed;
  std::string path;
  std::string from;
  std::string to;
  std::string note;

  friend bool operator==(const PlanLine&, const PlanLine&) = default;
  static void fields(auto& self, auto visit) {
    visit(required("what", "added, changed or removed"), self.what);
    visit(required("path", "such as rules[base].rate"), self.path);
    visit(defaulted("from", "what it was"), self.from);
    visit(defaulted("to", "what it will be"), self.to);
    visit(defaulted("note", "who is affected, in words"), self.note);
  }
};

/// What applying `to` in place of `from` changes, in the order of the definition. Empty exactly
/// when they are equal.
std::vector<PlanLine> plan(const ProgramDefinition& from, const ProgramDefinition& to);

/// Why members of a program that is or was live would be stranded by the change: what they may
/// hold or stand in would be gone, or mean another thing.
std::vector<Problem> strandings(const ProgramDefinition& from, const ProgramDefinition& to);

}  // namespace loyalty::domain
