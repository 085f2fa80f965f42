// SPDX-License-Identifier: Apache-2.0
#include "domain/member/results.hpp"

namespace loyalty::domain {

MemberResult::MemberResult() = default;
MemberResult::MemberResult(const MemberResult&) = default;
MemberResult::MemberResult(MemberResult&&) noexcept = default;
MemberResult& MemberResult::operator=(const MemberResult&) = default;
MemberResult& MemberResult::operator=(MemberResult&&) noexcept = default;
MemberResult::~MemberResult() = default;

MemberAnswer::MemberAnswer() = default;
MemberAnswer::MemberAnswer(const MemberAnswer&) = default;
MemberAnswer::MemberAnswer(MemberAnswer&&) noexcept = default;
MemberAnswer& MemberAnswer::operator=(const MemberAnswer&) = default;
MemberAnswer& MemberAnswer::operator=(MemberAnswer&&) noexcept = default;
MemberAnswer::~MemberAnswer() = default;

}  // namespace loyalty::domain
