// SPDX-License-Identifier: Apache-2.0
#include "domain/program/program.hpp"

#include <algorithm>

#include "domain/program/activities.hpp"
#include "domain/program/validation.hpp"

namespace loyalty::domain {
namespace {

/// Batch runs kept: more have long been served, since members are woken at each.
constexpr std::size_t max_batch_runs = 1000;

struct Apply {
  Program& program;

  void operator()(const ProgramCreated&) const { program.exists = true; }
  void operator()(const ConfigChanged& e) const {
    program.version = e.version;
    program.definition = e.definition;
    intern_names(e.definition, program.symbols);
  }
  void operator()(const ProgramStatusChanged& e) const { program.status = e.status; }
  void operator()(const BatchRun& e) const {
    program.batch_runs.push_back(e.at);
    if (program.batch_runs.size() > max_batch_runs) {
      program.batch_runs.erase(program.batch_runs.begin());
    }
  }
};

Unexpected<Refusal> refuse(RefusalCode code, std::string param, std::string detail) {
  return Unexpected{Refusal{code, std::move(param), std::move(detail)}};
}

using Events = std::vector<ProgramEvent>;
using Decision = Expected<Events, Refusal>;

/// The first mistake tells its code and place; all are in the sentence.
Refusal refusal_of(const std::vector<Problem>& problems) {
  std::string detail;
  for (const auto& problem : problems) {
    if (!detail.empty()) detail += "; ";
    detail += problem.path + ": " + problem.message;
    if (detail.size() > 2000) break;
  }
  return {problems.front().code, "definition." + problems.front().path, detail};
}

struct Decide {
  const Program& program;
  Instant now;

  Decision operator()(const CreateProgram& command) const {
    if (program.exists) {
      return refuse(RefusalCode::program_exists, "program", "the program exists already");
    }
    ProgramDefinition definition;
    definition.id = program.id;
    definition.name = command.title.empty() ? program.id : command.title;
    definition.time_zone = command.time_zone;
    definition.money = command.money;
    return change(std::move(definition));
  }

  Decision operator()(const ApplyProgram& command) const {
    if (command.definition.id != program.id) {
      return refuse(RefusalCode::invalid_param, "definition.id", "expected " + program.id);
    }
    return change(command.definition);
  }

  Decision operator()(const ActivateProgram&) const {
    if (!program.exists) return unknown();
    if (program.definition.currencies.empty()) {
      return refuse(RefusalCode::no_currency, "program",
                    "a program needs a currency before it can be activated");
    }
    return to(ProgramStatus::active);
  }

  Decision operator()(const DeactivateProgram&) const {
    if (!program.exists) return unknown();
    return to(ProgramStatus::inactive);
  }

  Decision operator()(const RunBatch&) const {
    if (!program.exists) return unknown();
    if (program.status != ProgramStatus::active) {
      return refuse(RefusalCode::program_not_active, "program",
                    "the program is " + std::string(name_of(program.status)));
    }
    return Events{BatchRun{now}};
  }

 private:
  static Decision unknown() {
    return refuse(RefusalCode::unknown_program, "program", "no such program");
  }

  /// Members hold balances and wait for credits of every currency that was ever in force.
  std::optional<Refusal> check_currencies_stay(const ProgramDefinition& definition) const {
    if (program.status == ProgramStatus::draft) return std::nullopt;
    for (const auto& old : program.definition.currencies) {
      const auto found = std::find_if(definition.currencies.begin(), definition.currencies.end(),
                                      [&](const auto& c) { return c.id == old.id; });
      if (found == definition.currencies.end() || found->kind != old.kind) {
        return Refusal{RefusalCode::invalid_definition, "definition.currencies",
                       "members may hold \"" + old.id +
                           "\": it can neither be taken away nor change its kind"};
      }
    }
    return std::nullopt;
  }

  Decision to(ProgramStatus status) const {
    if (program.status == status) return Events{};
    return Events{ProgramStatusChanged{status}};
  }

  Decision change(ProgramDefinition definition) const {
    const auto problems = mistakes(definition);
    if (!problems.empty()) return Unexpected{refusal_of(problems)};
    if (auto refusal = check_currencies_stay(definition)) return Unexpected{*refusal};
    Events events;
    if (!program.exists) events.push_back(ProgramCreated{});
    const bool activates = definition.active && program.status == ProgramStatus::draft;
    if (!program.exists || definition != program.definition) {
      events.push_back(ConfigChanged{program.version + 1, std::move(definition)});
    }
    if (activates) events.push_back(ProgramStatusChanged{ProgramStatus::active});
    return events;
  }
};

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string per_unit(Measure measure, const std::string& money) {
  switch (measure) {
    case Measure::amount: return " per 1.00 " + money;
    case Measure::units: return " per piece";
    case Measure::journals: return " per activity";
  }
  return {};
}

ActivitiesResult activities(const ProgramDefinition& definition) {
  ActivitiesResult result;
  for (const std::string_view type : built_in_activities) result.types.emplace_back(type);
  for (const auto& type : definition.activities) result.types.push_back(type);
  for (const auto& rule : definition.rules) {
    result.activities.push_back({.kind = "accrual",
                                 .id = rule.id,
                                 .name = rule.name,
                                 .activity = join(rule.when.activities),
                                 .currency = rule.currency,
                                 .terms = rule.rate.to_string() + " points" +
                                          per_unit(rule.measure, definition.money) + ", " +
                                          std::string(name_of(rule.crediting))});
  }
  for (const auto& offer : definition.offers) {
    result.activities.push_back({.kind = "redemption",
                                 .id = offer.id,
                                 .name = offer.name,
                                 .activity = "redeem",
                                 .currency = offer.currency,
                                 .terms = std::to_string(offer.cost) + " points for a " +
                                          std::string(name_of(offer.reward))});
  }
  for (const auto& promotion : definition.promotions) {
    result.activities.push_back(
        {.kind = "promotion",
         .id = promotion.id,
         .name = promotion.name,
         .activity = join(promotion.when.activities),
         .currency = promotion.reward.points > 0 ? promotion.reward.currency : std::string(),
         .terms = "target " + std::to_string(promotion.target) + " " + promotion.units});
  }
  return result;
}

}  // namespace

void evolve(Program& program, const ProgramEvent& event) {
  ++program.sequence;
  std::visit(Apply{program}, event);
}

ProgramOutcome execute(Program& program, const ProgramCommand& command, Instant now) {
  const Decision decision = std::visit(Decide{program, now}, command);
  if (!decision) return {Unexpected{decision.error()}, {}};
  for (const auto& event : *decision) evolve(program, event);
  ProgramResult result{.program = program.id,
                       .version = program.version,
                       .status = program.status,
                       .changed = !decision->empty(),
                       .batch_run = std::nullopt};
  if (std::holds_alternative<RunBatch>(command)) result.batch_run = now;
  return {std::move(result), *decision};
}

Expected<ProgramAnswer, Refusal> answer(const ProgramQuery& query, const Program& program) {
  if (!program.exists) return refuse(RefusalCode::unknown_program, "program", "no such program");
  if (std::holds_alternative<DescribeProgram>(query)) {
    return ProgramAnswer(DescribeResult{program.version, program.status, program.definition});
  }
  return ProgramAnswer(activities(program.definition));
}

std::shared_ptr<const ProgramView> view_of(const Program& program) {
  return std::make_shared<const ProgramView>(
      ProgramView{Catalogue(program.definition, program.symbols, program.version, program.status),
                  program.batch_runs});
}

}  // namespace loyalty::domain
