// SPDX-License-Identifier: Apache-2.0
#include "cli/notice_line.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/terminal.hpp"

namespace loyalty::cli {
namespace {

constexpr std::array<std::string_view, 5> envelope{"program", "sequence", "at", "event", "text"};

/// The rule, promotion or offer behind a movement of points.
std::string cause_of(const Value& notice) {
  for (const std::string_view kind : {"rule", "promotion", "offer"}) {
    if (!notice[kind].is_nil()) return notice[kind].plain();
  }
  return "";
}

/// A partner's entries: "ada 150 regular-points 150" is who, points and money.
std::string entries_line(const Value& notice) {
  std::string line;
  for (const auto& entry : notice["entries"].items()) {
    if (!line.empty()) line += ", ";
    line += entry["member"].plain() + " " + entry["points"].plain() + " " +
            entry["currency"].plain() + " " + entry["money"].plain();
  }
  return line;
}

/// What was used of a promotion's limits: "points=40 rewards=1".
std::string used_line(const Value& notice) {
  std::string line;
  for (const std::string_view what : {"points", "rewards", "vouchers", "liability"}) {
    if (notice[what].number() == 0) continue;
    if (!line.empty()) line += ' ';
    line.append(what).append("=").append(notice[what].plain());
  }
  return line;
}

/// The other fields as they came, for events that have no line of their own.
std::string remaining_fields(const Value& notice) {
  std::string line;
  // After the program comes whose notice it is.
  const auto& fields = notice.fields();
  const std::string_view whose = fields.size() > 1 ? std::string_view(fields[1].first) : "";
  for (const auto& [name, field] : fields) {
    if (std::find(envelope.begin(), envelope.end(), name) != envelope.end() || name == whose) {
      continue;
    }
    const std::string value = field.plain();
    if (value.empty()) continue;
    if (!line.empty()) line += ' ';
    line.append(name).append("=").append(value);
  }
  return line;
}

std::string details_of(const Value& notice) {
  const std::string& event = notice["event"].text();
  if (event == "progress_updated") {
    return notice["promotion"].plain() + " " + notice["completed"].plain() + "/" +
           notice["target"].plain();
  }
  if (event == "points_credited" || event == "points_debited") return cause_of(notice);
  if (event == "points_scheduled") {
    return cause_of(notice) + ": " + notice["points"].plain() + " " + notice["currency"].plain() +
           " to come";
  }
  if (event == "tier_upgraded" || event == "tier_downgraded") {
    return notice["from"].plain() + " -> " + notice["to"].plain();
  }
  if (event == "benefit_granted" || event == "benefit_ended") return notice["benefit"].plain();
  if (event == "promotion_completed" || event == "milestone_reached") {
    return notice["promotion"].plain();
  }
  if (event == "reward_near" || event == "reward_reachable") return notice["offer"].plain();
  if (event == "voucher_issued") return notice["definition"].plain();
  if (event == "points_expired") return "";
  if (event == "partner_entries_booked") return entries_line(notice);
  if (event == "budget_used") return used_line(notice);
  return remaining_fields(notice);
}

}  // namespace

std::string notice_line(const Value& notice) {
  std::string line = clock_text(notice["at"].number()) + " " + notice["event"].plain();
  const std::string details = details_of(notice);
  if (!details.empty()) line += " " + details;
  const std::string& text = notice["text"].text();
  if (!text.empty()) line += ": " + text;
  return line;
}

}  // namespace loyalty::cli
