// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/record.hpp"
#include "persistence/store.hpp"

namespace loyalty::actors {

/// A history segment: records of one entity as one MessagePack array, compressed (docs/format.md).
std::string pack_segment(const std::vector<std::string_view>& records);

/// The array; nullopt when the bytes are not a segment.
std::optional<std::string> unpack_segment(std::string_view bytes);

/// The encoded records of an unpacked segment, as views into it; false when it is no array.
bool split_segment(std::string_view unpacked, std::vector<std::string_view>& records);

/// The same, decoded; false when one of them is not a record.
bool records_of_segment(std::string_view unpacked, std::vector<RecordView>& records);

/// Keeps the segments of one entity few: each snapshot leaves one, and where more than `most_small`
/// small ones stand at the end of a history they become one, or as few as fit. It is shown the end
/// of the history, oldest segment first. Big ones stay as they are for ever, so what is merged is
/// read, held in memory and written in bounded pieces.
class SegmentMerge {
 public:
  static constexpr std::size_t most_small = 16;
  static constexpr std::size_t big_bytes = std::size_t{4} << 10;           ///< packed
  static constexpr std::size_t most_merged_bytes = std::size_t{32} << 10;  ///< packed, before
  static constexpr std::size_t most_kept_bytes = std::size_t{2} << 20;  ///< packed, for one merge

  /// Takes the next segment; false when no more fit into this merge.
  bool see(const persistence::Segment& segment);

  /// Where the small ones begin; they may all be gone into a big one.
  std::uint64_t begin() const { return begin_; }
  std::size_t small() const { return small_.size(); }
  bool full() const { return kept_bytes_ > most_kept_bytes; }

  struct Outcome {
    std::vector<persistence::SegmentKey> merged;
    std::vector<persistence::Segment> segments;  ///< with the same records in the same order
    std::uint64_t begin = 0;                     ///< of the small ones there are then
    std::size_t small = 0;
  };
  /// nullopt when there are few, and when their records do not follow each other: never guess.
  std::optional<Outcome> merge() const;

 private:
  std::vector<persistence::Segment> small_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t begin_ = 0;
};

}  // namespace loyalty::actors
