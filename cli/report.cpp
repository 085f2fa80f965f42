// SPDX-License-Identifier: Apache-2.0
#include "cli/report.hpp"

#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <utility>
#include <vector>

#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"

namespace loyalty::cli {
namespace {

/// Columns as wide as what is in them; the first ones are words, the rest are numbers.
class ReportTable {
 public:
  ReportTable(std::vector<std::string> head, std::size_t words) : words_(words) {
    rows_.push_back(std::move(head));
  }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  std::string text() const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string out;
    for (const auto& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string space(widths[i] - row[i].size(), ' ');
        line += (i == 0 ? "" : "  ") + (i < words_ ? row[i] + space : space + row[i]);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + "\n";
    }
    return out;
  }

 private:
  std::size_t words_;
  std::vector<std::vector<std::string>> rows_;
};

std::string count(const Value& value) { return grouped(value.number()); }
std::string money(const Value& value) { return money_text(value.number()); }

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

/// The parts of its key that a line has.
constexpr std::initializer_list<const char*> key_fields{"category", "partner", "tier"};

std::vector<std::string> keys_of(const Value& line) {
  std::vector<std::string> keys{line["period"].text()};
  for (const char* field : key_fields) {
    if (line[field].is_text()) keys.push_back(or_dash(line[field].text()));
  }
  return keys;
}

std::string activity_table(const Value& lines) {
  std::vector<std::string> head{"period"};
  for (const char* field : key_fields) {
    if (!lines.items().empty() && lines.items().front()[field].is_text()) head.emplace_back(field);
  }
  const std::size_t words = head.size();
  for (const char* column : {"activities", "amount", "returns", "returned", "redemptions",
                             "cancelled", "partners owe"}) {
    head.emplace_back(column);
  }
  ReportTable table(std::move(head), words);
  for (const Value& line : lines.items()) {
    const Value& sums = line["activity"];
    auto row = keys_of(line);
    row.insert(row.end(), {count(sums["activities"]), money(sums["amount"]), count(sums["returns"]),
                           money(sums["returned_amount"]), count(sums["redemptions"]),
                           count(sums["cancellations"]), money(sums["partner_liability"])});
    table.add(std::move(row));
  }
  return table.text();
}

std::string points_table(const Value& lines) {
  bool with_end = false;
  bool any = false;
  for (const Value& line : lines.items()) {
    for (const Value& sums : line["points"].items()) {
      any = true;
      with_end = with_end || sums["end"].is_map();
    }
  }
  if (!any) return {};
  auto head = keys_of(lines.items().front());
  std::fill(head.begin(), head.end(), "");
  head.front() = "period";
  std::size_t place = 1;
  for (const char* field : key_fields) {
    if (lines.items().front()[field].is_text()) head[place++] = field;
  }
  head.emplace_back("points");
  const std::size_t words = head.size();
  for (const char* column : {"issued", "taken back", "redeemed", "given back", "expired"}) {
    head.emplace_back(column);
  }
  if (with_end) head.insert(head.end(), {"outstanding", "in escrow", "liability"});
  ReportTable table(std::move(head), words);
  for (const Value& line : lines.items()) {
    for (const Value& sums : line["points"].items()) {
      auto row = keys_of(line);
      const std::string& subtype = sums["subtype"].text();
      row.push_back(sums["currency"].text() + (subtype.empty() ? "" : "/" + subtype));
      row.insert(row.end(),
                 {count(sums["issued"]), count(sums["taken_back"]), count(sums["redeemed"]),
                  count(sums["given_back"]), count(sums["expired"])});
      if (with_end) {
        const Value& end = sums["end"];
        row.insert(row.end(),
                   {count(end["outstanding"]), count(end["in_escrow"]), money(end["liability"])});
      }
      table.add(std::move(row));
    }
  }
  return "\n" + table.text();
}

std::string moves_table(const Value& lines) {
  if (lines.items().empty() || !lines.items().front()["moves"].is_map()) return {};
  ReportTable table({"period", "tier", "came", "went", "retained", "holders now"}, 2);
  for (const Value& line : lines.items()) {
    const Value& moves = line["moves"];
    table.add({line["period"].text(), line["tier"].text(), count(moves["in"]), count(moves["out"]),
               count(moves["retained"]), count(moves["holders"])});
  }
  return "\n" + table.text();
}

struct Question {
  std::string method;
  Value params;
};

Question question_of(const ReportOptions& options) {
  Value::Fields fields;
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) fields.emplace_back(name, text);
  };
  add("program", options.program);
  if (options.what == "outstanding") {
    add("day", options.day);
    return {"outstanding_points", Value(std::move(fields))};
  }
  add("until", options.until);
  add("per", options.per);
  if (options.what == "expiry") return {"expiry_forecast", Value(std::move(fields))};
  add("from", options.from);
  add("by", options.by);
  return {"program_report", Value(std::move(fields))};
}

}  // namespace

std::string totals_text(const Value& answer) {
  const Value& members = answer["members"];
  std::string out = answer["program"].text() + " from " + answer["from"].text() + " until before " +
                    answer["until"].text() + ", money in " + answer["money"].text() + "\n" +
                    count(members["members"]) + " members at the end, " +
                    count(members["enrolled"]) + " enrolled, " + count(members["left"]) + " left\n";
  const Value& lines = answer["lines"];
  if (lines.items().empty()) return out + "\nNothing happened.\n";
  out += "\n" + activity_table(lines) + points_table(lines) + moves_table(lines);
  if (answer["liability"].number() != 0) {
    out += "\nliability at the end  " + money(answer["liability"]) + "\n";
  }
  return out;
}

std::string outstanding_text(const Value& answer) {
  ReportTable table({"points", "cost", "outstanding", "held", "in escrow", "arrears", "balance",
                     "liability", "of escrow"},
                    1);
  for (const Value& line : answer["lines"].items()) {
    const std::string& subtype = line["subtype"].text();
    table.add({line["currency"].text() + (subtype.empty() ? "" : "/" + subtype),
               line["cost_per_point"].text(), count(line["outstanding"]), count(line["held"]),
               count(line["in_escrow"]), count(line["arrears"]), count(line["balance"]),
               money(line["liability"]), money(line["escrow_liability"])});
  }
  return answer["program"].text() + ", " + count(answer["members"]) + " members, money in " +
         answer["money"].text() + "\n\n" + table.text() + "\nliability  " +
         money(answer["liability"]) + ", and " + money(answer["escrow_liability"]) +
         " of points in escrow\n";
}

std::string expiry_text(const Value& answer) {
  ReportTable table({"from", "points", "issued by", "expire", "liability"}, 3);
  const auto add = [&](const Value& lines, const std::string& when) {
    for (const Value& line : lines.items()) {
      const std::string& subtype = line["subtype"].text();
      table.add({when.empty() ? line["period"].text() : when,
                 line["currency"].text() + (subtype.empty() ? "" : "/" + subtype),
                 or_dash(line["partner"].text()), count(line["points"]), money(line["liability"])});
    }
  };
  add(answer["lines"], "");
  add(answer["later"], "later");
  add(answer["never"], "never");
  return answer["program"].text() + ", what expires before " + answer["until"].text() +
         " if nothing happens, money in " + answer["money"].text() + "\n\n" + table.text();
}

int report(const ReportOptions& options) {
  auto client = connect(options.connect);
  if (!client) {
    print_error(client.error());
    return exit_failed;
  }
  const Question question = question_of(options);
  const auto answer = ask(*client, question.method, question.params);
  if (!answer) {
    print_error(answer.error());
    return exit_failed;
  }
  std::string text;
  if (options.json) {
    text = to_json(*answer, JsonLayout::one_line) + "\n";
  } else if (options.what == "outstanding") {
    text = outstanding_text(*answer);
  } else if (options.what == "expiry") {
    text = expiry_text(*answer);
  } else {
    text = totals_text(*answer);
  }
  std::fputs(text.c_str(), stdout);
  return exit_ok;
}

}  // namespace loyalty::cli
