// SPDX-License-Identifier: Apache-2.0
#include "persistence/log_frame.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace loyalty::persistence {
namespace {

constexpr LogIdentity log{.number = 12, .nonce = 0xFEED};
constexpr LogIdentity older{.number = 9, .nonce = 0xBEEF};

/// A file as a log writes it: each frame over the zeros that the one before left behind it.
class File {
 public:
  explicit File(std::size_t size) : bytes_(size, '\0') {}

  File& write(const LogIdentity& identity, std::string_view payload) {
    std::string frame;
    make_log_frame(frame, identity, synced_, payload);
    begins_.push_back(end_);
    bytes_.replace(end_, frame.size(), frame);
    end_ += frame.size() - log_frame_header;
    return *this;
  }
  File& sync() {
    synced_ = end_;
    return *this;
  }
  /// What a log that is not needed any more becomes.
  File& reuse() {
    bytes_.replace(0, log_frame_header, log_frame_header, '\0');
    begins_.clear();
    end_ = synced_ = 0;
    return *this;
  }
  File& lose(std::size_t at, std::size_t size) {
    bytes_.replace(at, size, size, '\0');
    return *this;
  }
  File& flip(std::size_t at) {
    bytes_[at] = static_cast<char>(bytes_[at] ^ 0x10);
    return *this;
  }
  File& cut(std::size_t size) {
    bytes_.resize(size);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }
  std::size_t begin(std::size_t frame) const { return begins_.at(frame); }
  std::size_t end() const { return end_; }

 private:
  std::string bytes_;
  std::vector<std::size_t> begins_;
  std::size_t end_ = 0;
  std::size_t synced_ = 0;
};

File three_frames() {
  File file(1000);
  return file.write(log, "one,").sync().write(log, "two,").sync().write(log, "three").sync();
}

void expect_read(const File& file, std::string_view bytes, bool damaged) {
  const auto read = read_framed_log(file.bytes(), log.number);
  EXPECT_EQ(read.bytes, bytes);
  EXPECT_EQ(read.damaged, damaged);
}

TEST(LogFrame, AFileHoldsWhatItsFramesHold) {
  expect_read(three_frames(), "one,two,three", false);
  expect_read(File(1000).write(log, ""), "", false);
  expect_read(File(1000), "", false);
  expect_read(File(0), "", false);
}

TEST(LogFrame, AFileThatEndsWithAFrameIsWhole) {
  auto file = three_frames();
  expect_read(file.cut(file.end()), "one,two,three", false);
}

TEST(LogFrame, WhatTheFileWasBeforeIsNotRead) {
  File file(1000);
  for (int i = 0; i < 8; ++i) file.write(older, "an older record").sync();
  file.reuse();
  expect_read(file, "", false);
  expect_read(file.write(log, "new"), "new", false);
  // Frames of the older log stand right behind, wherever the new one ends.
  std::string written = "new";
  for (int i = 0; i < 10; ++i) expect_read(file.write(log, "."), written += '.', false);
}

TEST(LogFrame, ALogOfTheSameNumberIsNotReadEither) {
  File file(1000);
  file.write({log.number, 0xBAD}, "first").sync().write({log.number, 0xBAD}, "second").sync();
  file.reuse().write(log, "1");
  expect_read(file, "1", false);
}

TEST(LogFrame, AFrameThatWasNotSyncedMayBeMissingWithOthersBehindIt) {
  auto file = three_frames();
  const auto hole = file.end();
  file.write(log, "four").write(log, "five").write(log, "six");
  file.lose(hole, 40 + 4);
  expect_read(file, "one,two,three", false);
}

TEST(LogFrame, AFrameThatALaterOneKnowsToBeOnTheDiskIsMissed) {
  for (const std::size_t frame : {0U, 1U}) {
    auto file = three_frames();
    file.lose(file.begin(frame), 40);
    expect_read(file, frame == 0 ? "" : "one,", true);
  }
}

TEST(LogFrame, AnyBitThatIsNotAsItWasWrittenIsDamageWhereItStands) {
  const auto whole = three_frames();
  for (std::size_t at = 0; at < whole.end() + log_frame_header; ++at) {
    auto file = whole;
    const auto read = read_framed_log(file.flip(at).bytes(), log.number);
    EXPECT_TRUE(read.damaged) << at;
    const std::string_view kept = at < whole.begin(1)   ? ""
                                  : at < whole.begin(2) ? "one,"
                                  : at < whole.end()    ? "one,two,"
                                                        : "one,two,three";
    EXPECT_EQ(read.bytes, kept) << at;
  }
}

TEST(LogFrame, AFileThatWasCutEndsWithAWholeFrameOrIsDamaged) {
  const auto whole = three_frames();
  for (std::size_t size = 0; size < whole.end(); ++size) {
    auto file = whole;
    const auto read = read_framed_log(file.cut(size).bytes(), log.number);
    EXPECT_TRUE(std::string_view("one,two,three").starts_with(read.bytes)) << size;
    const bool at_border = size == 0 || size == whole.begin(1) || size == whole.begin(2);
    EXPECT_EQ(read.damaged, !at_border) << size;
  }
}

TEST(LogFrame, NoBytesAreReadAsAFrameThatWereNotWrittenAsOne) {
  std::mt19937_64 chance(20'261'123);
  for (int round = 0; round < 2000; ++round) {
    auto file = three_frames();
    std::string bytes = file.bytes();
    for (auto flips = 1 + chance() % 20; flips > 0; --flips) {
      bytes[chance() % file.end()] = static_cast<char>(chance());
    }
    const auto read = read_framed_log(bytes, log.number);
    EXPECT_TRUE(std::string_view("one,two,three").starts_with(read.bytes));
    EXPECT_TRUE(read.damaged || bytes == file.bytes());
  }
}

TEST(LogFrame, ALogOfRocksDbsOwnIsToldApart) {
  EXPECT_TRUE(is_framed_log(three_frames().bytes()));
  EXPECT_TRUE(is_framed_log(File(1000).bytes())) << "not written to yet";
  EXPECT_FALSE(is_framed_log(""));
  std::string plain("\x12\x34\x56\x78\x3c\x00\x01", 7);
  EXPECT_FALSE(is_framed_log(plain.append(60, 'x')));
}

}  // namespace
}  // namespace loyalty::persistence
