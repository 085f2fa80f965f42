// SPDX-License-Identifier: Apache-2.0
#include "cli/check_config.hpp"

#include <cstdio>
#include <string_view>

#include "cli/exit_code.hpp"
#include "config/program_loader.hpp"

namespace loyalty::cli {
namespace {

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string summary_of(const domain::ProgramDefinition& program) {
  return counted(program.currencies.size(), "currency", "currencies") + ", " +
         counted(program.tier_groups.size(), "tier group", "tier groups") + ", " +
         counted(program.benefits.size(), "benefit", "benefits") + ", " +
         counted(program.rules.size(), "rule", "rules") + ", " +
         counted(program.offers.size(), "offer", "offers") + ", " +
         counted(program.promotions.size(), "promotion", "promotions") + ", " +
         counted(program.partners.size(), "partner", "partners");
}

void print_findings(const config::Findings& findings) {
  for (const config::Finding& finding : findings) {
    std::printf("%s\n", config::to_string(finding).c_str());
  }
}

}  // namespace

int check_config(const std::vector<std::string>& files) {
  bool good = true;
  for (const std::string& file : files) {
    const auto program = config::load_program(file);
    if (!program) {
      print_findings(program.error());
      good = false;
      continue;
    }
    print_findings(program->warnings);
    std::printf("%s: ok (%s)\n", file.c_str(), summary_of(program->definition).c_str());
  }
  return good ? exit_ok : exit_usage;
}

}  // namespace loyalty::cli
