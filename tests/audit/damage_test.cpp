// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "actors/entity_key.hpp"
#include "actors/outbox.hpp"
#include "audit/verify.hpp"
#include "codec/stored.hpp"
#include "persistence/memory_store.hpp"
#include "tests/audit/edits.hpp"
#include "tests/audit/shop_node.hpp"

/// Every kind of damage that leaves all checksums in order is found, and called by its name.
namespace loyalty::audit {
namespace {

using namespace domain;

class DamageTest : public testing::Test {
 protected:
  DamageTest() : store_(persistence::make_memory_store(3)) {}

  /// Everything is in the journal, nothing in snapshots.
  StoreImage journal(std::uint64_t seed = 21) {
    ShopNode node(*store_);
    live(node, {.seed = seed});
    node.stop();
    return StoreImage(*store_);
  }
  /// Most is in snapshots and segments, and the journal is trimmed.
  StoreImage history(std::uint64_t seed = 21) {
    ShopNode node(*store_, 3);
    live(node, {.seed = seed, .steps = 160, .restarts = 2});
    node.stop();
    StoreImage image(*store_);
    image.trim_all();
    return image;
  }

  static void expect(StoreImage& image, Invariant wanted) {
    const auto report = verify(image, {});
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->ok);
    std::string words;
    bool found = false;
    for (const auto& finding : report->findings) {
      words += to_string(finding) + "\n";
      found = found || finding.invariant == wanted;
    }
    EXPECT_TRUE(found) << "no " << name_of(wanted) << " in\n" << words;
  }

  std::unique_ptr<persistence::Store> store_;
};

bool is_member(const OpenRecord& open) { return open.entity.front() == 'm'; }

/// The places of two records of one member, one after the other.
struct Pair {
  std::string* first = nullptr;
  std::string* second = nullptr;
};
Pair two_of_a_member(StoreImage::OpenJournal& journal) {
  std::map<std::string, std::string*> last;
  for (auto& block : journal.blocks) {
    for (auto& bytes : block.records) {
      const OpenRecord open = OpenRecord::of(bytes);
      if (!is_member(open)) continue;
      if (open.record.number > 2 && last.count(open.entity) > 0) {
        return {last[open.entity], &bytes};
      }
      last[open.entity] = &bytes;
    }
  }
  return {};
}

TEST_F(DamageTest, ARecordThatIsMissingInTheJournal) {
  StoreImage image = journal();
  auto open = image.open(0);
  const Pair pair = two_of_a_member(open);
  ASSERT_NE(pair.first, nullptr);
  const std::string dropped = *pair.first;
  for (auto& block : open.blocks) std::erase(block.records, dropped);
  image.close(0, open);
  expect(image, Invariant::gapless);
}

TEST_F(DamageTest, ARecordThatStandsTwiceInTheJournal) {
  StoreImage image = journal();
  auto open = image.open(0);
  const Pair pair = two_of_a_member(open);
  ASSERT_NE(pair.first, nullptr);
  open.blocks.back().records.push_back(*pair.first);
  image.close(0, open);
  expect(image, Invariant::gapless);
}

TEST_F(DamageTest, RecordsThatChangedPlaces) {
  StoreImage image = journal();
  auto open = image.open(0);
  const Pair pair = two_of_a_member(open);
  ASSERT_NE(pair.first, nullptr);
  std::swap(*pair.first, *pair.second);
  image.close(0, open);
  expect(image, Invariant::gapless);
}

TEST_F(DamageTest, ABrokenChain) {
  StoreImage image = journal();
  auto& blocks = image.content[0].blocks;
  ASSERT_GT(blocks.size(), 3U);
  blocks.erase(blocks.begin() + 1);
  expect(image, Invariant::gapless);
}

TEST_F(DamageTest, AJournalThatDoesNotEndAtItsHead) {
  StoreImage image = journal();
  image.content[1].blocks.pop_back();
  expect(image, Invariant::gapless);
}

TEST_F(DamageTest, AHeadOfAnotherChain) {
  StoreImage image = journal();
  image.content[1].owner.head.chain ^= 1;
  expect(image, Invariant::gapless);
}

TEST_F(DamageTest, ADamagedShardDoesNotHideTheOthers) {
  StoreImage image = journal();
  image.content[0].damaged = true;
  image.content[2].owner.head.chain ^= 1;
  const auto report = verify(image, {});
  ASSERT_TRUE(report);
  const auto of_shard = [&](std::uint32_t shard) {
    return std::count_if(report->findings.begin(), report->findings.end(), [&](const auto& f) {
      return f.shard == shard && f.invariant == Invariant::gapless && f.entity.empty();
    });
  };
  EXPECT_GE(of_shard(0), 1);
  EXPECT_EQ(of_shard(1), 0);
  EXPECT_EQ(of_shard(2), 1);
}

TEST_F(DamageTest, EpochsThatDecrease) {
  StoreImage image = journal();
  auto open = image.open(0);
  ASSERT_GT(open.blocks.size(), 2U);
  open.blocks.back().epoch = open.blocks.front().epoch - 1;
  image.close(0, open);
  expect(image, Invariant::one_writer);
}

TEST_F(DamageTest, AnEpochBeyondTheOwners) {
  StoreImage image = journal();
  image.content[0].owner.fence.epoch = 1;
  expect(image, Invariant::one_writer);
}

TEST_F(DamageTest, AnEntityInAnotherShard) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    if (!is_member(open) || open.record.number != 1) return false;
    for (int i = 0; i < 100; ++i) {  // one of these has its home elsewhere
      open.entity = "m:shop:stray" + std::to_string(i);
      if (actors::shard_of(open.entity, 3) != 0) return true;
    }
    return false;
  }));
  expect(image, Invariant::one_writer);
}

TEST_F(DamageTest, ACreditOfMorePointsThanWereAnswered) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    return edit_fact<PointsCredited>(open, [](auto& e) { e.points += Points{1}; });
  }));
  expect(image, Invariant::answers);
}

TEST_F(DamageTest, ADebitThatItsLotsDoNotAddUpTo) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    return edit_fact<PointsDebited>(open, [](auto& e) { e.points += Points{1}; });
  }));
  expect(image, Invariant::double_entry);
}

TEST_F(DamageTest, ADebitFromALotThatIsNotNext) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    return edit_fact<PointsDebited>(open, [](auto& e) { e.uses.front().lot += 1; });
  }));
  expect(image, Invariant::lots);
}

TEST_F(DamageTest, ALotThatExpiresTwice) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    auto facts = open.facts();
    const auto expiry = std::find_if(facts.begin(), facts.end(), [](const auto& fact) {
      return holds_alternative<PointsExpired>(fact.event);
    });
    if (expiry == facts.end()) return false;
    facts.insert(expiry, *expiry);
    open.set_facts(facts);
    return true;
  }));
  expect(image, Invariant::lots);
}

TEST_F(DamageTest, PointsThatExpireBeforeTheirTime) {
  StoreImage image = journal();
  // The lots were made to live a day longer than they did.
  std::string member;
  ASSERT_TRUE(edit_journal(image,
                           [&](OpenRecord& open) {
                             for (const auto& fact : open.facts()) {
                               if (holds_alternative<PointsExpired>(fact.event))
                                 member = open.entity;
                             }
                             return false;
                           }) ||
              !member.empty());
  for (persistence::ShardId shard = 0; shard < image.shards(); ++shard) {
    auto open = image.open(shard);
    for (auto& block : open.blocks) {
      for (auto& bytes : block.records) {
        OpenRecord record = OpenRecord::of(bytes);
        auto facts = record.facts();
        for (auto& fact : facts) {
          auto* credit = get_if<PointsCredited>(&fact.event);
          if (credit == nullptr || credit->expires == never || credit->qualifying) continue;
          credit->expires.ms += 86'400'000;
        }
        if (record.entity == member) record.set_facts(facts);
        if (record.entity == member) bytes = record.encoded();
      }
    }
    image.close(shard, open);
  }
  expect(image, Invariant::time);
}

TEST_F(DamageTest, FactsOutOfTheOrderOfTime) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    auto facts = open.facts();
    if (open.record.number < 2 || facts.empty()) return false;
    facts.front().at.ms = 1;
    open.set_facts(facts);
    return true;
  }));
  expect(image, Invariant::time);
}

TEST_F(DamageTest, ARefusalWithAnEffect) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    if (!is_member(open) || open.record.kind != actors::OutcomeKind::refusal) return false;
    auto facts = open.facts();
    facts.push_back({open.record.at, PromotionLeft{}});
    open.set_facts(facts);
    return true;
  }));
  expect(image, Invariant::refusals);
}

TEST_F(DamageTest, AKeyThatWasUsedTwice) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    if (!is_member(open) || open.record.number < 2 || open.record.key.empty()) return false;
    open.record.key = "enroll";
    return true;
  }));
  expect(image, Invariant::one_key);
}

TEST_F(DamageTest, AnAnswerWithoutAKey) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    return is_member(open) && !std::exchange(open.record.key, {}).empty();
  }));
  expect(image, Invariant::one_key);
}

TEST_F(DamageTest, AVersionThatNeverWas) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    if (!is_member(open)) return false;
    open.record.version = 77;
    return true;
  }));
  expect(image, Invariant::replay);
}

TEST_F(DamageTest, AnEffectThatTheMemberDidNotState) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    if (open.record.owed.empty()) return false;
    get<PartnerEntry>(open.record.owed.front().effect).money += Money{1};
    return true;
  }));
  expect(image, Invariant::partner_ledgers);
}

TEST_F(DamageTest, AnEffectThatWasDropped) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    if (open.record.owed.empty()) return false;
    open.record.owed.clear();
    return true;
  }));
  expect(image, Invariant::effects_once);
}

TEST_F(DamageTest, APartnerThatBookedAnotherAmount) {
  StoreImage image = journal();
  ASSERT_TRUE(edit_journal(image, [](OpenRecord& open) {
    if (open.entity.front() != 'x') return false;
    std::vector<actors::Stamped<PartnerEvent>> facts;
    const std::string bytes = open.encoded();
    (void)actors::decode_facts<PartnerEvent>(*actors::decode_record(bytes),
                                             [&](Instant at, PartnerEvent event) {
                                               facts.push_back({at, std::move(event)});
                                             });
    get<PartnerEntriesBooked>(facts.front().event).entries.front().money += Money{5};
    open.record.facts = actors::encode_facts(open.record.at, facts);
    return true;
  }));
  expect(image, Invariant::partner_ledgers);
}

TEST_F(DamageTest, AMessageThatAPartnerForgot) {
  StoreImage image = journal();
  const std::string partner = "x:shop:hotel";
  const auto shard = image.home(partner);
  auto open = image.open(shard);
  std::uint64_t next = 1;
  bool dropped = false;
  for (auto& block : open.blocks) {
    std::vector<std::string> kept;
    for (const auto& bytes : block.records) {
      OpenRecord record = OpenRecord::of(bytes);
      if (record.entity == partner) {
        if (record.record.number == 2) {
          dropped = true;
          continue;
        }
        // All that follow move up, so that no number tells of it.
        record.record.number = next;
        record.record.first_sequence = next++;
      }
      kept.push_back(record.encoded());
    }
    block.records = std::move(kept);
  }
  ASSERT_TRUE(dropped);
  image.close(shard, open);
  expect(image, Invariant::effects_once);
}

TEST_F(DamageTest, ASegmentThatIsGone) {
  StoreImage image = history();
  auto& segments = image.content[0].segments;
  ASSERT_FALSE(segments.empty());
  segments.erase(segments.begin());
  expect(image, Invariant::gapless);
}

TEST_F(DamageTest, ARecordThatIsMissingInASegment) {
  StoreImage image = history();
  for (const auto& [key, segment] : image.content[0].segments) {
    auto records = StoreImage::open(segment);
    if (records.size() < 2) continue;
    records.erase(records.begin() + 1);
    image.close(0, key.first, key.second, records);
    return expect(image, Invariant::gapless);
  }
  FAIL() << "no segment of two records";
}

TEST_F(DamageTest, HistoryThatTellsAnotherStory) {
  StoreImage image = history();
  ASSERT_TRUE(edit_history(image, [](OpenRecord& open) {
    return edit_fact<TierUpgraded>(open, [](auto& e) { e.effective.days += 1; });
  }));
  expect(image, Invariant::replay);
}

TEST_F(DamageTest, HistoryThatDiffersFromTheJournal) {
  ShopNode node(*store_, 3);
  live(node, {.seed = 4});
  node.stop();
  StoreImage image(*store_);  // not trimmed: the journal has the records too
  ASSERT_TRUE(edit_history(image, [](OpenRecord& open) {
    open.record.payload += 1;  // says nothing about the state
    return true;
  }));
  expect(image, Invariant::gapless);
}

TEST_F(DamageTest, ASnapshotWithAnotherBalance) {
  StoreImage image = history();
  const auto edit = [](OpenSnapshot&, Member& member) {
    if (member.purses.empty()) return false;
    member.purses.front().available += Points{1};
    return true;
  };
  ASSERT_TRUE(edit_member_snapshot(image, edit));
  expect(image, Invariant::replay);
  expect(image, Invariant::lots);
}

TEST_F(DamageTest, ASnapshotWithANegativeBalance) {
  StoreImage image = history();
  ASSERT_TRUE(edit_member_snapshot(image, [](OpenSnapshot&, Member& member) {
    if (member.purses.empty()) return false;
    member.purses.front().available = Points{-3};
    return true;
  }));
  expect(image, Invariant::no_debt);
}

TEST_F(DamageTest, ALotWithMoreThanItEverHad) {
  StoreImage image = history();
  ASSERT_TRUE(edit_member_snapshot(image, [](OpenSnapshot&, Member& member) {
    for (auto& purse : member.purses) {
      if (purse.lots.empty()) continue;
      purse.lots.front().remaining = purse.lots.front().original + Points{1};
      return true;
    }
    return false;
  }));
  expect(image, Invariant::lots);
}

TEST_F(DamageTest, AnotherKeyFingerprint) {
  StoreImage image = history();
  ASSERT_TRUE(edit_member_snapshot(image, [](OpenSnapshot& open, Member&) {
    open.keys.back() ^= 1;
    return true;
  }));
  expect(image, Invariant::keys);
}

TEST_F(DamageTest, KeyFingerprintsOutOfOrder) {
  StoreImage image = history();
  ASSERT_TRUE(edit_member_snapshot(image, [](OpenSnapshot& open, Member&) {
    if (open.keys.size() < 2) return false;
    std::swap(open.keys.front(), open.keys.back());
    return true;
  }));
  expect(image, Invariant::keys);
}

TEST_F(DamageTest, ASnapshotThatIsGone) {
  StoreImage image = history();
  auto& snapshots = image.content[0].snapshots;
  const auto member = std::find_if(snapshots.begin(), snapshots.end(),
                                   [](const auto& entry) { return entry.first[0] == 'm'; });
  ASSERT_NE(member, snapshots.end());
  snapshots.erase(member);
  expect(image, Invariant::gapless);
}

TEST_F(DamageTest, ALedgerWithAnotherSum) {
  StoreImage image = history();
  for (auto& shard : image.content) {
    const auto found = shard.snapshots.find("x:shop:hotel");
    if (found == shard.snapshots.end()) continue;
    OpenSnapshot open = OpenSnapshot::of(found->second.bytes);
    PartnerLedger ledger;
    codec::Reader in(open.state);
    ASSERT_TRUE(codec::read_stored(in, ledger));
    ledger.periods.front().accruals += Money{100};
    open.state = codec::to_stored(ledger);
    found->second.bytes = open.encoded();
    return expect(image, Invariant::partner_ledgers);
  }
  FAIL() << "the partner has no snapshot";
}

TEST_F(DamageTest, AnOutboxThatIsGone) {
  StoreImage image = history();
  bool gone = false;
  for (persistence::ShardId shard = 0; shard < image.shards(); ++shard) {
    if (image.content[shard].owner.checkpoint == 0) continue;
    gone = image.content[shard].snapshots.erase(actors::outbox_key(shard)) > 0 || gone;
  }
  ASSERT_TRUE(gone);
  expect(image, Invariant::effects_once);
}

TEST_F(DamageTest, AnOutboxThatForgotHowFarItWas) {
  StoreImage image = history();
  bool edited = false;
  for (persistence::ShardId shard = 0; shard < image.shards(); ++shard) {
    const auto found = image.content[shard].snapshots.find(actors::outbox_key(shard));
    if (found == image.content[shard].snapshots.end()) continue;
    std::vector<actors::Outbox::Lane> lanes;
    codec::Reader in(found->second.bytes);
    ASSERT_TRUE(codec::read_stored(in, lanes));
    for (auto& lane : lanes) {
      lane.open.clear();
      lane.last_sent = {};
      edited = true;
    }
    found->second.bytes = codec::to_stored(lanes);
  }
  ASSERT_TRUE(edited);
  expect(image, Invariant::effects_once);
}

TEST_F(DamageTest, AMemberThatNobodyWillWake) {
  StoreImage image = history();
  for (auto& shard : image.content) {
    if (shard.due.empty()) continue;
    shard.due.erase(shard.due.begin());
    return expect(image, Invariant::replay);
  }
  FAIL() << "nothing is due";
}

TEST_F(DamageTest, ADueTimeOfNobody) {
  StoreImage image = history();
  image.content[1].due.emplace(1'900'000'000'000, "m:shop:ghost");
  expect(image, Invariant::replay);
}

TEST_F(DamageTest, AProgramThatIsNotPinned) {
  ShopNode node(*store_);
  live(node, {.seed = 8, .steps = 10});
  // A hundred records make a snapshot of the program.
  for (int i = 0; i < 110; ++i) node.must("run_batch", {{"key", "b" + std::to_string(i)}});
  node.stop();
  StoreImage image(*store_);
  auto& snapshots = image.content[image.home("p:shop")].snapshots;
  ASSERT_EQ(snapshots.count("p:shop"), 1U);
  snapshots["p:shop"].pinned = false;
  expect(image, Invariant::replay);
}

}  // namespace
}  // namespace loyalty::audit
