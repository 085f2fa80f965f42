// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "domain/expected.hpp"
#include "domain/member/commands.hpp"
#include "domain/member/events.hpp"
#include "domain/member/explain_result.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/program/versions.hpp"
#include "domain/refusal.hpp"

/// Why a member got, or did not get, what stands in the ledger (domain.md F58, U2).
namespace loyalty::domain {

/// Rebuilds the member as it was, and applies the rules of then again. `history`: all facts.
Expected<ExplainResult, Refusal> explain(const Explain& query, std::string_view member,
                                         std::span<const MemberFact> history,
                                         const Catalogue& present,
                                         const CatalogueVersions* versions);

}  // namespace loyalty::domain
