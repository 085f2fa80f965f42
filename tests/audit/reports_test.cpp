// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "actors/entity_key.hpp"
#include "audit/verify.hpp"
#include "persistence/memory_store.hpp"
#include "tests/audit/shop_node.hpp"
#include "tests/audit/store_image.hpp"

/// What is kept for reports is compared with a full scan of the histories.
namespace loyalty::audit {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// A store that a node has left behind, with everything in snapshots.
StoreImage lived() {
  const auto store = persistence::make_memory_store(2);
  ShopNode node(*store, 4);
  live(node, {.seed = 5, .steps = 200, .restarts = 2});
  node.stop();
  StoreImage image(*store);
  image.trim_all();
  return image;
}

std::vector<std::string> findings(StoreImage& image) {
  std::vector<std::string> lines;
  const auto report = verify(image, {});
  EXPECT_TRUE(report);
  for (const auto& finding : report->findings) lines.push_back(to_string(finding));
  return lines;
}

/// Calls `edit` with the bytes of pieces until it says that it has changed one.
bool edit_piece(StoreImage& image, const std::function<bool(std::string&)>& edit) {
  for (auto& shard : image.content) {
    for (auto& [entity, snapshot] : shard.snapshots) {
      if (actors::type_of(entity) == actors::EntityType::report && entity != actors::report_root &&
          edit(snapshot.bytes)) {
        return true;
      }
    }
  }
  return false;
}

TEST(KeptReports, AreRightHoweverTheStoreWasUsed) {
  auto image = lived();
  EXPECT_THAT(findings(image), testing::IsEmpty());
}

TEST(KeptReports, ThatWereChangedAreFound) {
  auto image = lived();
  ASSERT_TRUE(edit_piece(image, [](std::string& bytes) {
    const auto last = static_cast<unsigned char>(bytes.back());
    if (last >= 0x7e || bytes.size() < 20) return false;
    bytes.back() = static_cast<char>(last + 1);
    return true;
  }));
  EXPECT_THAT(findings(image), Contains(HasSubstr("I20")));
}

TEST(KeptReports, ThatCannotBeReadAreFound) {
  auto image = lived();
  ASSERT_TRUE(edit_piece(image, [](std::string& bytes) {
    bytes.pop_back();
    return true;
  }));
  EXPECT_THAT(findings(image), Contains(HasSubstr("sums that can be read")));
}

TEST(KeptReports, ThatAreMissingAreFound) {
  auto image = lived();
  for (auto& shard : image.content) shard.snapshots.erase(actors::report_root);
  EXPECT_THAT(findings(image), Contains(HasSubstr("a server makes them when it starts")));
}

}  // namespace
}  // namespace loyalty::audit
