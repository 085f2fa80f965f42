// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "persistence/rocksdb_store.hpp"
#include "tests/audit/edits.hpp"
#include "tests/audit/shop_node.hpp"
#include "tests/cli/run_loyalty.hpp"
#include "tests/persistence/scratch_directory.hpp"

/// The command lines of `loyalty verify` and `loyalty export`, on stores on disk.
namespace loyalty::audit {
namespace {

using cli::run_loyalty;
using testing::HasSubstr;
using testing::StartsWith;

class CommandsTest : public testing::Test {
 protected:
  CommandsTest() {
    const auto store = open();
    ShopNode node(*store, 4);
    live(node, {.seed = 31});
  }

  std::unique_ptr<persistence::Store> open() {
    auto store = persistence::open_rocksdb_store(
        directory_, {.durability = persistence::Durability::relaxed, .shards = 2});
    if (!store) {
      ADD_FAILURE() << store.error().message;
      return nullptr;
    }
    return std::move(*store);
  }

  /// Writes a snapshot with another balance, with all checksums in order.
  void forge() {
    const auto store = open();
    StoreImage image(*store);
    ASSERT_TRUE(edit_member_snapshot(image, [](OpenSnapshot&, domain::Member& member) {
      if (member.purses.empty()) return false;
      member.purses.front().available += domain::Points{1000};
      return true;
    }));
    for (persistence::ShardId shard = 0; shard < store->shards(); ++shard) {
      const auto owner = *store->claim(shard, store->owner(shard)->fence, {1, 2}, 1);
      persistence::Commit commit{.shard = shard, .fence = owner.fence, .expected = owner.head};
      for (const auto& [name, snapshot] : image.content[shard].snapshots) {
        commit.snapshots.push_back(snapshot);
      }
      const auto results = store->commit({&commit, 1});
      ASSERT_EQ(results.front().status, persistence::CommitStatus::ok) << results.front().detail;
      ASSERT_TRUE(store->release(shard, owner.fence));
    }
  }

  persistence::ScratchDirectory scratch_;
  std::filesystem::path directory_ = scratch_ / "store";
  std::string url_ = "rocksdb:" + directory_.string();
};

TEST_F(CommandsTest, VerifySaysThatEverythingHolds) {
  const auto text = run_loyalty({"verify", "--store", url_});
  EXPECT_EQ(text.code, cli::exit_ok) << text.out << text.err;
  EXPECT_THAT(text.out, HasSubstr("program shop, version 2, 8 members"));
  EXPECT_THAT(text.out, HasSubstr("ok: everything holds\n"));

  const auto json = run_loyalty({"verify", "--store", url_, "--json"});
  EXPECT_EQ(json.code, cli::exit_ok);
  const auto report = cli::parse_json(json.out);
  ASSERT_TRUE(report) << report.error();
  EXPECT_TRUE((*report)["ok"].flag());
  EXPECT_EQ((*report)["shards"].number(), 2);
  EXPECT_TRUE((*report)["findings"].items().empty());
  EXPECT_EQ((*report)["programs"].items().front()["program"].text(), "shop");
}

TEST_F(CommandsTest, VerifyNamesWhatDoesNotHold) {
  forge();
  const auto text = run_loyalty({"verify", "--store", url_});
  EXPECT_EQ(text.code, cli::exit_failed);
  EXPECT_THAT(text.out, HasSubstr("I9 shard "));
  EXPECT_THAT(text.out, HasSubstr("expected lots that sum to the balance"));

  const auto json = run_loyalty({"verify", "--store", url_, "--json"});
  EXPECT_EQ(json.code, cli::exit_failed);
  const auto report = cli::parse_json(json.out);
  ASSERT_TRUE(report) << report.error();
  EXPECT_FALSE((*report)["ok"].flag());
  EXPECT_THAT((*report)["findings"].items().front()["entity"].text(), StartsWith("m:shop:"));
}

TEST_F(CommandsTest, VerifyChangesNothing) {
  const auto first = run_loyalty({"export", "--store", url_});
  ASSERT_EQ(run_loyalty({"verify", "--store", url_}).code, cli::exit_ok);
  EXPECT_EQ(run_loyalty({"export", "--store", url_}).out, first.out);
}

TEST_F(CommandsTest, AStoreInUseIsNotRead) {
  const auto held = open();
  for (const char* command : {"verify", "export"}) {
    const auto ran = run_loyalty({command, "--store", url_});
    EXPECT_EQ(ran.code, cli::exit_not_available);
    EXPECT_THAT(ran.err, HasSubstr("stop it first, or look at a copy"));
    EXPECT_EQ(ran.out, "");
  }
}

TEST_F(CommandsTest, AStoreThatCannotBeOpenedIsDamaged) {
  std::filesystem::resize_file(directory_ / "CURRENT", 0);
  EXPECT_EQ(run_loyalty({"verify", "--store", url_}).code, cli::exit_damaged);
  EXPECT_EQ(run_loyalty({"export", "--store", url_}).code, cli::exit_damaged);
}

TEST_F(CommandsTest, NoStoreIsMadeWhereThereIsNone) {
  const auto nowhere = scratch_ / "nowhere";
  const auto ran = run_loyalty({"verify", "--store", "rocksdb:" + nowhere.string()});
  EXPECT_EQ(ran.code, cli::exit_not_available);
  EXPECT_THAT(ran.err, HasSubstr("no store at"));
  EXPECT_FALSE(std::filesystem::exists(nowhere));
}

TEST_F(CommandsTest, OtherStoresAreAMistake) {
  for (const char* url : {"memory", "paper:cards"}) {
    EXPECT_EQ(run_loyalty({"verify", "--store", url}).code, cli::exit_usage) << url;
    EXPECT_EQ(run_loyalty({"export", "--store", url}).code, cli::exit_usage) << url;
  }
}

TEST_F(CommandsTest, ExportWritesJsonLinesToAFileOrToStandardOutput) {
  const auto printed = run_loyalty({"export", "--store", url_});
  EXPECT_EQ(printed.code, cli::exit_ok) << printed.err;
  EXPECT_THAT(printed.out, StartsWith("{\"format\":\"loyalty-export\",\"version\":1}\n"
                                      "{\"entity\":\"program\",\"program\":\"shop\",\"state\":"));
  std::size_t begin = 0;
  while (begin < printed.out.size()) {
    const std::size_t end = printed.out.find('\n', begin);
    ASSERT_NE(end, std::string::npos);
    ASSERT_TRUE(cli::parse_json(printed.out.substr(begin, end - begin)));
    begin = end + 1;
  }
  const auto file = scratch_ / "lines";
  const auto written = run_loyalty({"export", "--store", url_, "--output", file.string()});
  EXPECT_EQ(written.code, cli::exit_ok) << written.err;
  EXPECT_EQ(written.out, "");
  EXPECT_EQ(persistence::read_file(file), printed.out);
}

TEST_F(CommandsTest, ExportLeavesNoHalfAFileBehind) {
  const auto nowhere = (scratch_ / "no" / "such").string();
  EXPECT_EQ(run_loyalty({"export", "--store", url_, "--output", nowhere}).code, cli::exit_failed);
  const auto file = scratch_ / "lines";
  std::filesystem::resize_file(directory_ / "CURRENT", 0);
  EXPECT_NE(run_loyalty({"export", "--store", url_, "--output", file.string()}).code, cli::exit_ok);
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace loyalty::audit
