// SPDX-License-Identifier: Apache-2.0
#include "net/frame_scanner.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/net/wire.hpp"

namespace loyalty::net {
namespace {

constexpr FrameBounds small_bounds{.bytes = 200, .elements = 20, .nesting = 4};

struct Scanned {
  Verdict verdict;
  std::size_t end;
  bool operator==(const Scanned&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Scanned& found) {
  return out << "verdict " << static_cast<int>(found.verdict) << ", end " << found.end;
}

/// The verdict over bytes that arrive in pieces of the given sizes, the last of which repeats.
Scanned scan_in_pieces(std::string_view bytes, const std::vector<std::size_t>& sizes) {
  FrameScanner scanner(small_bounds);
  std::size_t arrived = 0;
  for (std::size_t i = 0;; ++i) {
    arrived = std::min(bytes.size(), arrived + sizes[std::min(i, sizes.size() - 1)]);
    std::size_t end = 0;
    const Verdict verdict = scanner.scan(bytes.substr(0, arrived), end);
    if (verdict == Verdict::complete) return {verdict, end};
    if (verdict != Verdict::incomplete || arrived == bytes.size()) return {verdict, 0};
  }
}

struct ScannedFrame {
  std::string bytes;
  Verdict verdict;
};

std::vector<ScannedFrame> scanned_frames() {
  const std::string filler(190, 'x');
  return {
      {hex("94 00 01 a4 'ping' 90"), Verdict::complete},
      {hex("94 00 cd 01 00 a4 'ping' 91 82 a1 'a' ca 3f 80 00 00 a1 'b' 93 01 02 c0"),
       Verdict::complete},
      {hex("dc 00 04 00 01 a1 'm' 91 de 00 01 a1 'k' dd 00 00 00 01 c0"), Verdict::complete},
      {hex("94 00 01 c4 04 'ping' 91 81 a1 'x' c7 02 05 00 00"), Verdict::complete},
      {hex("94 00 01 a4 'ping'"), Verdict::incomplete},
      {hex("94 00 01 c1"), Verdict::malformed},
      {hex("94 00 01 a1 'm' 91 81 a1 'a' 93 01 c1 02"), Verdict::malformed},
      {hex("91 91 91 91 00"), Verdict::complete},
      {hex("91 91 91 91 91 00"), Verdict::too_deep},
      {hex("91 81 a1 'k' 91 81 a1 'k' 90"), Verdict::too_deep},
      {hex("dc 00 15 00"), Verdict::too_many_elements},
      {hex("91 df ff ff ff ff"), Verdict::too_many_elements},
      {hex("dd ff ff ff ff"), Verdict::too_many_elements},
      {hex("91 db ff ff ff ff 'a'"), Verdict::too_large},
      {hex("91 c6 00 01 00 00"), Verdict::too_large},
      {hex("91 c9 7f ff ff ff 01"), Verdict::too_large},
      {hex("91 d9 be '" + filler + "'"), Verdict::complete},
      {hex("92 d9 be '" + filler + "' a6 'abcdef'"), Verdict::complete},
      {hex("92 d9 be '" + filler + "' a7 'abcdefg'"), Verdict::too_large},
  };
}

TEST(FrameScanner, JudgesAFrameThatArrivesWhole) {
  for (const ScannedFrame& row : scanned_frames()) {
    SCOPED_TRACE(testing::PrintToString(row.bytes));
    const Scanned found = scan_in_pieces(row.bytes, {row.bytes.size()});
    EXPECT_EQ(found.verdict, row.verdict);
    if (row.verdict == Verdict::complete) {
      EXPECT_EQ(found.end, row.bytes.size());
    }
  }
}

TEST(FrameScanner, JudgesTheSameHoweverTheFrameIsCut) {
  for (const ScannedFrame& row : scanned_frames()) {
    SCOPED_TRACE(testing::PrintToString(row.bytes));
    const Scanned whole = scan_in_pieces(row.bytes, {row.bytes.size()});
    EXPECT_EQ(scan_in_pieces(row.bytes, {1}), whole);
    for (std::size_t first = 1; first < row.bytes.size(); ++first) {
      EXPECT_EQ(scan_in_pieces(row.bytes, {first, row.bytes.size()}), whole) << "cut at " << first;
      EXPECT_EQ(scan_in_pieces(row.bytes, {first, 1}), whole) << "dripping from " << first;
    }
  }
}

TEST(FrameScanner, StopsAtTheEndOfTheFirstOfTwoFrames) {
  const std::string frame = hex("93 02 a1 'm' 90");
  for (std::size_t first = 1; first <= 2 * frame.size(); ++first) {
    EXPECT_EQ(scan_in_pieces(frame + frame, {first, 1}),
              (Scanned{Verdict::complete, frame.size()}));
  }
}

TEST(FrameScanner, StartsAfreshAfterACompleteFrame) {
  FrameScanner scanner(small_bounds);
  std::size_t end = 0;
  for (int i = 0; i < 3; ++i) {
    const std::string frame = hex("93 02 a1 'm' 91 80");
    for (std::size_t size = 1; size < frame.size(); ++size) {
      EXPECT_EQ(scanner.scan(std::string_view(frame).substr(0, size), end), Verdict::incomplete);
    }
    EXPECT_EQ(scanner.scan(frame, end), Verdict::complete);
    EXPECT_EQ(end, frame.size());
  }
}

}  // namespace
}  // namespace loyalty::net
