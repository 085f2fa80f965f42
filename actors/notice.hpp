// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "api/exchange.hpp"
#include "domain/member/events.hpp"
#include "domain/program/catalogue.hpp"

namespace loyalty::actors {

/// A fact as it is pushed to subscribers: its own fields by name, ids as names, and a sentence for
/// people where there is one ("2 lattes away, 80 %"). It follows from the fact alone, so a notice
/// that is sent again is the same.
api::Notice make_notice(const domain::MemberFact& fact, std::string_view member,
                        const domain::Catalogue& catalogue);

std::string_view event_name(const domain::MemberEvent& event);

}  // namespace loyalty::actors
