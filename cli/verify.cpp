// SPDX-License-Identifier: Apache-2.0
#include "cli/verify.hpp"

#include <algorithm>
#include <cstdio>

#include "audit/verify.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/offline_store.hpp"
#include "cli/terminal.hpp"
#include "codec/wire.hpp"

namespace loyalty::cli {
namespace {

constexpr std::uint64_t bar_width = 30;

int verify_failed(const OfflineFault& fault) {
  std::fprintf(stderr, "loyalty verify: %s\n", fault.message.c_str());
  return fault.code;
}

std::string number(std::uint64_t value) { return grouped(static_cast<std::int64_t>(value)); }

std::string progress_text(const audit::Progress& at) {
  // Shards hold about the same number of entities.
  const std::uint64_t shards = std::max<std::uint64_t>(1, at.shards);
  const std::uint64_t within = at.entities == 0 ? 0 : bar_width * at.entity / at.entities / shards;
  const std::uint64_t part = std::min(bar_width, bar_width * at.shard / shards + within);
  return "[" + std::string(part, '#') + std::string(bar_width - part, ' ') + "] shard " +
         std::to_string(at.shard) + " of " + std::to_string(at.shards) + ", " + number(at.records) +
         " records";
}

void print_currency(const audit::CurrencyTotals& line) {
  std::printf("  %s  %s = %s outstanding + %s spent + %s expired + %s reset; %s scheduled\n",
              padded(line.currency, 20).c_str(), grouped(line.credited.value).c_str(),
              grouped(line.outstanding.value).c_str(), grouped(line.debited.value).c_str(),
              grouped(line.expired.value).c_str(), grouped(line.reset.value).c_str(),
              grouped(line.scheduled.value).c_str());
  for (const auto& account : line.accounts) {
    std::printf("    %s  %s\n", padded(account.account, 28).c_str(),
                grouped(account.points.value).c_str());
  }
}

void print_partner(const audit::PartnerTotals& line) {
  std::printf("  partner %s  %s accrued, %s redeemed, liability %s, %s entries, %s under way\n",
              padded(line.partner, 12).c_str(), grouped(line.accrued.value).c_str(),
              grouped(line.redeemed.value).c_str(), money_text(line.liability.value).c_str(),
              number(line.entries).c_str(), number(line.under_way).c_str());
}

void print_report(const audit::Report& report) {
  std::printf("%s: %s shards, %s entities, %s records, %s facts\n", report.store.c_str(),
              number(report.shards).c_str(), number(report.entities).c_str(),
              number(report.records).c_str(), number(report.facts).c_str());
  for (const auto& program : report.programs) {
    std::printf("program %s, version %u, %s members; points credited:\n", program.program.c_str(),
                program.version, number(program.members).c_str());
    for (const auto& line : program.currencies) print_currency(line);
    for (const auto& line : program.partners) print_partner(line);
  }
  for (const auto& finding : report.findings) {
    std::printf("%s\n", audit::to_string(finding).c_str());
  }
  if (report.more_findings > 0) {
    std::printf("... and %s more findings\n", number(report.more_findings).c_str());
  }
  if (report.ok) {
    std::printf("ok: everything holds\n");
  } else {
    std::printf("%s findings; docs/audit.md says what they mean\n",
                number(report.findings.size() + report.more_findings).c_str());
  }
}

}  // namespace

int verify(const VerifyOptions& options) {
  auto store = open_offline(options.store);
  if (!store) return verify_failed(store.error());
  ProgressLine line;
  const auto report = audit::verify(
      **store, {.program = options.program, .progress = [&line](const audit::Progress& at) {
                  if (line.is_due()) line.show(progress_text(at));
                }});
  line.clear();
  if (!report) return verify_failed(offline_fault(report.error()));
  if (options.json) {
    std::printf("%s\n", raw_to_json(codec::to_wire(*report), JsonLayout::one_line).c_str());
  } else {
    print_report(*report);
  }
  return report->ok ? exit_ok : exit_failed;
}

}  // namespace loyalty::cli
