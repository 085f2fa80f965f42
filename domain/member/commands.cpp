// SPDX-License-Identifier: Apache-2.0
#include "domain/member/commands.hpp"

namespace loyalty::domain {

MemberCommand::MemberCommand() = default;
MemberCommand::MemberCommand(const MemberCommand&) = default;
MemberCommand::MemberCommand(MemberCommand&&) noexcept = default;
MemberCommand& MemberCommand::operator=(const MemberCommand&) = default;
MemberCommand& MemberCommand::operator=(MemberCommand&&) noexcept = default;
MemberCommand::~MemberCommand() = default;

}  // namespace loyalty::domain
