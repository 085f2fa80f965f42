// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/expected.hpp"
#include "domain/named.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/program/definition.hpp"
#include "domain/refusal.hpp"

/// A program as an entity: its definition with its versions, whether it is active, and when its
/// batch credits were run (domain.md F1, F8).
namespace loyalty::domain {

struct CreateProgram {
  static constexpr std::string_view name = "create_program";
  std::string title;
  std::string time_zone = "UTC";
  std::string money = "USD";

  static void fields(auto& self, auto visit) {
    visit(defaulted("name", "name for people"), self.title);
    visit(defaulted("time_zone", "IANA name; default UTC"), self.time_zone);
    visit(defaulted("money", "ISO 4217 code; default USD"), self.money);
  }
};

/// Brings the program to a definition: creates it, or makes a new version when it differs.
struct ApplyProgram {
  static constexpr std::string_view name = "apply_program";
  ProgramDefinition definition;

  static void fields(auto& self, auto visit) {
    visit(required("definition", "the whole program (docs/program-files.md)"), self.definition);
  }
};

struct ActivateProgram {
  static constexpr std::string_view name = "activate_program";
  static void fields(auto&, auto) {}
};

struct DeactivateProgram {
  static constexpr std::string_view name = "deactivate_program";
  static void fields(auto&, auto) {}
};

struct RunBatch {
  static constexpr std::string_view name = "run_batch";
  static void fields(auto&, auto) {}
};

using ProgramCommand =
    std::variant<CreateProgram, ApplyProgram, ActivateProgram, DeactivateProgram, RunBatch>;

struct DescribeProgram {
  static constexpr std::string_view name = "describe_program";
  static void fields(auto&, auto) {}
};

struct ListActivities {
  static constexpr std::string_view name = "list_activities";
  static void fields(auto&, auto) {}
};

using ProgramQuery = std::variant<DescribeProgram, ListActivities>;

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

using ProgramEvent = std::variant<ProgramCreated, ConfigChanged, ProgramStatusChanged, BatchRun>;

struct Program {
  std::string id;  ///< not stored: it is the key
  bool exists = false;
  std::uint32_t version = 0;
  ProgramStatus status = ProgramStatus::draft;
  ProgramDefinition definition;
  Symbols symbols;
  std::vector<Instant> batch_runs;
  std::uint64_t sequence = 0;

  static void fields(auto& self, auto visit) {
    visit(required("exists", "was created"), self.exists);
    visit(required("version", "of the definition"), self.version);
    visit(required("status", "draft, active or inactive"), self.status);
    visit(required("definition", "as applied last"), self.definition);
    visit(required("symbols", "names ever used"), self.symbols);
    visit(required("batch_runs", "ascending"), self.batch_runs);
    visit(required("sequence", "number of facts"), self.sequence);
  }
};

void evolve(Program& program, const ProgramEvent& event);

struct ProgramResult {
  std::string program;
  std::uint32_t version = 0;
  ProgramStatus status = ProgramStatus::draft;
  bool changed = false;
  std::optional<Instant> batch_run;

  static void fields(auto& self, auto visit) {
    visit(required("program", "program"), self.program);
    visit(required("version", "version in force"), self.version);
    visit(required("status", "draft, active or inactive"), self.status);
    visit(required("changed", "whether the call changed anything"), self.changed);
    visit(defaulted("batch_run", "batch credits recorded up to here are made"), self.batch_run);
  }
};

struct ProgramOutcome {
  Expected<ProgramResult, Refusal> result;
  std::vector<ProgramEvent> events;
};

/// Decides and applies a command, like its counterpart for members.
ProgramOutcome execute(Program& program, const ProgramCommand& command, Instant now);

struct DescribeResult {
  std::uint32_t version = 0;
  ProgramStatus status = ProgramStatus::draft;
  ProgramDefinition definition;

  static void fields(auto& self, auto visit) {
    visit(required("version", "version in force"), self.version);
    visit(required("status", "draft, active or inactive"), self.status);
    visit(required("definition", "the whole program"), self.definition);
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

using ProgramAnswer = std::variant<DescribeResult, ActivitiesResult>;

Expected<ProgramAnswer, Refusal> answer(const ProgramQuery& query, const Program& program);

/// What members are decided with: the compiled program and its batch runs. Immutable, shared.
struct ProgramView {
  Catalogue catalogue;
  std::vector<Instant> batch_runs;
};

/// The view of a program that exists.
std::shared_ptr<const ProgramView> view_of(const Program& program);

}  // namespace loyalty::domain
