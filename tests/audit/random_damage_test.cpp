// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <random>

#include "actors/entity_key.hpp"
#include "audit/verify.hpp"
#include "codec/stored.hpp"
#include "persistence/memory_store.hpp"
#include "tests/audit/edits.hpp"
#include "tests/audit/shop_node.hpp"

/// A thousand random edits of good stores, each with all checksums and chains made anew: all are
/// found.
namespace loyalty::audit {
namespace {

using namespace domain;

/// One of many, by a number that is drawn beforehand.
class Pick {
 public:
  explicit Pick(std::uint64_t seed) : bits_(seed) {}
  std::size_t below(std::size_t end) {
    const auto drawn = static_cast<std::size_t>(bits_() % end);
    trail_ += " " + std::to_string(drawn) + "/" + std::to_string(end);
    return drawn;
  }
  /// What was drawn since it was asked last: tells which edit it was.
  std::string trail() { return std::exchange(trail_, {}); }

 private:
  std::mt19937_64 bits_;
  std::string trail_;
};

/// Changes one record so that something it says cannot be true. False: this one cannot take it.
using RecordEdit = std::function<bool(OpenRecord&)>;

const std::vector<RecordEdit>& record_edits() {
  static const std::vector<RecordEdit> edits{
      [](OpenRecord& r) { return ++r.record.number > 0; },
      [](OpenRecord& r) { return r.record.number-- > 1; },
      [](OpenRecord& r) { return ++r.record.first_sequence > 0; },
      [](OpenRecord& r) { return r.entity.front() == 'm' && (r.record.version += 50) > 0; },
      [](OpenRecord& r) { return !std::exchange(r.record.key, {}).empty(); },
      [](OpenRecord& r) {
        const bool named = r.record.key.empty();
        r.record.key = "invented";
        return named;
      },
      [](OpenRecord& r) {
        if (r.record.kind == actors::OutcomeKind::none) return false;
        r.record.kind = actors::OutcomeKind::none;
        return true;
      },
      [](OpenRecord& r) {
        if (r.record.kind == actors::OutcomeKind::none) return false;
        r.record.outcome = "\xc0";
        return true;
      },
      [](OpenRecord& r) {
        r.record.facts.pop_back();
        return !r.record.facts.empty();
      },
      [](OpenRecord& r) {  // one fact less
        auto facts = r.facts();
        // What came by itself, and says nothing to anybody later, was not there for sure.
        if (facts.empty() || r.record.kind == actors::OutcomeKind::none) return false;
        facts.erase(facts.begin());
        r.set_facts(facts);
        return true;
      },
      [](OpenRecord& r) {  // one fact twice
        auto facts = r.facts();
        if (facts.empty() || r.record.kind == actors::OutcomeKind::none) return false;
        facts.insert(facts.begin(), facts.front());
        r.set_facts(facts);
        return true;
      },
      [](OpenRecord& r) {  // too early
        auto facts = r.facts();
        if (facts.empty() || r.record.number == 1) return false;
        facts.back().at.ms = 5;
        r.set_facts(facts);
        return true;
      },
      [](OpenRecord& r) {  // too late
        auto facts = r.facts();
        if (facts.empty()) return false;
        facts.back().at.ms += 4'000'000'000'000;
        r.set_facts(facts);
        return true;
      },
      [](OpenRecord& r) {
        return edit_fact<PointsCredited>(r, [](auto& e) { e.points += Points{1}; });
      },
      [](OpenRecord& r) {
        return edit_fact<PointsDebited>(r, [](auto& e) { e.points += Points{1}; });
      },
      [](OpenRecord& r) {
        return edit_fact<PointsDebited>(r, [](auto& e) { e.uses.back().points += Points{1}; });
      },
      [](OpenRecord& r) {
        return edit_fact<PointsExpired>(r, [](auto& e) { e.uses.back().lot += 1; });
      },
      [](OpenRecord& r) {  // a currency that nobody has
        return edit_fact<PointsCredited>(r, [](auto& e) { e.currency.number += 7; });
      },
      [](OpenRecord& r) {
        return edit_fact<PointsDebited>(r, [](auto& e) { e.currency.number += 7; });
      },
      [](OpenRecord& r) {
        return edit_fact<PointsExpired>(r, [](auto& e) { e.currency.number += 1'000'000; });
      },
      [](OpenRecord& r) {
        return edit_fact<QualifyingReset>(r, [](auto& e) { e.points += Points{1}; });
      },
      [](OpenRecord& r) {
        return edit_fact<VoucherUsed>(r, [](auto& e) { e.remaining += Money{1}; });
      },
      [](OpenRecord& r) {
        return edit_fact<PartnerLiabilityArisen>(r, [](auto& e) { e.money += Money{1}; });
      },
      [](OpenRecord& r) {
        if (r.record.owed.empty()) return false;
        get<PartnerEntry>(r.record.owed.front().effect).points += Points{1};
        return true;
      },
      [](OpenRecord& r) {
        if (r.record.owed.empty()) return false;
        r.record.owed.push_back(r.record.owed.front());
        return true;
      },
      [](OpenRecord& r) {
        if (r.record.owed.empty()) return false;
        r.record.owed.front().destination += "x";
        return true;
      },
      [](OpenRecord& r) {
        r.entity += "x";
        return r.record.number > 1;  // the first would make a member of its own
      }};
  return edits;
}

/// Not the outbox; and not what is kept for reports, which has tests of its own (reports_test.cpp).
bool is_entity(std::string_view name) { return name.front() != 'o' && name.front() != 'r'; }

/// Tries records in order from a random one on until an edit is possible.
bool edit_some(std::vector<std::string*> records, Pick& pick) {
  if (records.empty()) return false;
  const auto& edit = record_edits()[pick.below(record_edits().size())];
  const std::size_t first = pick.below(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::string& bytes = *records[(first + i) % records.size()];
    OpenRecord open = OpenRecord::of(bytes);
    if (!is_entity(open.entity) || !edit(open)) continue;
    bytes = open.encoded();
    return true;
  }
  return false;
}

bool edit_records_of_journal(StoreImage& image, Pick& pick) {
  const auto shard = static_cast<persistence::ShardId>(pick.below(image.shards()));
  auto journal = image.open(shard);
  std::vector<std::string*> records;
  for (auto& block : journal.blocks) {
    for (auto& record : block.records) records.push_back(&record);
  }
  if (!edit_some(records, pick)) return false;
  image.close(shard, journal);
  return true;
}

/// Drops or repeats one that others of its entity follow, or swaps it with the next of them.
bool reorder_journal(StoreImage& image, Pick& pick) {
  const auto shard = static_cast<persistence::ShardId>(pick.below(image.shards()));
  auto journal = image.open(shard);
  struct Spot {
    std::size_t block;
    std::size_t index;
  };
  std::map<std::string, std::vector<Spot>> spots;
  for (std::size_t b = 0; b < journal.blocks.size(); ++b) {
    for (std::size_t i = 0; i < journal.blocks[b].records.size(); ++i) {
      spots[OpenRecord::of(journal.blocks[b].records[i]).entity].push_back({b, i});
    }
  }
  std::erase_if(
      spots, [](const auto& entry) { return entry.second.size() < 2 || !is_entity(entry.first); });
  if (spots.empty()) return false;
  const auto entity =
      std::next(spots.begin(), static_cast<std::ptrdiff_t>(pick.below(spots.size())));
  const std::size_t which = pick.below(entity->second.size() - 1);
  const Spot spot = entity->second[which];
  auto& records = journal.blocks[spot.block].records;
  const auto place = records.begin() + static_cast<std::ptrdiff_t>(spot.index);
  switch (pick.below(3)) {
    case 0:
      // Before the first one that is left, the journal may have been trimmed.
      if (which == 0) return false;
      records.erase(place);
      break;
    case 1: records.insert(place, std::string(*place)); break;
    default: {
      const Spot next = entity->second[which + 1];
      std::swap(*place, journal.blocks[next.block].records[next.index]);
    }
  }
  image.close(shard, journal);
  return true;
}

bool edit_segments(StoreImage& image, Pick& pick) {
  const auto shard = static_cast<persistence::ShardId>(pick.below(image.shards()));
  auto& segments = image.content[shard].segments;
  if (segments.empty()) return false;
  const auto chosen =
      std::next(segments.begin(), static_cast<std::ptrdiff_t>(pick.below(segments.size())));
  const auto key = chosen->first;
  auto records = StoreImage::open(chosen->second);
  const std::size_t which = pick.below(records.size());
  const auto place = records.begin() + static_cast<std::ptrdiff_t>(which);
  switch (pick.below(6)) {
    case 0: segments.erase(chosen); return true;
    case 1: records.erase(place); break;
    case 2: records.insert(place, std::string(*place)); break;
    case 3:
      if (which + 1 == records.size()) return false;
      std::swap(*place, *(place + 1));
      break;
    default: {
      std::vector<std::string*> all;
      for (auto& record : records) all.push_back(&record);
      if (!edit_some(all, pick)) return false;
    }
  }
  if (records.empty()) {
    segments.erase(chosen);
  } else {
    image.close(shard, key.first, key.second, records);
  }
  return true;
}

bool edit_snapshots(StoreImage& image, Pick& pick) {
  auto& shard = image.content[pick.below(image.shards())];
  std::vector<std::string> names;
  for (const auto& [name, snapshot] : shard.snapshots) {
    if (is_entity(name)) names.push_back(name);
  }
  if (names.empty()) return false;
  auto& snapshot = shard.snapshots[names[pick.below(names.size())]];
  OpenSnapshot open = OpenSnapshot::of(snapshot.bytes);
  switch (pick.below(8)) {
    case 0: shard.snapshots.erase(std::string(snapshot.entity)); return true;
    case 1: open.records += 1; break;
    case 2: open.records -= 1; break;
    case 3: open.due_ms += 1; break;
    case 4: open.waits_for_batch = !open.waits_for_batch; break;
    case 5:
      if (open.keys.empty()) return false;
      open.keys[pick.below(open.keys.size())] += 1;
      break;
    case 6: open.keys.push_back(~std::uint64_t{0}); break;
    default: {
      if (snapshot.entity.front() != 'm') return false;
      Member member;
      codec::Reader in(open.state);
      if (!codec::read_stored(in, member)) return false;
      switch (pick.below(6)) {
        case 0: member.sequence += 1; break;
        case 1: member.last_event.ms += 1; break;
        case 2: member.exists = !member.exists; break;
        case 3: member.vouchers.push_back({.id = 3}); break;
        case 4: member.awarded.push_back({1}); break;
        default:
          if (member.purses.empty()) return false;
          member.purses[pick.below(member.purses.size())].available += Points{1};
      }
      open.state = codec::to_stored(member);
    }
  }
  snapshot.bytes = open.encoded();
  return true;
}

bool edit_surroundings(StoreImage& image, Pick& pick) {
  const auto id = static_cast<persistence::ShardId>(pick.below(image.shards()));
  auto& shard = image.content[id];
  switch (pick.below(7)) {
    case 0:
      if (shard.due.empty()) return false;
      shard.due.erase(
          std::next(shard.due.begin(), static_cast<std::ptrdiff_t>(pick.below(shard.due.size()))));
      return true;
    case 1: return shard.due.emplace(1'950'000'000'000, "m:shop:m0").second;
    case 2: shard.owner.head.chain += 1; return !shard.blocks.empty();
    case 3: shard.owner.head.position += 1; return true;
    case 4:
      if (shard.blocks.empty()) return false;
      shard.blocks.erase(std::next(shard.blocks.begin(),
                                   static_cast<std::ptrdiff_t>(pick.below(shard.blocks.size()))));
      // The first ones may be gone: they are trimmed when snapshots cover them.
      return !shard.blocks.empty() && shard.owner.checkpoint == 0;
    case 5: {
      if (shard.blocks.size() < 2) return false;
      auto journal = image.open(id);
      journal.blocks.front().epoch = shard.owner.fence.epoch + 1;
      image.close(id, journal);
      return true;
    }
    default: return shard.owner.checkpoint > 0 && shard.snapshots.erase(actors::outbox_key(id)) > 0;
  }
}

bool edit_somewhere(StoreImage& image, Pick& pick) {
  switch (pick.below(8)) {
    case 0:
    case 1: return edit_segments(image, pick);
    case 2:
    case 3: return edit_records_of_journal(image, pick);
    case 4: return reorder_journal(image, pick);
    case 5:
    case 6: return edit_snapshots(image, pick);
    default: return edit_surroundings(image, pick);
  }
}

TEST(RandomDamage, IsAlwaysFound) {
  const std::uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  constexpr int stores = 10;
  constexpr int edits_per_store = 100;
  for (int i = 0; i < stores; ++i) {
    const std::uint64_t mine =
        i < stores / 2 ? static_cast<std::uint64_t>(i) : seed + static_cast<std::uint64_t>(i);
    const auto store = persistence::make_memory_store(static_cast<persistence::ShardId>(1 + i % 3));
    {
      ShopNode node(*store, i % 4 == 0 ? 100'000 : 4);
      live(node, {.seed = mine, .steps = 80, .members = 6, .restarts = i % 3});
    }
    StoreImage good(*store);
    if (i % 2 == 1) good.trim_all();
    Pick pick(mine);
    for (int done = 0, tried = 0; done < edits_per_store; ++tried) {
      ASSERT_LT(tried, 100 * edits_per_store);
      StoreImage image = good;
      (void)pick.trail();
      if (!edit_somewhere(image, pick)) continue;
      ++done;
      const auto report = verify(image, {});
      ASSERT_TRUE(report);
      ASSERT_FALSE(report->ok) << "seed " << mine << ", store " << i << ", draws" << pick.trail();
    }
  }
}

}  // namespace
}  // namespace loyalty::audit
