// SPDX-License-Identifier: Apache-2.0
#include "domain/member/events.hpp"

#include <utility>

#include "domain/replaced.hpp"

namespace loyalty::domain {

MemberEvent::MemberEvent() = default;
MemberEvent::MemberEvent(const MemberEvent&) = default;
MemberEvent::MemberEvent(MemberEvent&&) noexcept = default;
MemberEvent& MemberEvent::operator=(const MemberEvent& other) {
  replace(*this, MemberEvent(other));
  return *this;
}
MemberEvent& MemberEvent::operator=(MemberEvent&& other) noexcept {
  replace(*this, std::move(other));
  return *this;
}
MemberEvent::~MemberEvent() = default;

}  // namespace loyalty::domain
