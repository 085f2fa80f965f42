// SPDX-License-Identifier: Apache-2.0
#include "replay/member_past.hpp"

namespace loyalty::replay {

persistence::StoreResult<bool> MemberPast::read(ShardPast& shard, std::size_t index) {
  clear();
  const auto read = shard.records(
      index, [this] { clear(); }, [this](const actors::RecordView& record) { return add(record); });
  if (!read) return read;
  for (std::size_t i = 0; i < bounds_.size(); ++i) {
    const std::size_t end = i + 1 < bounds_.size() ? bounds_[i + 1].begin : facts_.size();
    turns_.push_back({bounds_[i].now, bounds_[i].asked,
                      std::span(facts_).subspan(bounds_[i].begin, end - bounds_[i].begin)});
  }
  return true;
}

void MemberPast::clear() {
  facts_.clear();
  bounds_.clear();
  turns_.clear();
}

bool MemberPast::add(const actors::RecordView& record) {
  bounds_.push_back({record.at, record.kind == actors::OutcomeKind::result, facts_.size()});
  std::uint64_t sequence = record.first_sequence;
  return actors::decode_facts<domain::MemberEvent>(
      record, [&](domain::Instant at, domain::MemberEvent event) {
        facts_.push_back({sequence++, at, record.version, std::move(event)});
      });
}

}  // namespace loyalty::replay
