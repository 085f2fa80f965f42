// SPDX-License-Identifier: Apache-2.0
#include "cli/replay_text.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "cli/terminal.hpp"

namespace loyalty::cli {
namespace {

using replay::ReplayReport;

constexpr std::size_t label_width = 30;
constexpr std::size_t number_width = 16;

std::string right(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string signed_text(std::int64_t value, const std::string& text) {
  return (value > 0 ? "+" : "") + text;
}

/// Actual, proposed and the difference, line by line; lines of nothing are left out.
class Table {
 public:
  explicit Table(std::string& out) : out_(out) {}

  void heading(const std::string& text) {
    out_ += padded(text, label_width) + right("actual", number_width) +
            right("proposed", number_width) + right("difference", number_width) + "\n";
  }
  void line(const std::string& label, std::int64_t actual, std::int64_t proposed) {
    if (actual == 0 && proposed == 0) return;
    put(label, grouped(actual), grouped(proposed),
        signed_text(proposed - actual, grouped(proposed - actual)));
  }
  void money(const std::string& label, std::int64_t actual, std::int64_t proposed) {
    if (actual == 0 && proposed == 0) return;
    put(label, money_text(actual), money_text(proposed),
        signed_text(proposed - actual, money_text(proposed - actual)));
  }

 private:
  void put(const std::string& label, const std::string& actual, const std::string& proposed,
           const std::string& difference) {
    out_ += padded("  " + label, label_width) + right(actual, number_width) +
            right(proposed, number_width) + right(difference, number_width) + "\n";
  }

  std::string& out_;
};

/// The entry of a name in a list of one side; an empty one where there is none.
template <class Entry>
Entry entry_of(const std::vector<Entry>& list, std::string Entry::*name,
               const std::string& wanted) {
  const auto found = std::ranges::find(list, wanted, name);
  return found == list.end() ? Entry{} : *found;
}

/// The names of both sides, those of the proposed one first.
template <class Entry>
std::vector<std::string> names_of_both(const std::vector<Entry>& actual,
                                       const std::vector<Entry>& proposed,
                                       std::string Entry::*name) {
  std::vector<std::string> names;
  for (const auto* list : {&proposed, &actual}) {
    for (const auto& entry : *list) {
      if (std::ranges::find(names, entry.*name) == names.end()) names.push_back(entry.*name);
    }
  }
  return names;
}

void put_currencies(std::string& out, const ReplayReport& report) {
  using replay::CurrencyReport;
  const auto& actual = report.actual.currencies;
  const auto& proposed = report.proposed.currencies;
  for (const auto& name : names_of_both(actual, proposed, &CurrencyReport::currency)) {
    const auto a = entry_of(actual, &CurrencyReport::currency, name);
    const auto b = entry_of(proposed, &CurrencyReport::currency, name);
    Table table(out);
    table.heading(name);
    table.line("credited", a.credited.value, b.credited.value);
    table.line("taken back by returns", a.taken_back.value, b.taken_back.value);
    table.line("spent", a.spent.value, b.spent.value);
    table.line("expired or reset", a.expired.value, b.expired.value);
    table.line("transferred", a.transferred.value, b.transferred.value);
    table.line("available at the end", a.available.value, b.available.value);
    table.line("in escrow or on hold", a.waiting.value, b.waiting.value);
    table.line("still to be credited", a.scheduled.value, b.scheduled.value);
    const domain::Money none;
    table.money("cost of what was credited", a.cost.value_or(none).value,
                b.cost.value_or(none).value);
    table.money("liability at the end", a.liability.value_or(none).value,
                b.liability.value_or(none).value);
  }
}

void put_counts(std::string& out, const ReplayReport& report) {
  using replay::PartnerReport;
  using replay::PromotionReport;
  const auto& a = report.actual;
  const auto& b = report.proposed;
  Table table(out);
  table.heading("in number");
  table.line("redemptions", static_cast<std::int64_t>(a.redemptions),
             static_cast<std::int64_t>(b.redemptions));
  table.line("vouchers issued", static_cast<std::int64_t>(a.vouchers),
             static_cast<std::int64_t>(b.vouchers));
  table.line("tier upgrades", static_cast<std::int64_t>(a.upgrades),
             static_cast<std::int64_t>(b.upgrades));
  table.line("tier downgrades", static_cast<std::int64_t>(a.downgrades),
             static_cast<std::int64_t>(b.downgrades));
  for (const auto& name : names_of_both(a.promotions, b.promotions, &PromotionReport::promotion)) {
    const auto then = entry_of(a.promotions, &PromotionReport::promotion, name);
    const auto now = entry_of(b.promotions, &PromotionReport::promotion, name);
    table.line("rewards of " + name, static_cast<std::int64_t>(then.rewards),
               static_cast<std::int64_t>(now.rewards));
  }
  for (const auto& name : names_of_both(a.partners, b.partners, &PartnerReport::partner)) {
    table.money("owed by " + name, entry_of(a.partners, &PartnerReport::partner, name).owes.value,
                entry_of(b.partners, &PartnerReport::partner, name).owes.value);
  }
}

void put_tiers(std::string& out, const ReplayReport& report) {
  std::string group;
  for (const auto& tier : report.tiers) {
    Table table(out);
    if (tier.group != group) table.heading("members, " + tier.group);
    group = tier.group;
    table.line(tier.tier, static_cast<std::int64_t>(tier.actual),
               static_cast<std::int64_t>(tier.proposed));
  }
  for (const auto& move : report.tier_moves) {
    const auto shown = [](const std::string& tier) { return tier.empty() ? "no tier" : tier; };
    out += "  " + grouped(static_cast<std::int64_t>(move.members)) + " " + shown(move.from) +
           " -> " + shown(move.to) + "\n";
  }
}

void put_not_covered(std::string& out, const ReplayReport& report) {
  if (report.redemptions_not_covered > 0) {
    out += "not covered: " + grouped(static_cast<std::int64_t>(report.redemptions_not_covered)) +
           " redemptions and debits";
    for (const auto& line : report.not_covered) {
      out += ", " + grouped(line.points.value) + " " + line.currency;
    }
    out += "\n";
  }
  for (const auto& line : report.refused) {
    out += "refused: " + grouped(static_cast<std::int64_t>(line.times)) + " " + line.command +
           " with " + line.code + "\n";
  }
  if (report.lost > 0) {
    out += grouped(static_cast<std::int64_t>(report.lost)) +
           " commands were about what would not have come about\n";
  }
  if (report.deliveries > 0) {
    out += grouped(static_cast<std::int64_t>(report.deliveries)) +
           " deliveries of points from other members arrive as they did then\n";
  }
}

std::string tiers_text(const replay::MemberRow& row) {
  std::string text;
  for (std::size_t i = 0; i < row.actual_tiers.size() && i < row.proposed_tiers.size(); ++i) {
    if (row.actual_tiers[i] == row.proposed_tiers[i]) continue;
    text += "  " + row.actual_tiers[i] + " -> " + row.proposed_tiers[i];
  }
  return text;
}

void put_members(std::string& out, const std::string& heading,
                 const std::vector<replay::MemberRow>& rows) {
  if (rows.empty()) return;
  Table(out).heading(heading);
  for (const auto& row : rows) {
    std::string line;
    Table table(line);
    table.line(row.member, row.actual.value, row.proposed.value);
    line.pop_back();
    out += line + tiers_text(row) + "\n";
  }
}

std::string day_text(domain::Instant instant, const domain::Zone& zone) {
  return domain::to_string(zone.day_of(instant));
}

std::string period_text(const ReplayReport& report, const domain::Zone& zone) {
  std::string text = report.begin ? "from " + day_text(*report.begin, zone) : "from the beginning";
  if (report.end) return text + " to " + day_text(*report.end, zone) + " (not included)";
  return text + ", timers up to " + day_text(report.until, zone);
}

}  // namespace

std::string replay_text(const ReplayReport& report, const domain::Zone& zone) {
  std::string out = report.program + " version " + std::to_string(report.version) + ": " +
                    grouped(static_cast<std::int64_t>(report.members)) + " members, " +
                    grouped(static_cast<std::int64_t>(report.activities)) + " activities, " +
                    period_text(report, zone) + "\n";
  for (const auto& note : report.notes) out += "note: " + note + "\n";
  put_currencies(out, report);
  put_counts(out, report);
  put_tiers(out, report);
  put_not_covered(out, report);
  out += grouped(static_cast<std::int64_t>(report.changed)) +
         " members would stand differently; tiers: " +
         grouped(static_cast<std::int64_t>(report.tiers_up)) + " up, " +
         grouped(static_cast<std::int64_t>(report.tiers_down)) + " down\n";
  put_members(out, "gain most " + report.ranked_by, report.gain);
  put_members(out, "lose most " + report.ranked_by, report.lose);
  return out + "digest " + report.digest + "\n";
}

}  // namespace loyalty::cli
