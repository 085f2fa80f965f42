// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "domain/program/plan.hpp"

namespace loyalty::domain {
namespace {

std::string name_in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

template <class T>
const T* entry_of(const std::vector<T>& list, std::string_view id) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const T& item) { return item.id == id; });
  return found == list.end() ? nullptr : &*found;
}

class Strandings {
 public:
  Strandings(const ProgramDefinition& from, const ProgramDefinition& to) : from_(from), to_(to) {}

  std::vector<Problem> run() {
    if (from_.money != to_.money) {
      report("money", "amounts, vouchers and liabilities are in " + from_.money +
                          "; it cannot change while the program has members");
    }
    currencies();
    tier_groups();
    partners();
    return std::move(problems_);
  }

 private:
  void report(std::string path, std::string message) {
    problems_.push_back({std::move(path), RefusalCode::invalid_definition, std::move(message)});
  }

  void currencies() {
    for (const auto& old : from_.currencies) {
      const CurrencyDefinition* now = entry_of(to_.currencies, old.id);
      if (now == nullptr || now->kind != old.kind) {
        report("currencies", "members may hold " + name_in_quotes(old.id) +
                                 ": it can neither be taken away nor change its kind");
        continue;
      }
      for (const auto& subtype : old.subtypes) {
        if (entry_of(now->subtypes, subtype.id) == nullptr) {
          report("currencies", "members may hold " + name_in_quotes(old.id) + " of subtype " +
                                   name_in_quotes(subtype.id) + ": it cannot be taken away");
        }
      }
    }
  }

  void tier_groups() {
    for (const auto& old : from_.tier_groups) {
      const TierGroupDefinition* now = entry_of(to_.tier_groups, old.id);
      if (now == nullptr) {
        report("tier_groups", "members stand in tier group " + name_in_quotes(old.id) +
                                  ": it cannot be taken away");
        continue;
      }
      for (const auto& tier : old.tiers) {
        if (entry_of(now->tiers, tier.id) == nullptr) {
          report("tier_groups", "members may hold tier " + name_in_quotes(tier.id) +
                                    ": it cannot be taken away from " + name_in_quotes(old.id));
        }
      }
      for (const auto& currency : old.currencies) {
        if (std::find(now->currencies.begin(), now->currencies.end(), currency) ==
            now->currencies.end()) {
          report("tier_groups", "members reached tiers of " + name_in_quotes(old.id) + " with " +
                                    name_in_quotes(currency) +
                                    ": it cannot be taken out of the group");
        }
      }
    }
  }

  void partners() {
    for (const auto& old : from_.partners) {
      const PartnerDefinition* now = entry_of(to_.partners, old.id);
      if (now == nullptr) {
        report("partners", "partner " + name_in_quotes(old.id) +
                               " may have a ledger and open statements: it cannot be taken away");
      } else if (now->billing != old.billing) {
        report("partners", "partner " + name_in_quotes(old.id) + " is billed " +
                               std::string(name_of(old.billing)) +
                               " and may have a ledger: its billing cannot change");
      }
    }
  }

  const ProgramDefinition& from_;
  const ProgramDefinition& to_;
  std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> strandings(const ProgramDefinition& from, const ProgramDefinition& to) {
  return Strandings(from, to).run();
}

}  // namespace loyalty::domain
