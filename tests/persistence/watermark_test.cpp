// SPDX-License-Identifier: Apache-2.0
#include "persistence/watermark.hpp"

#include <gtest/gtest.h>

#include "persistence/watermark_keeper.hpp"
#include "tests/persistence/scratch_directory.hpp"

namespace loyalty::persistence {
namespace {

class WatermarkFile : public testing::Test {
 protected:
  Watermark read() {
    const auto found = read_watermark(file_);
    EXPECT_TRUE(found);
    return found && *found ? **found : Watermark{};
  }
  ScratchDirectory scratch_;
  const std::filesystem::path file_ = scratch_ / "watermark";
  const Watermark example_ = {{1, 2}, {}, {~std::uint64_t{0}, 7}};
};

TEST_F(WatermarkFile, ComesBackAsItWasWritten) {
  ASSERT_TRUE(write_watermark(file_, example_));
  EXPECT_EQ(read(), example_);
  ASSERT_TRUE(write_watermark(file_, Watermark(1)));
  EXPECT_EQ(read(), Watermark(1));
}

TEST_F(WatermarkFile, AMissingFileIsNotDamage) {
  const auto found = read_watermark(file_);
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST_F(WatermarkFile, AnyChangedByteIsDamage) {
  ASSERT_TRUE(write_watermark(file_, example_));
  const std::string good = read_file(file_);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] ^= 0x10;
    write_file(file_, bad);
    const auto found = read_watermark(file_);
    ASSERT_FALSE(found) << at;
    EXPECT_EQ(found.error().kind, StoreFault::Kind::damaged);
    write_file(file_, good.substr(0, at));
    EXPECT_FALSE(read_watermark(file_)) << at;
  }
}

TEST_F(WatermarkFile, AFolderThatIsNotThereIsUnavailable) {
  const auto written = write_watermark(scratch_ / "nowhere/watermark", example_);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, StoreFault::Kind::unavailable);
}

TEST_F(WatermarkFile, TheKeeperSavesAtTheEnd) {
  {
    WatermarkKeeper keeper(file_, Watermark(3), [] { return true; });
    for (std::uint64_t i = 1; i <= 5000; ++i) keeper.advance(1, {i, i * 2}, 1);
  }
  EXPECT_EQ(read(), (Watermark{{}, {5000, 10000}, {}}));
}

TEST_F(WatermarkFile, TheKeeperPromisesNothingThatIsNotDurable) {
  {
    WatermarkKeeper(file_, Watermark(3), [] { return false; }).advance(1, {5, 6}, 1);
  }
  EXPECT_FALSE(std::filesystem::exists(file_));
}

}  // namespace
}  // namespace loyalty::persistence
