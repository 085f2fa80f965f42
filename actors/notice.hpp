// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actors/record.hpp"
#include "api/exchange.hpp"
#include "domain/program/catalogue.hpp"

namespace loyalty::actors {

/// What the facts of one record tell whoever listens to its entity.
struct Stated {
  std::uint64_t last = 0;            ///< sequence of the record's last fact; 0: it states none
  std::vector<api::Notice> notices;  ///< in the order of the facts
};

/// Turns a record of a member, a partner or a promotion's budget into notices: of its facts with a
/// sequence above `after`, and if `wanted` names kinds, only of these. A notice has the fact's own
/// fields by name, ids as names, and a sentence for people where there is one ("2 lattes away,
/// 80 %"). It follows from the record alone, so a notice that is sent again is the same.
Stated notices_of(const RecordView& record, std::uint64_t after,
                  const std::vector<std::string>& wanted, const domain::Catalogue& catalogue);

}  // namespace loyalty::actors
