// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/expected.hpp"
#include "domain/named.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/program/definition.hpp"
#include "domain/program/definition_difference.hpp"
#include "domain/program/plan.hpp"
#include "domain/program/program_commands.hpp"
#include "domain/program/versions.hpp"
#include "domain/refusal.hpp"

/// A program as an entity: its definition with its versions, whether it is active, and when its
/// batch credits were run (domain.md F1, F8).
namespace loyalty::domain {

struct ProgramCreated {
  static constexpr std::string_view name = "program_created";
  static void fields(auto&, auto) {}
};

struct ConfigChanged {
  static constexpr std::string_view name = "config_changed";
  std::uint32_t version = 0;
  ProgramDefinition definition;

  static void fields(auto& self, auto visit) {
    visit(required("version", "counts the definitions from 1"), self.version);
    visit(required("definition", "the whole program"), self.definition);
  }
};

struct ProgramStatusChanged {
  static constexpr std::string_view name = "program_status_changed";
  ProgramStatus status = ProgramStatus::draft;
  static void fields(auto& self, auto visit) {
    visit(required("status", "draft, active or inactive"), self.status);
  }
};

struct BatchRun {
  static constexpr std::string_view name = "batch_run";
  Instant at;
  static void fields(auto& self, auto visit) {
    visit(required("at", "batch credits recorded up to here are made"), self.at);
  }
};

/// A new version, told by what changes in the one before it.
struct ConfigEdited {
  static constexpr std::string_view name = "config_edited";
  std::uint32_t version = 0;
  DefinitionDifference change;

  static void fields(auto& self, auto visit) {
    visit(required("version", "counts the definitions from 1"), self.version);
    visit(required("change", "entries that leave or come"), self.change);
  }
};

using ProgramEvent = boost::variant2::variant<ProgramCreated, ConfigChanged, ProgramStatusChanged,
                                              BatchRun, ConfigEdited>;

/// The version that a fact brings; nullopt for those that leave the definition as it is.
std::optional<std::uint32_t> version_of(const ProgramEvent& event);

/// A definition under which members may have acted.
struct ProgramVersion {
  std::uint32_t version = 0;
  ProgramDefinition definition;

  static void fields(auto& self, auto visit) {
    visit(required("version", "its number"), self.version);
    visit(required("definition", "the whole program"), self.definition);
  }
};

struct Program {
  std::string id;  ///< not stored: it is the key
  bool exists = false;
  std::uint32_t version = 0;
  ProgramStatus status = ProgramStatus::draft;
  ProgramDefinition definition;
  Symbols symbols;
  std::vector<Instant> batch_runs;
  std::uint64_t sequence = 0;
  /// What was in force since the program was first activated, ascending; a draft's versions are
  /// not kept, since nobody can act under them.
  std::vector<ProgramVersion> versions;

  static void fields(auto& self, auto visit) {
    visit(required("exists", "was created"), self.exists);
    visit(required("version", "of the definition"), self.version);
    visit(required("status", "draft, active or inactive"), self.status);
    visit(required("definition", "as applied last"), self.definition);
    visit(required("symbols", "names ever used"), self.symbols);
    visit(required("batch_runs", "ascending"), self.batch_runs);
    visit(required("sequence", "number of facts"), self.sequence);
    visit(defaulted("versions", "in force since the first activation"), self.versions);
  }
};

void evolve(Program& program, const ProgramEvent& event);

struct ProgramResult {
  std::string program;
  std::uint32_t version = 0;
  ProgramStatus status = ProgramStatus::draft;
  bool changed = false;
  std::optional<Instant> batch_run;
  std::vector<PlanLine> plan;

  static void fields(auto& self, auto visit) {
    visit(required("program", "program"), self.program);
    visit(required("version", "version in force"), self.version);
    visit(required("status", "draft, active or inactive"), self.status);
    visit(required("changed", "whether the call changed anything"), self.changed);
    visit(defaulted("batch_run", "batch credits recorded up to here are made"), self.batch_run);
    visit(defaulted("plan", "what the call changes in the definition, or would change (dry_run)"),
          self.plan);
  }
};

struct ProgramOutcome {
  Expected<ProgramResult, Refusal> result;
  std::vector<ProgramEvent> events;
};

/// Decides and applies a command, like its counterpart for members.
ProgramOutcome execute(Program& program, const ProgramCommand& command, Instant now);

/// A doubt about a definition, for people (domain.md U12).
struct WarningLine {
  std::string path;
  std::string message;

  static void fields(auto& self, auto visit) {
    visit(required("path", "such as rules[2].cap"), self.path);
    visit(required("message", "what is doubtful"), self.message);
  }
};

struct DescribeResult {
  std::uint32_t version = 0;
  ProgramStatus status = ProgramStatus::draft;
  ProgramDefinition definition;
  std::vector<WarningLine> warnings;

  static void fields(auto& self, auto visit) {
    visit(required("version", "version in force"), self.version);
    visit(required("status", "draft, active or inactive"), self.status);
    visit(required("definition", "the whole program; active tells its present status"),
          self.definition);
    visit(defaulted("warnings", "doubts about it, such as negative limits beside escrow"),
          self.warnings);
  }
};

/// One way to earn or to spend, for people (S60).
struct ActivityLine {
  std::string kind;  ///< accrual, redemption or promotion
  std::string id;
  std::string name;
  std::string activity;
  std::string currency;
  std::string terms;

  static void fields(auto& self, auto visit) {
    visit(required("kind", "accrual, redemption or promotion"), self.kind);
    visit(required("id", "rule, offer or promotion"), self.id);
    visit(required("name", "its name for people"), self.name);
    visit(required("activity", "what the member does"), self.activity);
    visit(required("currency", "currency it moves"), self.currency);
    visit(required("terms", "in words"), self.terms);
  }
};

struct ActivitiesResult {
  std::vector<std::string> types;
  std::vector<ActivityLine> activities;

  static void fields(auto& self, auto visit) {
    visit(required("types", "activity types that can be recorded"), self.types);
    visit(required("activities", "rules, offers and promotions"), self.activities);
  }
};

using ProgramAnswer = boost::variant2::variant<DescribeResult, ActivitiesResult>;

Expected<ProgramAnswer, Refusal> answer(const ProgramQuery& query, const Program& program);

/// The ways to earn and to spend.
ActivitiesResult activities_of(const ProgramDefinition& definition);

/// What members are decided with: the compiled program, its batch runs, and the versions under
/// which members have acted before. Immutable, shared.
struct ProgramView {
  std::shared_ptr<const Catalogue> current;
  const Catalogue& catalogue = *current;
  std::vector<Instant> batch_runs;
  CatalogueVersions versions;
  std::uint64_t sequence = 0;  ///< of the program's newest fact: a later view has a larger one

  /// What was decided under a version was decided with this; null when nothing can have been. The
  /// present one is among `versions` only once members have acted under it.
  const Catalogue* of_version(std::uint32_t version) const {
    return version == catalogue.version ? &catalogue : versions.find(version);
  }
};

/// The view of a program that exists. What `previous`, an earlier view of the same program, has
/// compiled is taken over: a version is compiled once, however often the program changes.
std::shared_ptr<const ProgramView> view_of(const Program& program,
                                           const ProgramView* previous = nullptr);

}  // namespace loyalty::domain
