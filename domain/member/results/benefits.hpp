// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/time.hpp"

/// How benefits are answered.
namespace loyalty::domain {

struct BenefitView {
  std::string_view benefit;
  std::string_view name;
  std::string_view type;
  std::string_view payload;
  std::optional<Instant> until;

  static void fields(auto& self, auto visit) {
    visit(required("benefit", "benefit"), self.benefit);
    visit(required("name", "its name for people"), self.name);
    visit(required("type", "its benefit type"), self.type);
    visit(required("payload", "what the till or the shop is told"), self.payload);
    visit(defaulted("until", "when it ends by itself"), self.until);
  }
};

struct BenefitsResult {
  std::vector<BenefitView> benefits;
  static void fields(auto& self, auto visit) {
    visit(required("benefits", "benefits held now"), self.benefits);
  }
};

}  // namespace loyalty::domain
