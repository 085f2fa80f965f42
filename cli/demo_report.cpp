// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_report.hpp"

#include "cli/terminal.hpp"

namespace loyalty::cli {
namespace {

constexpr std::size_t name_width = 7;
constexpr std::size_t what_width = 33;
constexpr std::size_t line_width = 128;
constexpr std::size_t label_width = 12;

using Pieces = std::vector<std::string>;

std::string joined(const Pieces& pieces, std::string_view between) {
  std::string line;
  for (const auto& piece : pieces) {
    if (!line.empty()) line += between;
    line += piece;
  }
  return line;
}

Pieces texts_of(const Value& list, std::string_view field = "") {
  Pieces texts;
  for (const Value& item : list.items()) {
    texts.push_back(field.empty() ? item.plain() : item[field].plain());
  }
  return texts;
}

/// Whether the rule counts money, whose base is in minor units.
bool counts_money(const Value& program, const std::string& id) {
  for (const Value& rule : program["definition"]["rules"].items()) {
    if (rule["id"].text() == id) return rule["measure"].text() == "amount";
  }
  return false;
}

/// "shoe-purchase 850.00 x 1 x 1.25 = 1062 regular-points": a rule and its arithmetic.
std::string rule_piece(const Value& program, const Value& line) {
  const std::string& rule = line["rule"].text();
  const std::string& currency = line["currency"].text();
  std::string piece = rule == currency ? "" : rule + " ";
  piece += counts_money(program, rule) ? money_text(line["base"].number()) : line["base"].plain();
  piece += " x " + line["rate"].plain();
  if (line["multiplier"].plain() != "1") piece += " x " + line["multiplier"].plain();
  piece += " = " + line["points"].plain() + " " + currency;
  if (line["crediting"].text() == "next_day") piece += ", on the next day";
  if (line["crediting"].text() == "batch") piece += ", with the batch";
  return piece;
}

std::string voucher_piece(const Value& voucher) {
  return voucher["voucher"].plain() + " " + voucher["definition"].plain() + " (" +
         voucher["status"].plain() + ")";
}

std::string progress_piece(const Value& progress) {
  std::string piece = progress["promotion"].plain();
  if (progress["completions"].number() > 0) {
    piece += " completed x" + progress["completions"].plain();
  }
  if (progress["finished"].flag()) return piece;
  return piece + " " + progress["text"].plain();
}

Pieces decision_pieces(const Value& program, const DemoDecision& decision) {
  if (!decision.refused.empty()) return {"refused: " + decision.refused};
  const Value& answer = decision.answer;
  Pieces pieces;
  for (const Value& line : answer["rules"].items()) pieces.push_back(rule_piece(program, line));
  if (answer["points"].number() > 0) {
    pieces.push_back("-" + answer["points"].plain() + " " + answer["currency"].plain() +
                     " of credits " + joined(texts_of(answer["trace"], "credit"), ", "));
  }
  if (answer["discount"].number() > 0) {
    pieces.push_back(money_text(answer["discount"].number()) + " off");
  }
  for (const Value& move : answer["tier_changes"].items()) {
    pieces.push_back("now " + move["to"].plain());
  }
  for (const Value& completed : answer["completed"].items()) {
    pieces.push_back("completes " + completed.plain());
  }
  // What rules gave is shown above; where a completion gave no thing, it may have given points.
  const bool rewarded_in_points = !answer["completed"].items().empty() &&
                                  answer["vouchers"].items().empty() &&
                                  !answer["credited"].fields().empty();
  if (rewarded_in_points) {
    pieces.push_back("in all +" + answer["credited"].fields().front().second.plain() + " " +
                     answer["credited"].fields().front().first);
  }
  for (const Value& voucher : answer["vouchers"].items()) {
    pieces.push_back("gets " + voucher_piece(voucher));
  }
  for (const Value& benefit : answer["benefits"].items()) {
    if (answer["rules"].items().empty()) pieces.push_back("gets " + benefit.plain());
  }
  if (answer["voucher"].is_map()) pieces.push_back(voucher_piece(answer["voucher"]));
  if (answer["progress"].is_map()) pieces.push_back(progress_piece(answer["progress"]));
  if (answer["batch_run"].number() > 0) {
    pieces.push_back("all credits recorded before " + clock_text(answer["batch_run"].number()));
  }
  return pieces;
}

/// Adds pieces to `line`, going on below where the line is full.
void add_wrapped(std::vector<std::string>& out, std::string line, std::size_t indent,
                 const Pieces& pieces) {
  bool first = true;
  for (const auto& piece : pieces) {
    if (!first && line.size() + 2 + piece.size() > line_width) {
      out.push_back(line + ";");
      line = std::string(indent, ' ');
    } else if (!first) {
      line += "; ";
    }
    line += piece;
    first = false;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out.push_back(std::move(line));
}

void add_decisions(std::vector<std::string>& out, const DemoDay& day) {
  out.emplace_back(
      "What was decided, and why (what counted x rate x multiplier of the tier = points)");
  std::string_view previous;
  for (const DemoDecision& decision : day.decisions) {
    const std::string_view who = decision.step->member.empty() ? "staff" : decision.step->member;
    const std::string head = "  " + padded(who == previous ? "" : who, name_width) +
                             padded(decision.step->what, what_width);
    add_wrapped(out, head, 2 + name_width + what_width, decision_pieces(day.program, decision));
    previous = who;
  }
  out.emplace_back();
}

const Value& field_of(const Value::Fields& fields, std::string_view name) {
  static const Value nil;
  for (const auto& [known, value] : fields) {
    if (known == name) return value;
  }
  return nil;
}

Pieces balance_pieces(const Value& member, const Value& tier_progress) {
  Pieces pieces;
  for (const auto& [currency, balance] : member["balances"].fields()) {
    std::string piece = balance["available"].plain() + " " + currency;
    if (balance["pending"].number() > 0) piece += " and " + balance["pending"].plain() + " pending";
    pieces.push_back(std::move(piece));
  }
  for (const Value& group : tier_progress["groups"].items()) {
    for (const auto& [currency, missing] : group["missing_to_reach"].fields()) {
      if (missing.number() > 0) {
        pieces.push_back(missing.plain() + " " + currency + " to " + group["next"].plain());
      }
    }
  }
  return pieces;
}

void add_member(std::vector<std::string>& out, const DemoDay& day, std::string_view id) {
  const Value& member = field_of(day.members, id);
  Pieces facts;
  for (const Value& tier : member["tiers"].items()) facts.push_back(tier["name"].plain());
  for (auto& piece : balance_pieces(member, field_of(day.tier_progress, id))) {
    facts.push_back(std::move(piece));
  }
  out.push_back("  " + padded(id, name_width) + joined(facts, ", "));

  const auto add = [&](std::string_view label, const Pieces& pieces) {
    if (pieces.empty()) return;
    const std::string head = std::string(2 + name_width, ' ') + padded(label, label_width);
    add_wrapped(out, head, head.size(), pieces);
  };
  add("benefits", texts_of(member["benefits"], "benefit"));
  Pieces promotions;
  for (const Value& progress : member["promotions"].items()) {
    promotions.push_back(progress_piece(progress));
  }
  add("promotions", promotions);
  Pieces vouchers;
  for (const Value& voucher : field_of(day.vouchers, id)["vouchers"].items()) {
    vouchers.push_back(voucher_piece(voucher));
  }
  add("vouchers", vouchers);
}

void add_partner(std::vector<std::string>& out, const std::string& id, const Value& position) {
  constexpr std::size_t partner_width = 18;
  Pieces pieces;
  for (const Value& sums : position["currencies"].items()) {
    const std::string& currency = sums["currency"].text();
    pieces.push_back("owes " + money_text(sums["accruals"].number()) + " for " +
                     sums["accrued"].plain() + " " + currency + " earned there");
    pieces.push_back("is owed " + money_text(sums["redemptions"].number()) + " for " +
                     sums["redeemed"].plain() + " redeemed");
  }
  pieces.push_back("pays " + money_text(position["net"].number()) + " " +
                   position["money"].plain());
  add_wrapped(out, "  " + padded(id, partner_width), 2 + partner_width, pieces);
}

Value by_key(const std::vector<DemoDecision>& decisions) {
  Value::Fields fields;
  for (const DemoDecision& decision : decisions) {
    Value answer = decision.answer;
    if (!decision.refused.empty()) answer.set("refused", decision.refused);
    fields.emplace_back(decision.step->key, std::move(answer));
  }
  return Value(std::move(fields));
}

}  // namespace

Value DemoDay::as_value() const {
  return Value(Value::Fields{{"program", demo_program},
                             {"answers", by_key(decisions)},
                             {"members", members},
                             {"tier_progress", tier_progress},
                             {"vouchers", vouchers},
                             {"partners", partners}});
}

std::vector<std::string> demo_report(const DemoDay& day) {
  std::vector<std::string> out;
  add_decisions(out, day);
  out.emplace_back("Members");
  for (const std::string_view member : demo_members()) add_member(out, day, member);
  out.emplace_back();
  out.emplace_back("Partners");
  for (const auto& [id, position] : day.partners) add_partner(out, id, position);
  return out;
}

}  // namespace loyalty::cli
