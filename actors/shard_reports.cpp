// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "actors/entity_key.hpp"
#include "actors/report_scan.hpp"
#include "actors/shard.hpp"
#include "api/errors.hpp"

/// What a shard does for reports: it counts what it journals, and answers from the sums.
namespace loyalty::actors {
namespace {

/// Records whose counts are one record. A block ends only where such a group does.
constexpr std::size_t max_group_records = 256;
constexpr std::size_t max_group_bytes = 64 * 1024;

api::Error not_served() {
  return api::unavailable("a part of the program is not served; see the server's log");
}

}  // namespace

void Shard::count(const Work& work, std::size_t bytes) {
  reports_.add(program_of(work.entity), work.counts);
  group_bytes_ += bytes;
  if (++group_records_ >= max_group_records || group_bytes_ >= max_group_bytes) end_group();
}

void Shard::end_group() {
  reports_.close([this](const std::string& record) { return journal().append(record, true); });
  journal().end_group();
  group_records_ = 0;
  group_bytes_ = 0;
}

persistence::StoreResult<bool> Shard::complete_reports(persistence::Store& store, bool anew) {
  if (reports_.complete() && !anew) return true;
  if (journal().newest() == 0) {
    reports_.begin();
    return true;
  }
  services_.log("shard " + std::to_string(id()) + ": making reports from the histories");
  ReportScan scan;
  scan.version = [this](std::string_view program,
                        std::uint32_t version) -> const domain::Catalogue* {
    const auto view = services_.program(program);
    return view ? view->of_version(version) : nullptr;
  };
  for (const auto& [entity, tail] : unloaded_tails_) {
    for (const auto& record : tail) scan.tails[entity].emplace_back(record.bytes);
  }
  scan.log = services_.log;
  const auto rows = scan_reports(store, id(), scan);
  if (!rows) return domain::Unexpected{rows.error()};
  reports_.replace(*rows);
  reports_due_ = true;
  return true;
}

void Shard::report(const std::string& program, const domain::ReportSelection& wanted,
                   const ProgramRegistry::View& view, ReportDone done) {
  if (lost()) return done(domain::Unexpected{not_served()});
  auto selected = reports_.select(program, wanted, view->catalogue);
  // Pieces that have to be unpacked are none of this thread's business.
  services_.lane.read([this, wanted, view, selected = std::move(selected),
                       done = std::move(done)](persistence::Store&) mutable {
    for (const auto& packed : selected.packed) {
      ReportBook::select_packed(*packed, wanted, view->catalogue, selected.rows);
    }
    services_.post([this, rows = std::move(selected.rows), done = std::move(done)]() mutable {
      gate_.hold(
          journal().newest(),
          [rows = std::move(rows), done = std::move(done)](bool durable) mutable {
            if (durable) return done(std::move(rows));
            done(domain::Unexpected{not_served()});
          },
          OutputGate::Kind::answer);
      gate_.open(journal().durable());
    });
  });
}

}  // namespace loyalty::actors
