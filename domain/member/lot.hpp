// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/fields.hpp"
#include "domain/member/sequence.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

namespace loyalty::domain {

/// One credit of points with what is left of it (domain.md 2.1, "Lots"): a part of a member's
/// state, and of facts that put points back.
struct Lot {
  Sequence id = 0;
  Points original;
  Points remaining;
  LocalDay earned;
  Instant expires;
  RuleId rule;
  PromotionId promotion;
  PartnerId issuer;
  Sequence journal = 0;
  SubtypeId subtype;
  Instant releases = never;

  static void fields(auto& self, auto visit) {
    visit(required("id", "sequence of the credit"), self.id);
    visit(required("original", "points credited"), self.original);
    visit(required("remaining", "points left"), self.remaining);
    visit(required("earned", "local day of the activity"), self.earned);
    visit(required("expires", "first instant at which they are gone"), self.expires);
    visit(required("rule", "rule that gave them"), self.rule);
    visit(required("promotion", "promotion that gave them"), self.promotion);
    visit(required("issuer", "partner at which they were earned"), self.issuer);
    visit(required("journal", "journal that earned them"), self.journal);
    visit(defaulted("subtype", "subtype of the currency"), self.subtype);
    visit(defaulted("releases", "in escrow: when they become available"), self.releases);
  }
};

}  // namespace loyalty::domain
