// SPDX-License-Identifier: Apache-2.0
#include "actors/report_scan.hpp"

#include <exception>
#include <optional>
#include <set>
#include <utility>

#include "actors/entity_key.hpp"
#include "actors/segment.hpp"
#include "domain/report/fact_counter.hpp"

namespace loyalty::actors {
namespace {

/// The records of one member, from segments and then from the journal, each once.
class MemberScan {
 public:
  MemberScan(const std::string& key, const ReportScan& scan)
      : program_(program_of(key)), scan_(scan), counter_(key) {}

  bool take(const RecordView& record) {
    if (record.number < next_) return true;
    const domain::Catalogue* catalogue = scan_.version(program_, record.version);
    if (record.number != next_ || catalogue == nullptr) return false;
    ++next_;
    return counter_.take(record, *catalogue, rows_);
  }
  bool take_segment(const std::string& bytes) {
    const auto unpacked = unpack_segment(bytes);
    std::vector<RecordView> records;
    if (!unpacked || !records_of_segment(*unpacked, records)) return false;
    for (const auto& record : records) {
      if (!take(record)) return false;
    }
    return true;
  }
  bool take_bytes(std::string_view bytes) {
    const auto record = decode_record(bytes);
    return record && take(*record);
  }
  const domain::ReportRows& rows() const { return rows_; }

 private:
  std::string program_;
  const ReportScan& scan_;
  MemberCounter counter_;
  domain::ReportRows rows_;
  std::uint64_t next_ = 1;
};

}  // namespace

MemberCounter::MemberCounter(std::string_view key) { member_.id = id_of(key); }

bool MemberCounter::take(const RecordView& record, const domain::Catalogue& catalogue,
                         domain::ReportRows& to) {
  domain::FactCounter counter(catalogue);
  try {
    const bool good = decode_facts<domain::MemberEvent>(
        record, [&](domain::Instant at, const domain::MemberEvent& event) {
          counter.see(member_, at, event);
          domain::evolve(member_, at, event);
        });
    if (!good) return false;
  } catch (const std::exception&) {
    return false;  // a fact that does not fit the state: the record was tampered with
  }
  to.add(counter.take());
  return true;
}

persistence::StoreResult<std::map<std::string, domain::ReportRows>> scan_reports(
    persistence::Store& store, persistence::ShardId shard, const ReportScan& scan) {
  std::set<std::string> members;
  const auto named = store.entities(shard, [&](const std::string& name) {
    if (type_of(name) == EntityType::member) members.insert(name);
    return true;
  });
  if (!named) return domain::Unexpected{named.error()};
  for (const auto& [name, tail] : scan.tails) {
    if (type_of(name) == EntityType::member) members.insert(name);
  }
  std::map<std::string, domain::ReportRows> programs;
  for (const auto& name : members) {
    MemberScan member(name, scan);
    bool good = true;
    const auto read = store.history(shard, name, [&](const persistence::Segment& segment) {
      good = member.take_segment(segment.bytes);
      return good;
    });
    const auto tail = scan.tails.find(name);
    if (tail != scan.tails.end()) {
      for (const auto bytes : tail->second) good = good && member.take_bytes(bytes);
    }
    if (!read || !good) {
      scan.log("reports leave out " + name + ": " +
               (read ? "its history cannot be read" : read.error().message));
      continue;
    }
    programs[std::string(program_of(name))].add(member.rows());
  }
  return programs;
}

}  // namespace loyalty::actors
