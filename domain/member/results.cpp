// SPDX-License-Identifier: Apache-2.0
#include "domain/member/results.hpp"

#include <utility>

#include "domain/replaced.hpp"

namespace loyalty::domain {

MemberResult::MemberResult() = default;
MemberResult::MemberResult(const MemberResult&) = default;
MemberResult::MemberResult(MemberResult&&) noexcept = default;
MemberResult& MemberResult::operator=(const MemberResult& other) {
  replace(*this, MemberResult(other));
  return *this;
}
MemberResult& MemberResult::operator=(MemberResult&& other) noexcept {
  replace(*this, std::move(other));
  return *this;
}
MemberResult::~MemberResult() = default;

MemberAnswer::MemberAnswer() = default;
MemberAnswer::MemberAnswer(const MemberAnswer&) = default;
MemberAnswer::MemberAnswer(MemberAnswer&&) noexcept = default;
MemberAnswer& MemberAnswer::operator=(const MemberAnswer& other) {
  replace(*this, MemberAnswer(other));
  return *this;
}
MemberAnswer& MemberAnswer::operator=(MemberAnswer&& other) noexcept {
  replace(*this, std::move(other));
  return *this;
}
MemberAnswer::~MemberAnswer() = default;

}  // namespace loyalty::domain
