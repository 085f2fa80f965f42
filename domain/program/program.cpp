// SPDX-License-Identifier: Apache-2.0
#include "domain/program/program.hpp"

#include <algorithm>

#include "domain/program/lint.hpp"
#include "domain/program/validation.hpp"

namespace loyalty::domain {
namespace {

/// Batch runs kept: more have long been served, since members are woken at each.
constexpr std::size_t max_batch_runs = 1000;

struct ApplyToProgram {
  Program& program;

  void operator()(const ProgramCreated&) const { program.exists = true; }
  void operator()(const ConfigChanged& e) const {
    program.definition = e.definition;
    become(e.version);
  }
  void operator()(const ConfigEdited& e) const {
    apply(e.change, program.definition);
    become(e.version);
  }
  void operator()(const ProgramStatusChanged& e) const {
    program.status = e.status;
    if (program.versions.empty()) keep_version();
  }
  void operator()(const BatchRun& e) const {
    program.batch_runs.push_back(e.at);
    if (program.batch_runs.size() > max_batch_runs) {
      program.batch_runs.erase(program.batch_runs.begin());
    }
  }

 private:
  void become(std::uint32_t version) const {
    program.version = version;
    intern_names(program.definition, program.symbols);
    if (program.status != ProgramStatus::draft) keep_version();
  }
  void keep_version() const { program.versions.push_back({program.version, program.definition}); }
};

Unexpected<Refusal> refuse_program(RefusalCode code, std::string param, std::string detail) {
  return Unexpected{Refusal{code, std::move(param), std::move(detail)}};
}

using Events = std::vector<ProgramEvent>;

struct ProgramChange {
  Events events;
  std::vector<PlanLine> plan = {};
};
using ProgramDecision = Expected<ProgramChange, Refusal>;

struct DecideOnProgram {
  const Program& program;
  Instant now;

  ProgramDecision operator()(const CreateProgram& command) const {
    if (program.exists) {
      return refuse_program(RefusalCode::program_exists, "program", "the program exists already");
    }
    ProgramDefinition definition;
    definition.id = program.id;
    definition.name = command.title.empty() ? program.id : command.title;
    definition.time_zone = command.time_zone;
    definition.money = command.money;
    return change(std::move(definition));
  }

  ProgramDecision operator()(const ApplyProgram& command) const {
    if (command.definition.id != program.id) {
      return refuse_program(RefusalCode::invalid_param, "definition.id", "expected " + program.id);
    }
    ProgramDecision decision = change(command.definition);
    if (decision && command.dry_run) decision->events.clear();
    return decision;
  }

  ProgramDecision operator()(const ActivateProgram&) const {
    if (!program.exists) return unknown();
    if (program.definition.currencies.empty()) {
      return refuse_program(RefusalCode::no_currency, "program",
                            "a program needs a currency before it can be activated");
    }
    return to(ProgramStatus::active);
  }

  ProgramDecision operator()(const DeactivateProgram&) const {
    if (!program.exists) return unknown();
    return to(ProgramStatus::inactive);
  }

  ProgramDecision operator()(const RunBatch&) const {
    if (!program.exists) return unknown();
    if (program.status != ProgramStatus::active) {
      return refuse_program(RefusalCode::program_not_active, "program",
                            "the program is " + std::string(name_of(program.status)));
    }
    return ProgramChange{{BatchRun{now}}};
  }

  /// The commands that change one part of the definition.
  template <class Command>
  ProgramDecision operator()(const Command& command) const {
    if (!program.exists) return unknown();
    Edit edited = edit(program.definition, command);
    if (!edited) return Unexpected{edited.error()};
    return change(std::move(edited->definition), edited->place);
  }

 private:
  ProgramEvent to_version(std::uint32_t number, ProgramDefinition definition) const {
    auto change = program.exists ? difference(program.definition, definition) : std::nullopt;
    if (change) return ConfigEdited{number, std::move(*change)};
    return ConfigChanged{number, std::move(definition)};
  }

  static ProgramDecision unknown() {
    return refuse_program(RefusalCode::unknown_program, "program", "no such program");
  }

  ProgramDecision to(ProgramStatus status) const {
    if (program.status == status) return ProgramChange{};
    return ProgramChange{{ProgramStatusChanged{status}}};
  }

  ProgramDecision change(ProgramDefinition definition, const std::string& place = {}) const {
    auto problems = mistakes(definition);
    const bool draft = program.status == ProgramStatus::draft;
    if (!draft) {
      for (auto& reason : strandings(program.definition, definition)) {
        problems.push_back(std::move(reason));
      }
    }
    if (!problems.empty()) return Unexpected{refusal_of(problems, place)};
    // `active` activates a draft. What was activated once obeys its own two commands, so that
    // applying a file again does not undo them.
    const bool activates = draft && definition.active;
    if (!draft) definition.active = program.definition.active;
    ProgramChange decided{{}, plan(program.definition, definition)};
    if (!program.exists) decided.events.push_back(ProgramCreated{});
    if (!program.exists || definition != program.definition) {
      decided.events.push_back(to_version(program.version + 1, std::move(definition)));
    }
    if (activates) decided.events.push_back(ProgramStatusChanged{ProgramStatus::active});
    return decided;
  }
};

DescribeResult describe(const Program& program) {
  DescribeResult result{program.version, program.status, program.definition, {}};
  result.definition.active = program.status == ProgramStatus::active;
  for (auto& problem : warnings(program.definition)) {
    result.warnings.push_back({std::move(problem.path), std::move(problem.message)});
  }
  return result;
}

std::shared_ptr<const Catalogue> compiled(const Program& program, const ProgramVersion& version,
                                          const ProgramView* previous) {
  if (previous != nullptr) {
    if (auto known = previous->versions.share(version.version)) return known;
  }
  return std::make_shared<const Catalogue>(version.definition, program.symbols, version.version,
                                           ProgramStatus::active);
}

std::shared_ptr<const Catalogue> compiled_now(const Program& program, const ProgramView* previous) {
  if (previous != nullptr && previous->catalogue.version == program.version &&
      previous->catalogue.status == program.status) {
    return previous->current;
  }
  return std::make_shared<const Catalogue>(program.definition, program.symbols, program.version,
                                           program.status);
}

}  // namespace

std::optional<std::uint32_t> version_of(const ProgramEvent& event) {
  if (const auto* change = get_if<ConfigChanged>(&event)) return change->version;
  if (const auto* edit = get_if<ConfigEdited>(&event)) return edit->version;
  return std::nullopt;
}

void evolve(Program& program, const ProgramEvent& event) {
  ++program.sequence;
  visit(ApplyToProgram{program}, event);
}

ProgramOutcome execute(Program& program, const ProgramCommand& command, Instant now) {
  ProgramDecision decision = visit(DecideOnProgram{program, now}, command);
  if (!decision) return {Unexpected{decision.error()}, {}};
  for (const auto& event : decision->events) evolve(program, event);
  ProgramResult result{.program = program.id,
                       .version = program.version,
                       .status = program.status,
                       .changed = !decision->events.empty(),
                       .batch_run = std::nullopt,
                       .plan = std::move(decision->plan)};
  if (holds_alternative<RunBatch>(command)) result.batch_run = now;
  return {std::move(result), std::move(decision->events)};
}

Expected<ProgramAnswer, Refusal> answer(const ProgramQuery& query, const Program& program) {
  if (!program.exists)
    return refuse_program(RefusalCode::unknown_program, "program", "no such program");
  if (holds_alternative<DescribeProgram>(query)) return ProgramAnswer(describe(program));
  return ProgramAnswer(activities_of(program.definition));
}

std::shared_ptr<const ProgramView> view_of(const Program& program, const ProgramView* previous) {
  std::vector<std::shared_ptr<const Catalogue>> all;
  auto current = compiled_now(program, previous);
  for (const auto& version : program.versions) {
    all.push_back(version.version == program.version ? current
                                                     : compiled(program, version, previous));
  }
  return std::make_shared<const ProgramView>(
      ProgramView{.current = std::move(current),
                  .batch_runs = program.batch_runs,
                  .versions = CatalogueVersions(std::move(all)),
                  .sequence = program.sequence});
}

}  // namespace loyalty::domain
