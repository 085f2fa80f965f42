// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <string>

#include "domain/program/definition_commands.hpp"

/// What can be asked of a program (domain.md part 4).
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
  bool dry_run = false;

  static void fields(auto& self, auto visit) {
    visit(required("definition", "the whole program (docs/program-files.md)"), self.definition);
    visit(defaulted("dry_run", "true: answer the plan and change nothing"), self.dry_run);
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

using ProgramCommand = boost::variant2::variant<
    CreateProgram, ApplyProgram, ActivateProgram, DeactivateProgram, RunBatch, DefineCurrency,
    DefineCurrencySubtype, DefineTierGroup, DefineTiers, DefineBenefitType, DefineBenefit,
    AssignBenefit, DefineActivity, DefineRule, DefineOffer, DefineVoucher, DefinePromotion,
    RegisterPartner, AddPartnerProduct, SetPartnerRate, RemoveDefinition>;

struct DescribeProgram {
  static constexpr std::string_view name = "describe_program";
  static void fields(auto&, auto) {}
};

struct ListActivities {
  static constexpr std::string_view name = "list_activities";
  static void fields(auto&, auto) {}
};

using ProgramQuery = boost::variant2::variant<DescribeProgram, ListActivities>;

}  // namespace loyalty::domain
