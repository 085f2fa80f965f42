// SPDX-License-Identifier: Apache-2.0
#include "domain/member/commands.hpp"

#include <utility>

#include "domain/replaced.hpp"

namespace loyalty::domain {

MemberCommand::MemberCommand() = default;
MemberCommand::MemberCommand(const MemberCommand&) = default;
MemberCommand::MemberCommand(MemberCommand&&) noexcept = default;
MemberCommand& MemberCommand::operator=(const MemberCommand& other) {
  replace(*this, MemberCommand(other));
  return *this;
}
MemberCommand& MemberCommand::operator=(MemberCommand&& other) noexcept {
  replace(*this, std::move(other));
  return *this;
}
MemberCommand::~MemberCommand() = default;

}  // namespace loyalty::domain
