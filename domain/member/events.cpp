// SPDX-License-Identifier: Apache-2.0
#include "domain/member/events.hpp"

#include <utility>

#include "domain/replaced.hpp"

namespace loyalty::domain {

MemberEvent::MemberEvent() = default;
MemberEvent::MemberEvent(const MemberEvent&) = default;
MemberEvent::MemberEvent(MemberEvent&&) noexcept = default;
MemberEvent& MemberEvent::operator=(const MemberEvent& other) {
  return replaced(*this, MemberEvent(other));
}
MemberEvent& MemberEvent::operator=(MemberEvent&& other) noexcept {
  return replaced(*this, std::move(other));
}
MemberEvent::~MemberEvent() = default;

}  // namespace loyalty::domain
