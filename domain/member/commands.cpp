// SPDX-License-Identifier: Apache-2.0
#include "domain/member/commands.hpp"

#include <utility>

#include "domain/replaced.hpp"

namespace loyalty::domain {

MemberCommand::MemberCommand() = default;
MemberCommand::MemberCommand(const MemberCommand&) = default;
MemberCommand::MemberCommand(MemberCommand&&) noexcept = default;
MemberCommand& MemberCommand::operator=(const MemberCommand& other) {
  return replaced(*this, MemberCommand(other));
}
MemberCommand& MemberCommand::operator=(MemberCommand&& other) noexcept {
  return replaced(*this, std::move(other));
}
MemberCommand::~MemberCommand() = default;

}  // namespace loyalty::domain
