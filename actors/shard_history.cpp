// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include "actors/segment.hpp"
#include "actors/shard.hpp"
#include "api/errors.hpp"

/// How messages come to the past of their entity: what is at hand, else what the store has.
namespace loyalty::actors {
namespace {

/// Who repeats a call mostly repeats one of the last: its record is looked for among so many
/// records at the end of the history, and then among more and more.
constexpr std::uint64_t newest_records = 128;
constexpr std::uint64_t more_records = 8;  // times

/// The record with this key, one of so many stored ones, as all the history that is needed; null
/// when it is not found, whatever the reason: then the whole history tells.
std::shared_ptr<const History> find_key(persistence::Store& store, persistence::ShardId shard,
                                        const std::string& entity, std::uint64_t records,
                                        std::string_view key) {
  for (std::uint64_t among = newest_records; among < records; among *= more_records) {
    auto found = std::make_shared<History>();
    const auto look = [&](const persistence::Segment& segment) {
      auto unpacked = unpack_segment(segment.bytes);
      if (!unpacked) return false;
      found->bytes = {*std::move(unpacked)};
      std::vector<RecordView> inside;
      if (!records_of_segment(found->bytes.front(), inside)) return false;
      const auto record = std::ranges::find(inside, key, &RecordView::key);
      if (record != inside.end()) found->records = {*record};
      return found->records.empty();
    };
    if (!store.history_from(shard, entity, records - among + 1, look)) return nullptr;
    if (!found->records.empty()) return found;
  }
  return nullptr;
}

}  // namespace

// Most calls that come twice come twice within a moment: their record is at hand still.
bool Shard::answer_from_tail(Work& work, const Slot& slot) {
  const auto* call = get_if<api::Call>(&work.task);
  if (call == nullptr || call->key.empty() || work.record) return false;
  for (auto stored = slot.tail.rbegin(); stored != slot.tail.rend(); ++stored) {
    const auto record = decode_record(stored->bytes);
    if (!record || record->key != call->key) continue;
    work.answer = repeated_answer(work, *record);
    work.needs_history = false;
    return true;
  }
  return false;
}

void Shard::read_history(WorkPtr work, Slot& slot) {
  ++slot.busy;
  const auto left = std::make_shared<std::vector<TailRecord>>();
  slot.readers.push_back(left);
  const Entity& entity = slot.actor->entity();
  const auto* call = get_if<api::Call>(&work->task);
  std::string key = call != nullptr && entity.may_know(call->key) ? call->key : std::string();
  services_.lane.read(
      [this, left, key = std::move(key), stored = entity.records() - slot.tail.size(),
       shared = std::make_shared<WorkPtr>(std::move(work))](persistence::Store& store) {
        const std::string& name = (*shared)->entity;
        if (auto found = key.empty() ? nullptr : find_key(store, id(), name, stored, key)) {
          services_.post([this, left, shared, found = std::move(found)]() mutable {
            Slot& now = end_reading(**shared, left);
            (*shared)->history = std::move(found);
            deliver(std::move(*shared), now);
          });
          return;
        }
        std::vector<std::string> segments;
        const auto read = store.history(id(), name, [&](const persistence::Segment& s) {
          segments.push_back(s.bytes);
          return true;
        });
        services_.post([this, left, shared, segments = std::move(segments),
                        fault = read ? std::string() : read.error().message]() mutable {
          Slot& now = end_reading(**shared, left);
          history_read(std::move(*shared), now, std::move(segments), std::move(*left), fault);
        });
      });
}

Slot& Shard::end_reading(const Work& work, const std::shared_ptr<std::vector<TailRecord>>& left) {
  Slot& slot = *table_.find(work.entity);
  std::erase(slot.readers, left);
  --slot.busy;
  return slot;
}

void Shard::history_read(WorkPtr work, Slot& slot, std::vector<std::string> segments,
                         std::vector<TailRecord> left, const std::string& fault) {
  if (!fault.empty()) {
    without_history(std::move(work), slot, fault);
    return;
  }
  // What was snapshotted before the read began is in the segments, what was since has left the
  // tail meanwhile, and the rest is there: they may overlap, and have no gap.
  auto history = std::make_shared<History>();
  bool good = true;
  for (const auto& segment : segments) {
    auto unpacked = unpack_segment(segment);
    good = good && unpacked.has_value();
    if (unpacked) history->bytes.push_back(*std::move(unpacked));
  }
  const std::size_t tail_begin = history->bytes.size();
  for (auto& record : left) history->bytes.push_back(std::move(record.bytes));
  for (const auto& record : slot.tail) history->bytes.push_back(record.bytes);
  std::vector<RecordView> found;
  for (std::size_t i = 0; i < tail_begin; ++i) {
    good = good && records_of_segment(history->bytes[i], found);
  }
  for (std::size_t i = tail_begin; i < history->bytes.size(); ++i) {
    const auto record = decode_record(history->bytes[i]);
    good = good && record.has_value();
    if (record) found.push_back(*record);
  }
  std::map<std::uint64_t, RecordView> by_number;
  for (const auto& record : found) by_number.emplace(record.number, record);
  // A store that went back has gaps until it is mended; half a history is none.
  good = good && (by_number.empty() || by_number.rbegin()->first == by_number.size()) &&
         by_number.size() >= slot.actor->entity().records();
  if (!good) {
    without_history(std::move(work), slot, "a record cannot be read");
    return;
  }
  for (const auto& [number, record] : by_number) history->records.push_back(record);
  work->history = std::move(history);
  deliver(std::move(work), slot);
}

void Shard::without_history(WorkPtr work, Slot& slot, const std::string& fault) {
  services_.log("history of " + work->entity + ": " + fault);
  auto* call = get_if<api::Call>(&work->task);
  if (call == nullptr || !holds_alternative<api::Subscribe>(call->operation)) {
    refuse(*work, api::unavailable("the history cannot be read"));
    return;
  }
  // It has its answer, and is still to hear of the past, for as long as it is there.
  if (lost()) return;
  ++slot.busy;
  const std::weak_ptr<api::Peer> listener = std::exchange(call->reply.peer, nullptr);
  services_.later([this, listener, shared = std::make_shared<WorkPtr>(std::move(work))] {
    Slot& place = *table_.find((*shared)->entity);
    --place.busy;
    auto& reply = get<api::Call>((*shared)->task).reply;
    reply.peer = listener.lock();
    if (reply.peer) read_history(std::move(*shared), place);
  });
}

}  // namespace loyalty::actors
