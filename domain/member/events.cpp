// SPDX-License-Identifier: Apache-2.0
#include "domain/member/events.hpp"

namespace loyalty::domain {

MemberEvent::MemberEvent() = default;
MemberEvent::MemberEvent(const MemberEvent&) = default;
MemberEvent::MemberEvent(MemberEvent&&) noexcept = default;
MemberEvent& MemberEvent::operator=(const MemberEvent&) = default;
MemberEvent& MemberEvent::operator=(MemberEvent&&) noexcept = default;
MemberEvent::~MemberEvent() = default;

}  // namespace loyalty::domain
