// SPDX-License-Identifier: Apache-2.0
#include "domain/program/definition.hpp"

#include <utility>

#include "domain/replaced.hpp"

namespace loyalty::domain {

ProgramDefinition::ProgramDefinition() = default;
ProgramDefinition::ProgramDefinition(const ProgramDefinition&) = default;
ProgramDefinition::ProgramDefinition(ProgramDefinition&&) noexcept = default;
ProgramDefinition& ProgramDefinition::operator=(const ProgramDefinition& other) {
  replace(*this, ProgramDefinition(other));
  return *this;
}
ProgramDefinition& ProgramDefinition::operator=(ProgramDefinition&& other) noexcept {
  replace(*this, std::move(other));
  return *this;
}
ProgramDefinition::~ProgramDefinition() = default;

bool operator==(const ProgramDefinition&, const ProgramDefinition&) = default;

}  // namespace loyalty::domain
