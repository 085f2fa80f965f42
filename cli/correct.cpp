// SPDX-License-Identifier: Apache-2.0
#include "cli/correct.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <deque>
#include <fstream>
#include <optional>
#include <unordered_map>
#include <vector>

#include "cli/csv.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/field_text.hpp"
#include "cli/json.hpp"
#include "cli/terminal.hpp"
#include "domain/id.hpp"

namespace loyalty::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t calls_in_flight = 128;
constexpr auto answer_patience = std::chrono::milliseconds(30s);
constexpr std::size_t max_reason_bytes = 160;

int correction_failed(const std::string& what, int code) {
  std::fprintf(stderr, "loyalty correct: %s\n", what.c_str());
  return code;
}

/// Where the points of one currency stand in the list, as they are and as they should be.
struct PointsColumns {
  std::string currency;
  std::size_t actual = 0;
  std::size_t proposed = 0;
};

/// One entry to be posted.
struct Correction {
  std::string member;
  std::string currency;
  std::int64_t actual = 0;
  std::int64_t proposed = 0;

  std::int64_t points() const { return proposed - actual; }
};

std::optional<std::size_t> column_of(const std::vector<std::string>& header,
                                     const std::string& name) {
  const auto found = std::ranges::find(header, name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

std::optional<std::int64_t> points_in(const std::vector<std::string>& fields, std::size_t column) {
  if (column >= fields.size()) return std::nullopt;
  const std::string& text = fields[column];
  std::int64_t points = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), points);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return points;
}

class Corrector {
 public:
  Corrector(const CorrectOptions& options, net::Client& client,
            std::vector<PointsColumns> currencies)
      : options_(options), client_(client), currencies_(std::move(currencies)) {}

  int run(CsvReader& reader) {
    while (auto record = reader.next()) {
      if (const auto problem = take(*record)) {
        return correction_failed(
            options_.csv + ":" + std::to_string(record->line) + ": " + *problem, exit_usage);
      }
      if (const auto lost = await(calls_in_flight)) return stopped(*lost);
    }
    if (reader.failed()) return correction_failed("cannot read " + options_.csv, exit_failed);
    if (const auto lost = await(0)) return stopped(*lost);
    progress_.clear();
    rejects_.flush();
    if (totals_.rejected > 0 && !rejects_.good()) {
      return correction_failed("cannot write " + rejects_name(), exit_failed);
    }
    print_summary();
    return totals_.rejected > 0 ? exit_failed : exit_ok;
  }

 private:
  /// The corrections of one line; an error says why it is none of a replay.
  std::optional<std::string> take(const CsvRecord& record) {
    if (!record.error.empty()) return record.error;
    if (record.fields.empty() || !domain::is_id(record.fields.front())) {
      return "expected a member id first";
    }
    ++totals_.members;
    for (const auto& column : currencies_) {
      const auto actual = points_in(record.fields, column.actual);
      const auto proposed = points_in(record.fields, column.proposed);
      if (!actual || !proposed) return "expected points of " + column.currency;
      if (*actual == *proposed) continue;
      ++totals_.entries;
      post({record.fields.front(), column.currency, *actual, *proposed});
    }
    return std::nullopt;
  }

  void post(Correction correction) {
    if (options_.dry_run) {
      add_up(correction);
      return;
    }
    Value params;
    params.set("program", options_.program);
    params.set("member", correction.member);
    params.set("key", import_key("correct:" + options_.name + ":", correction.currency));
    params.set("currency", correction.currency);
    params.set("points", correction.points());
    params.set("reason", options_.name + ": " + std::to_string(correction.actual) + " -> " +
                             std::to_string(correction.proposed) + ", " + options_.reason);
    if (!options_.actor.empty()) params.set("actor", options_.actor);
    const auto msgid = client_.send("adjust_points", params.encoded());
    open_.emplace(msgid, std::move(correction));
  }

  /// Takes answers until so few are open; an error when the connection does not bring them.
  std::optional<net::CallError> await(std::size_t most_open) {
    while (open_.size() > most_open) {
      const auto answer = client_.next_reply(answer_patience);
      if (!answer) return answer.error();
      const auto found = open_.find(answer->msgid);
      if (found == open_.end()) continue;
      const Correction correction = std::move(found->second);
      open_.erase(found);
      if (answer->outcome) {
        const auto body = Value::decode(*answer->outcome);
        ++(body && (*body)["replayed"].flag() ? totals_.replayed : totals_.posted);
        add_up(correction);
      } else if (answer->outcome.error().error.retryable) {
        return answer->outcome.error();
      } else {
        reject(correction, answer->outcome.error());
      }
      if (progress_.is_due()) {
        progress_.show(grouped(totals_.posted + totals_.replayed + totals_.rejected) + " entries");
      }
    }
    return std::nullopt;
  }

  void add_up(const Correction& correction) {
    auto& sums = correction.points() > 0 ? totals_.given : totals_.taken;
    sums[correction.currency] += std::abs(correction.points());
  }

  void reject(const Correction& correction, const net::CallError& error) {
    if (++totals_.rejected == 1) {
      rejects_.open(rejects_name(), std::ios::binary | std::ios::trunc);
      rejects_ << csv_line({"member", "currency", "actual", "proposed", "error"});
    }
    rejects_ << csv_line({correction.member, correction.currency, std::to_string(correction.actual),
                          std::to_string(correction.proposed), error_line(error)});
  }

  std::string rejects_name() const {
    return options_.rejects.empty() ? options_.csv + ".rejects.csv" : options_.rejects;
  }

  int stopped(const net::CallError& error) {
    progress_.clear();
    print_summary();
    return correction_failed(error_line(error) +
                                 "\nRun the same command again to go on: what was posted is not "
                                 "posted twice.",
                             exit_failed);
  }

  void print_summary() const {
    if (options_.json) {
      std::printf("%s\n", to_json(totals_.as_value(), JsonLayout::one_line).c_str());
      return;
    }
    std::printf("%s members, %s differ by an entry: %s posted, %s posted before, %s refused%s\n",
                grouped(totals_.members).c_str(), grouped(totals_.entries).c_str(),
                grouped(totals_.posted).c_str(), grouped(totals_.replayed).c_str(),
                grouped(totals_.rejected).c_str(),
                options_.dry_run ? " (a dry run: nothing is posted)" : "");
    for (const auto& [currency, points] : totals_.given) {
      std::printf("given %s %s\n", grouped(points).c_str(), currency.c_str());
    }
    for (const auto& [currency, points] : totals_.taken) {
      std::printf("taken %s %s\n", grouped(points).c_str(), currency.c_str());
    }
    if (totals_.rejected > 0) std::printf("refused entries are in %s\n", rejects_name().c_str());
  }

  const CorrectOptions& options_;
  net::Client& client_;
  std::vector<PointsColumns> currencies_;
  std::unordered_map<std::uint32_t, Correction> open_;
  CorrectionTotals totals_;
  std::ofstream rejects_;
  ProgressLine progress_;
};

/// The currencies of the program that the list has; the list of another program has none of them.
std::vector<PointsColumns> points_columns(const Value& described,
                                          const std::vector<std::string>& header) {
  std::vector<PointsColumns> result;
  for (const auto& currency : described["definition"]["currencies"].items()) {
    const std::string& id = currency["id"].text();
    const auto actual = column_of(header, id + " actual");
    const auto proposed = column_of(header, id + " proposed");
    if (actual && proposed) result.push_back({id, *actual, *proposed});
  }
  return result;
}

}  // namespace

Value CorrectionTotals::as_value() const {
  const auto by_currency = [](const std::map<std::string, std::int64_t>& sums) {
    Value::Fields fields;
    for (const auto& [currency, points] : sums) fields.emplace_back(currency, points);
    return fields;
  };
  return Value(Value::Fields{{"members", members},
                             {"entries", entries},
                             {"posted", posted},
                             {"replayed", replayed},
                             {"rejected", rejected},
                             {"given", by_currency(given)},
                             {"taken", by_currency(taken)}});
}

int correct(const CorrectOptions& options) {
  if (!domain::is_id(options.name) || options.name.size() > 32) {
    return correction_failed("--name: expected 1 to 32 of A-Z, a-z, 0-9, _ and -", exit_usage);
  }
  if (options.reason.empty() || options.reason.size() > max_reason_bytes) {
    return correction_failed("--reason: expected 1 to 160 bytes", exit_usage);
  }
  std::ifstream in(options.csv, std::ios::binary);
  if (!in) return correction_failed("cannot open " + options.csv, exit_usage);
  CsvReader reader(in);
  const auto header = reader.next();
  auto client = connect(options.connect);
  if (!client) return correction_failed(error_line(client.error()), exit_failed);
  Value about;
  about.set("program", options.program);
  const auto described = ask(*client, "describe_program", about);
  if (!described) return correction_failed(error_line(described.error()), exit_failed);
  auto columns = header && header->error.empty() ? points_columns(*described, header->fields)
                                                 : std::vector<PointsColumns>{};
  if (columns.empty() || header->fields.front() != "member") {
    return correction_failed(
        options.csv + ": expected the list of `loyalty replay --csv` for " + options.program,
        exit_usage);
  }
  return Corrector(options, *client, std::move(columns)).run(reader);
}

}  // namespace loyalty::cli
