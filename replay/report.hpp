// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/replay_report.hpp"
#include "domain/program/catalogue.hpp"
#include "replay/figures.hpp"

namespace loyalty::replay {

using api::CurrencyReport;
using api::MemberRow;
using api::NotCoveredReport;
using api::PartnerReport;
using api::PromotionReport;
using api::RefusedReport;
using api::ReplayReport;
using api::SideReport;
using api::TierMove;
using api::TierReport;

/// Puts the figures of one set of rules into names, in the order of the program's definition.
SideReport describe(const Figures& figures, const domain::Catalogue& rules);

}  // namespace loyalty::replay
