// SPDX-License-Identifier: Apache-2.0
#include "actors/entity_key.hpp"
#include "actors/report_book.hpp"
#include "actors/report_scan.hpp"
#include "actors/segment.hpp"
#include "persistence/block.hpp"
#include "tests/actors/node_fixture.hpp"
#include "tests/actors/shard_fixture.hpp"

/// What shards keep for reports, and how a node answers from it.
namespace loyalty::actors {
namespace {

using domain::ReportMeasure;
using domain::ReportTable;

class Reports : public NodeTest {
 protected:
  /// Of the only line, "points.0.issued" and the like.
  std::int64_t of_total(const std::string& path) {
    const auto found = number_at(must("program_report", {}).body, path);
    EXPECT_TRUE(found) << path;
    return found.value_or(-1);
  }
  void buy(const std::string& member, int times) {
    for (int i = 0; i < times; ++i) {
      must("purchase",
           {{"member", member}, {"key", "p" + std::to_string(bought_++)}, {"amount", 1000}});
    }
  }
  int bought_ = 0;
};

TEST_F(Reports, AddUpAllShards) {
  start();
  for (int i = 0; i < 12; ++i) {
    enroll("m" + std::to_string(i));
    buy("m" + std::to_string(i), i % 3 + 1);
  }
  EXPECT_EQ(of_total("members.members"), 12);
  const auto outstanding = must("outstanding_points", {});
  EXPECT_EQ(number_at(outstanding.body, "members"), 12);
}

TEST_F(Reports, SurviveARestartAtAnyTime) {
  start();
  enroll("ada");
  for (int i = 0; i < 6; ++i) {
    buy("ada", 40);  // sometimes behind a snapshot, sometimes not
    const auto before = must("program_report", {{"by", "category_partner"}}).body;
    restart();
    EXPECT_EQ(must("program_report", {{"by", "category_partner"}}).body, before);
  }
}

TEST_F(Reports, AreMadeAnewWhenThatIsAskedFor) {
  start();
  enroll("ada");
  buy("ada", 120);
  const auto before = must("program_report", {{"by", "tier"}}).body;
  options.rebuild_reports = true;
  restart();
  EXPECT_EQ(must("program_report", {{"by", "tier"}}).body, before);
  options.rebuild_reports = false;
  buy("ada", 1);
  const auto after = must("program_report", {{"by", "tier"}}).body;
  restart();
  EXPECT_EQ(must("program_report", {{"by", "tier"}}).body, after);
}

TEST_F(Reports, WaitForWhatTheyTellToBeDurable) {
  start();
  enroll("ada");
  store_.hold_commits();
  send("purchase", {{"member", "ada"}, {"key", "1"}, {"amount", 5000}});
  store_.wait_for_held_commit();
  const auto report = send("program_report", {});
  must("ping", {});
  EXPECT_FALSE(peer_->has_reply(report));
  store_.let_commits_pass();
  EXPECT_TRUE(holds_alternative<api::Result>(peer_->reply(report).outcome));
}

TEST_F(Reports, AreRefusedForWhatIsNone) {
  start();
  EXPECT_EQ(code_of("program_report", {{"from", "soon"}}), "INVALID_PARAM");
  EXPECT_EQ(code_of("outstanding_points", {{"program", "nowhere"}}), "UNKNOWN_PROGRAM");
  EXPECT_EQ(code_of("expiry_forecast", {{"currency", "gold"}}), "UNKNOWN_CURRENCY");
}

// --- the book ------------------------------------------------------------------------------------

domain::ReportKey day(std::int64_t when, std::string category = {}) {
  return {.table = ReportTable::activity, .when = when, .text = std::move(category)};
}

/// A journal of counts by hand.
struct Bookkeeping {
  ReportBook book;
  std::uint64_t newest = 0;
  std::vector<std::pair<std::uint64_t, std::string>> journal;

  void add(const domain::ReportKey& key, std::int64_t amount) {
    domain::ReportCounts counts;
    counts.add({.table = key.table,
                .first = key.first,
                .second = key.second,
                .third = key.third,
                .text = counts.text(key.text),
                .when = key.when,
                .amount = amount});
    book.add("shop", counts);
  }
  void close() {
    book.close([this](std::string record) {
      journal.emplace_back(++newest, std::move(record));
      return newest;
    });
  }
};

domain::ReportRows all_rows(const ReportBook& book) {
  domain::ReportRows rows;
  for (const auto& [piece, some] : book.pieces("shop")) rows.add(some);
  return rows;
}

TEST(ReportBook, CountsEverythingOnceWhateverWasSavedWhen) {
  for (std::uint64_t saved_at = 1; saved_at <= 20; ++saved_at) {
    Bookkeeping at;
    at.book.begin();
    std::map<std::string, persistence::Snapshot> pinned;
    for (std::uint64_t i = 1; i <= 20; ++i) {
      at.add(day(static_cast<std::int64_t>(i) * 20), 1);
      at.add(day(0), static_cast<std::int64_t>(i));
      at.close();
      at.book.advance(i);
      if (i != saved_at && i != saved_at + 7) continue;
      persistence::Commit commit;
      at.book.save(commit, i);
      EXPECT_EQ(at.book.unsaved_since(), UINT64_MAX);
      for (const auto& snapshot : commit.snapshots) pinned[snapshot.entity] = snapshot;
    }
    ReportBook again;
    for (const auto& [entity, snapshot] : pinned) ASSERT_TRUE(again.restore(snapshot));
    EXPECT_TRUE(again.complete());
    for (const auto& [position, bytes] : at.journal) {
      ASSERT_TRUE(again.replay(position, *decode_record(bytes)));
    }
    EXPECT_EQ(all_rows(again), all_rows(at.book)) << saved_at;
  }
}

TEST(ReportBook, AddsToItsPiecesOnlyWhatIsShipped) {
  Bookkeeping at;
  at.add(day(1), 1);
  at.close();
  at.add(day(1), 10);
  at.close();
  at.book.advance(1);
  EXPECT_EQ(all_rows(at.book).all().at(day(1)).of(ReportMeasure::activities), 1);
  EXPECT_EQ(at.book.unsaved_since(), 1U);
  at.book.advance(2);
  EXPECT_EQ(all_rows(at.book).all().at(day(1)).of(ReportMeasure::activities), 11);
}

TEST(ReportBook, LosesNothingWhereItForgetsRowsThatManyGroupsHad) {
  Bookkeeping at;
  domain::ReportRows expected;
  const auto add = [&](std::int64_t when) {
    at.add(day(when), when);
    expected.add(day(when), ReportMeasure::activities, when);
  };
  for (int round = 0; round < 4; ++round) {
    for (std::int64_t when = 1; when < 700; ++when) add(1'000 * round + when);
    at.close();
    add(5);  // shipped later, while the book forgets
    at.close();
    at.book.advance(at.newest - 1);
    add(6);
  }
  at.close();
  at.book.advance(at.newest);
  EXPECT_EQ(all_rows(at.book), expected);
  EXPECT_EQ(at.book.unsaved_since(), 1U);
}

TEST(ReportBook, WritesMonthsThatAreOverNoMore) {
  Bookkeeping at;
  at.book.begin();
  at.add(day(10), 1);
  at.add(day(100), 1);
  at.close();
  at.book.advance(1);
  persistence::Commit first;
  at.book.save(first, 1);
  EXPECT_EQ(first.snapshots.size(), 3U);  // and the root
  at.add(day(100), 1);
  at.close();
  at.book.advance(2);
  persistence::Commit second;
  at.book.save(second, 2);
  ASSERT_EQ(second.snapshots.size(), 1U);
  EXPECT_EQ(second.snapshots[0].entity, "r:shop:m23643");
  at.add(day(10), 5);  // a timer that is late
  at.close();
  at.book.advance(3);
  EXPECT_EQ(all_rows(at.book).all().at(day(10)).of(ReportMeasure::activities), 6);
}

TEST(ReportBook, TellsAThousandCategoriesOfAMonthApart) {
  Bookkeeping at;
  const int most = static_cast<int>(domain::max_report_categories);
  for (int i = 0; i < most + 50; ++i) at.add(day(5, "c" + std::to_string(i)), 1);
  at.add(day(5), 1);
  at.close();
  at.book.advance(1);
  const auto rows = all_rows(at.book);
  EXPECT_EQ(rows.all().size(), domain::max_report_categories + 2);
  EXPECT_EQ(rows.all().at(day(5, domain::other_categories)).of(ReportMeasure::activities), 50);
}

TEST(ReportBook, RefusesWhatIsNoPiece) {
  ReportBook book;
  EXPECT_FALSE(book.restore({"r:shop:q7", 1, "\x92\x01\x90", true}));
  EXPECT_FALSE(book.restore({"r:shop:m7", 1, "\x92\x01\x91\x05", true}));
  EXPECT_TRUE(book.restore({"r:shop:m7", 1, "\x92\x01\x90", true}));
}

TEST(ReportBook, IsMadeAnewWhereThereIsNoneOfThisVersion) {
  EXPECT_FALSE(ReportBook().complete());
  ReportBook older;
  EXPECT_TRUE(older.restore({report_root, 1, std::string("\x92\x00\x90", 3), true}));
  EXPECT_TRUE(older.restore({"r:shop:m7", 1, std::string("\x92\x00\x90", 3), true}));
  EXPECT_FALSE(older.complete());
  domain::ReportRows rows;
  rows.add(day(5), ReportMeasure::activities, 2);
  older.replace({{"shop", rows}});
  EXPECT_TRUE(older.complete());
  persistence::Commit commit;
  older.save(commit, 3);
  EXPECT_EQ(commit.snapshots.size(), 3U) << "the root, the new piece, and the old one, empty";
  EXPECT_EQ(all_rows(older), rows);
}

// --- the shard -----------------------------------------------------------------------------------

class ShardReports : public ShardTest {
 protected:
  /// What the store holds by now: reports as a server that starts finds them, and the scan.
  void expect_reports_to_be_right() {
    ReportBook book;
    const auto pinned = store_.pinned(0);
    ASSERT_TRUE(pinned);
    for (const auto& snapshot : *pinned) {
      const bool is_ours = type_of(snapshot.entity) == EntityType::report;
      ASSERT_TRUE(!is_ours || book.restore(snapshot));
    }
    std::vector<persistence::Block> blocks;
    (void)store_.blocks(0, store_.owner(0)->checkpoint, [&](const persistence::Block& block) {
      blocks.push_back(block);
      return true;
    });
    ReportScan scan;
    scan.version = [this](std::string_view, std::uint32_t) { return &program()->catalogue; };
    scan.log = [](const std::string& line) { ADD_FAILURE() << line; };
    for (const auto& block : blocks) {
      const auto parsed =
          persistence::parse_block(0, persistence::announced_previous(block), block);
      ASSERT_TRUE(parsed);
      std::uint64_t position = parsed->first_position;
      for (const auto bytes : parsed->records) {
        const auto record = decode_record(bytes);
        if (type_of(record->entity) == EntityType::report) {
          ASSERT_TRUE(book.replay(position, *record));
        } else {
          scan.tails[std::string(record->entity)].push_back(bytes);
        }
        ++position;
      }
    }
    const auto told = scan_reports(store_, 0, scan);
    ASSERT_TRUE(told);
    const auto shop = told->find("shop");
    EXPECT_EQ(all_rows(book), shop == told->end() ? domain::ReportRows{} : shop->second);
  }
};

TEST_F(ShardReports, EqualAFullScanAfterEveryWrite) {
  start();
  for (const std::string member : {"ada", "ben", "cleo"}) {
    send("enroll_member", member, {{"key", "enroll"}});
  }
  for (int i = 0; i < 700; ++i) {
    send("purchase", i % 3 == 0 ? "ada" : "ben", {{"key", std::to_string(i)}, {"amount", 500}});
    if (i % 50 == 0) settle_without_store();
  }
  // Each write by itself: whatever is durable then is what a server would find after a kill.
  int writes = 0;
  bool more = true;
  while (more) {
    settle_without_store();
    more = lane_.do_read();
    if (lane_.do_commit()) {
      ++writes;
      more = true;
      expect_reports_to_be_right();
    }
  }
  EXPECT_GT(writes, 2);
}

}  // namespace
}  // namespace loyalty::actors
