// SPDX-License-Identifier: Apache-2.0
#include "domain/member/results.hpp"

#include <utility>

#include "domain/replaced.hpp"

namespace loyalty::domain {

MemberResult::MemberResult() = default;
MemberResult::MemberResult(const MemberResult&) = default;
MemberResult::MemberResult(MemberResult&&) noexcept = default;
MemberResult& MemberResult::operator=(const MemberResult& other) {
  return replaced(*this, MemberResult(other));
}
MemberResult& MemberResult::operator=(MemberResult&& other) noexcept {
  return replaced(*this, std::move(other));
}
MemberResult::~MemberResult() = default;

MemberAnswer::MemberAnswer() = default;
MemberAnswer::MemberAnswer(const MemberAnswer&) = default;
MemberAnswer::MemberAnswer(MemberAnswer&&) noexcept = default;
MemberAnswer& MemberAnswer::operator=(const MemberAnswer& other) {
  return replaced(*this, MemberAnswer(other));
}
MemberAnswer& MemberAnswer::operator=(MemberAnswer&& other) noexcept {
  return replaced(*this, std::move(other));
}
MemberAnswer::~MemberAnswer() = default;

}  // namespace loyalty::domain
