// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/record.hpp"
#include "domain/report/selection.hpp"
#include "domain/report/tally.hpp"
#include "persistence/store.hpp"

/// What one shard keeps for reports: sums over the facts of its members. They are a projection: the
/// histories tell all of it, and `report_scan.hpp` makes it anew.
///
/// The counts of some member records, added up, are a record of their own (of "r:PROGRAM") in the
/// same block, so that either both are durable or none is. The sums stand in pinned snapshots
/// ("r:PROGRAM:PIECE"); counts behind the position of its snapshot are added to a piece when the
/// journal is read. So nothing is lost and nothing is counted twice, wherever a server ends.
namespace loyalty::actors {

class ReportBook {
 public:
  // --- while the shard works -------------------------------------------------------------------
  /// Adds the counts of one record to the open group.
  void add(std::string_view program, const domain::ReportCounts& counts);
  /// Ends the group: `append` journals a record for each program and returns its position.
  void close(const std::function<std::uint64_t(std::string)>& append);
  /// What is journalled up to `end` belongs to the pieces.
  void advance(std::uint64_t end);
  /// Adds snapshots of all pieces that changed since they were written last. The pieces must stand
  /// at the end of this commit.
  void save(persistence::Commit& commit, std::uint64_t end);
  /// The store knows that there are reports; until then they are saved with the first write.
  bool saved_once() const { return root_saved_; }
  /// What stands in no snapshot begins here; UINT64_MAX: everything does.
  std::uint64_t unsaved_since() const;

  // --- when it begins --------------------------------------------------------------------------
  /// Takes a pinned snapshot; false when it cannot be read.
  bool restore(const persistence::Snapshot& snapshot);
  /// Takes a record of the journal; false when it cannot be read.
  bool replay(std::uint64_t position, const RecordView& record);
  /// There are reports, of this version: nothing has to be made anew.
  bool complete() const { return rooted_; }
  /// The shard has no past.
  void begin() { rooted_ = true; }
  /// Everything there is, made anew; to be saved soon.
  void replace(const std::map<std::string, domain::ReportRows>& programs);

  // --- questions -------------------------------------------------------------------------------
  struct Selected {
    domain::ReportRows rows;
    /// Pieces that are not unpacked: `select_packed` adds them, on any thread.
    std::vector<std::shared_ptr<const std::string>> packed;
  };
  Selected select(std::string_view program, const domain::ReportSelection& wanted,
                  const domain::Catalogue& catalogue) const;
  static void select_packed(const std::string& packed, const domain::ReportSelection& wanted,
                            const domain::Catalogue& catalogue, domain::ReportRows& rows);

  /// All rows of a program as far as they are journalled, piece by piece.
  std::map<domain::ReportPiece, domain::ReportRows> pieces(std::string_view program) const;
  std::vector<std::string> programs() const;

 private:
  struct Piece {
    domain::ReportRows rows;
    std::set<std::string, std::less<>> categories;  ///< in `rows`
    std::shared_ptr<const std::string> packed;      ///< instead of both: nobody adds to it now
    std::uint64_t position = 0;                     ///< of the snapshot that was read
    std::uint64_t unsaved_since = 0;                ///< 0: saved
  };
  using Pieces = std::map<domain::ReportPiece, Piece>;
  struct Program {
    domain::ReportTally tally;
    std::vector<std::string> heads;    ///< what a row of the tally begins with when it is stored
    std::uint64_t gathered_since = 0;  ///< by the tally; 0: nothing
    Pieces pieces;
  };
  /// Counts that are journalled and not shipped yet.
  struct Group {
    std::uint64_t position = 0;
    Program* program = nullptr;
    domain::ReportTally::Group sums;
    domain::ReportRows rows;  ///< instead, once the tally has forgotten its own
  };

  static void unpack(Piece& piece);
  static void add_row(Piece& piece, const domain::ReportKey& key,
                      std::span<const domain::ReportValue> values);
  static void add_rows(Pieces& pieces, std::uint64_t position, const domain::ReportRows& rows);
  static std::string packed_sums(Program& program, const domain::ReportTally::Group& sums);
  /// Adds to the pieces what the tally gathered. Most blocks have a record or two, so it is not
  /// done with each.
  static void settle(Program& program);
  void forget_rows(Program& program);

  std::map<std::string, Program, std::less<>> programs_;
  std::deque<Group> journalled_;
  bool rooted_ = false;
  bool root_saved_ = false;
};

}  // namespace loyalty::actors
