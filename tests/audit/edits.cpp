// SPDX-License-Identifier: Apache-2.0
#include "tests/audit/edits.hpp"

#include <algorithm>

#include "codec/stored.hpp"

namespace loyalty::audit {

OpenRecord OpenRecord::of(std::string_view bytes) {
  const auto view = *actors::decode_record(bytes);
  OpenRecord open{.entity = std::string(view.entity), .record = {}};
  open.record.number = view.number;
  open.record.first_sequence = view.first_sequence;
  open.record.at = view.at;
  open.record.version = view.version;
  open.record.key = view.key;
  open.record.payload = view.payload;
  open.record.kind = view.kind;
  if (view.kind != actors::OutcomeKind::none) open.record.outcome = view.outcome;
  open.record.facts = view.facts;
  codec::Reader in(view.owed);
  (void)codec::read_stored(in, open.record.owed);
  open.record.due_ms = view.due_ms;
  open.record.waits_for_batch = view.waits_for_batch;
  return open;
}

std::string OpenRecord::encoded() const { return actors::encode_record(entity, record); }

std::vector<actors::Stamped<domain::MemberEvent>> OpenRecord::facts() const {
  std::vector<actors::Stamped<domain::MemberEvent>> result;
  if (entity.front() != 'm') return result;
  const std::string bytes = encoded();
  (void)actors::decode_facts<domain::MemberEvent>(
      *actors::decode_record(bytes), [&](domain::Instant at, domain::MemberEvent event) {
        result.push_back({at, std::move(event)});
      });
  return result;
}

void OpenRecord::set_facts(const std::vector<actors::Stamped<domain::MemberEvent>>& facts) {
  record.facts = actors::encode_facts(record.at, facts);
}

bool edit_journal(StoreImage& image, const std::function<bool(OpenRecord&)>& edit) {
  for (persistence::ShardId shard = 0; shard < image.shards(); ++shard) {
    auto journal = image.open(shard);
    for (auto& block : journal.blocks) {
      for (auto& bytes : block.records) {
        OpenRecord open = OpenRecord::of(bytes);
        if (open.entity.front() == 'o' || !edit(open)) continue;
        bytes = open.encoded();
        image.close(shard, journal);
        return true;
      }
    }
  }
  return false;
}

bool edit_history(StoreImage& image, const std::function<bool(OpenRecord&)>& edit) {
  for (persistence::ShardId shard = 0; shard < image.shards(); ++shard) {
    for (const auto& [key, segment] : image.content[shard].segments) {
      auto records = StoreImage::open(segment);
      for (auto& bytes : records) {
        OpenRecord open = OpenRecord::of(bytes);
        if (!edit(open)) continue;
        bytes = open.encoded();
        image.close(shard, key.first, key.second, records);
        return true;
      }
    }
  }
  return false;
}

bool drop_last(StoreImage& image, const std::string& entity) {
  const auto shard = image.home(entity);
  auto journal = image.open(shard);
  for (auto block = journal.blocks.rbegin(); block != journal.blocks.rend(); ++block) {
    const auto found =
        std::find_if(block->records.rbegin(), block->records.rend(),
                     [&](const auto& bytes) { return OpenRecord::of(bytes).entity == entity; });
    if (found == block->records.rend()) continue;
    block->records.erase(std::next(found).base());
    image.close(shard, journal);
    return true;
  }
  return false;
}

OpenSnapshot OpenSnapshot::of(std::string_view bytes) {
  OpenSnapshot open;
  codec::Reader in(bytes);
  std::uint32_t count = 0;
  std::uint64_t format = 0;
  (void)(in.read_array(count) && in.read(format) && in.read(open.records) && in.read(open.due_ms) &&
         in.read(open.waits_for_batch) && codec::read_stored(in, open.keys));
  open.state = in.rest();
  return open;
}

std::string OpenSnapshot::encoded() const {
  codec::Writer out;
  out.array(6);
  out.unsigned_integer(1);
  out.unsigned_integer(records);
  out.integer(due_ms);
  out.boolean(waits_for_batch);
  codec::write_stored(out, keys);
  out.raw(state);
  return out.take();
}

bool edit_member_snapshot(StoreImage& image,
                          const std::function<bool(OpenSnapshot&, domain::Member&)>& edit) {
  for (auto& shard : image.content) {
    for (auto& [name, snapshot] : shard.snapshots) {
      if (name.front() != 'm') continue;
      OpenSnapshot open = OpenSnapshot::of(snapshot.bytes);
      domain::Member member;
      codec::Reader in(open.state);
      (void)codec::read_stored(in, member);
      if (!edit(open, member)) continue;
      open.state = codec::to_stored(member);
      snapshot.bytes = open.encoded();
      return true;
    }
  }
  return false;
}

}  // namespace loyalty::audit
