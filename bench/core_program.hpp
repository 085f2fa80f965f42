// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "domain/member/execute.hpp"
#include "domain/program/program.hpp"

/// The program and the members of the benchmarks of the domain core.
namespace loyalty::bench {

inline constexpr domain::Instant start{1'767'639'600'000};  // 5 January 2026, 19:00 UTC
inline constexpr int partner_count = 50;

std::string partner_name(int number);

domain::RuleDefinition rule(const std::string& id, const char* activity, const char* currency,
                            domain::Crediting when);
/// Cumulative, for purchases of any category, with a target that no benchmark comes near to.
domain::PromotionDefinition promotion(int number);
/// Three rules, a tier ladder, an offer, fifty partners; no promotions.
domain::ProgramDefinition plain_program();
std::shared_ptr<const domain::ProgramView> view_of_program(const domain::ProgramDefinition& what);

/// Runs a command that must be accepted.
domain::MemberOutcome must(domain::Member& member, const domain::MemberCommand& command,
                           const domain::MemberContext& context);
domain::Member enrolled(const domain::ProgramView& view, int number);
/// Members with 100,000 points each.
std::vector<domain::Member> crowd(const domain::ProgramView& view, std::int64_t size);

}  // namespace loyalty::bench
