// SPDX-License-Identifier: Apache-2.0
#include "actors/report_book.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "actors/entity_key.hpp"
#include "codec/stored.hpp"

namespace loyalty::actors {
namespace {

using domain::ReportKey;
using domain::ReportPiece;
using domain::ReportRow;
using domain::ReportRows;
using domain::ReportValue;

/// Of snapshots and counts. Reports of another format are made anew from the histories, so it is
/// raised whenever something is counted in another way (docs/format.md).
constexpr std::uint64_t report_format = 1;

bool read_rows(std::string_view bytes, ReportRows& rows) {
  codec::Reader in(bytes);
  std::uint32_t two = 0;
  std::uint64_t format = 0;
  std::vector<ReportRow> stored;
  return in.read_array(two) && two == 2 && in.read(format) && format == report_format &&
         codec::read_stored(in, stored) && in.at_end() && rows.add_stored(stored);
}

void begin_rows(codec::Writer& out, std::size_t rows) {
  out.array(2);
  out.unsigned_integer(report_format);
  out.array(rows);
}

/// A ReportRow as it is stored begins so, and goes on with its values. It is written with each
/// block, so none is made.
void write_head(codec::Writer& out, const ReportKey& key) {
  out.array(7);
  out.unsigned_integer(static_cast<std::uint64_t>(key.table));
  out.integer(key.when);
  out.unsigned_integer(key.first);
  out.unsigned_integer(key.second);
  out.unsigned_integer(key.third);
  out.string(key.text);
}

void write_value(codec::Writer& out, domain::ReportMeasure measure, std::int64_t amount) {
  out.integer(static_cast<std::int64_t>(measure));
  out.integer(amount);
}

std::string packed(const ReportRows& rows) {
  codec::BorrowedWriter out;
  begin_rows(*out, rows.all().size());
  for (const auto& [key, values] : rows.all()) {
    write_head(*out, key);
    (*out).array(2 * values.all().size());
    for (const auto& [measure, amount] : values.all()) write_value(*out, measure, amount);
  }
  return out.text();
}

std::uint64_t format_of(std::string_view bytes) {
  codec::Reader in(bytes);
  std::uint32_t count = 0;
  std::uint64_t format = 0;
  return in.read_array(count) && in.read(format) ? format : 0;
}

std::optional<ReportPiece> parse_piece(std::string_view name) {
  if (name.size() < 2 || std::string_view("mxis").find(name.front()) == std::string_view::npos) {
    return std::nullopt;
  }
  ReportPiece piece{name.front(), 0};
  name.remove_prefix(1);
  const bool negative = name.front() == 'b';
  if (negative) name.remove_prefix(1);
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), piece.number);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  if (negative) piece.number = -piece.number;
  return piece;
}

}  // namespace

void ReportBook::add(std::string_view program, const domain::ReportCounts& counts) {
  if (counts.empty()) return;
  auto found = programs_.find(program);
  if (found == programs_.end()) found = programs_.try_emplace(std::string(program)).first;
  found->second.tally.add(counts);
}

void ReportBook::close(const std::function<std::uint64_t(std::string)>& append) {
  for (auto& [name, program] : programs_) {
    auto sums = program.tally.close();
    if (sums.empty()) continue;
    Record record;
    record.facts = packed_sums(program, sums);
    const std::uint64_t position = append(encode_record(report_key(name), record));
    journalled_.push_back({position, &program, std::move(sums), {}});
  }
}

std::string ReportBook::packed_sums(Program& program, const domain::ReportTally::Group& sums) {
  const auto end_of_row = [&](std::size_t at) {
    std::size_t end = at;
    while (end < sums.size() && sums[end].row == sums[at].row) ++end;
    return end;
  };
  std::size_t rows = 0;
  for (std::size_t at = 0; at < sums.size(); at = end_of_row(at)) ++rows;
  codec::BorrowedWriter out;
  begin_rows(*out, rows);
  for (std::size_t at = 0; at < sums.size();) {
    const std::uint32_t row = sums[at].row;
    if (program.heads.size() <= row) program.heads.resize(row + 1);
    std::string& head = program.heads[row];
    if (head.empty()) {
      codec::Writer first;
      write_head(first, program.tally.key(row));
      head = first.take();
    }
    (*out).raw(head);
    const std::size_t end = end_of_row(at);
    (*out).array(2 * (end - at));
    for (; at < end; ++at) write_value(*out, sums[at].measure, sums[at].amount);
  }
  return out.text();
}

void ReportBook::advance(std::uint64_t end) {
  for (; !journalled_.empty() && journalled_.front().position <= end; journalled_.pop_front()) {
    Group& group = journalled_.front();
    Program& program = *group.program;
    add_rows(program.pieces, group.position, group.rows);
    if (group.sums.empty()) continue;
    program.tally.gather(group.sums);
    group.sums.clear();
    if (program.gathered_since == 0) program.gathered_since = group.position;
    if (program.tally.crowded()) forget_rows(program);
  }
}

void ReportBook::settle(Program& program) {
  if (program.gathered_since == 0) return;
  add_rows(program.pieces, program.gathered_since, program.tally.take_gathered());
  program.gathered_since = 0;
}

void ReportBook::forget_rows(Program& program) {
  settle(program);
  for (auto& group : journalled_) {
    if (group.program != &program) continue;
    group.rows.add(program.tally.rows_of(group.sums));
    group.sums.clear();
  }
  program.tally.forget();
  program.heads.clear();
}

void ReportBook::add_rows(Pieces& pieces, std::uint64_t position, const ReportRows& rows) {
  Piece* piece = nullptr;
  const ReportKey* before = nullptr;
  ReportPiece last{'?', 0};
  for (const auto& [key, values] : rows.all()) {
    const bool alike = before != nullptr && key.table == before->table && key.when == before->when;
    const ReportPiece wanted = alike ? last : domain::piece_of(key);
    before = &key;
    if (piece == nullptr || wanted != last) {
      piece = &pieces[wanted];
      last = wanted;
    }
    if (position <= piece->position) continue;  // its snapshot has it
    if (piece->unsaved_since == 0) piece->unsaved_since = position;
    unpack(*piece);
    add_row(*piece, key, values.all());
  }
}

void ReportBook::add_row(Piece& piece, const ReportKey& key, std::span<const ReportValue> values) {
  if (key.table != domain::ReportTable::activity || key.text.empty() ||
      piece.categories.count(key.text) > 0) {
    return piece.rows.add(key, values);
  }
  if (piece.categories.size() < domain::max_report_categories) {
    piece.categories.insert(key.text);
    return piece.rows.add(key, values);
  }
  ReportKey other = key;
  other.text = domain::other_categories;
  piece.rows.add(other, values);
}

void ReportBook::unpack(Piece& piece) {
  if (!piece.packed) return;
  (void)read_rows(*piece.packed, piece.rows);  // it could be read when it came
  piece.packed = nullptr;
  for (const auto& [key, values] : piece.rows.all()) {
    if (!key.text.empty()) piece.categories.insert(key.text);
  }
}

void ReportBook::save(persistence::Commit& commit, std::uint64_t end) {
  if (rooted_ && !std::exchange(root_saved_, true)) {
    commit.snapshots.push_back({report_root, end, packed(ReportRows{}), true});
  }
  for (auto& [id, program] : programs_) {
    settle(program);
    std::int32_t newest_month = INT32_MIN;
    for (const auto& [name, piece] : program.pieces) {
      if (name.kind == 'm') newest_month = std::max(newest_month, name.number);
    }
    for (auto& [name, piece] : program.pieces) {
      if (piece.unsaved_since == 0) continue;
      unpack(piece);
      auto bytes = std::make_shared<const std::string>(packed(piece.rows));
      commit.snapshots.push_back({report_key(id, domain::to_string(name)), end, *bytes, true});
      piece.unsaved_since = 0;
      if (name.kind != 'm' || name.number == newest_month) continue;
      // A month that is over is seldom added to: its rows take less memory as they are stored.
      piece.packed = std::move(bytes);
      piece.rows.clear();
      piece.categories.clear();
    }
  }
}

std::uint64_t ReportBook::unsaved_since() const {
  std::uint64_t oldest = UINT64_MAX;
  for (const auto& [id, program] : programs_) {
    if (program.gathered_since != 0) oldest = std::min(oldest, program.gathered_since);
    for (const auto& [name, piece] : program.pieces) {
      if (piece.unsaved_since != 0) oldest = std::min(oldest, piece.unsaved_since);
    }
  }
  if (!journalled_.empty()) oldest = std::min(oldest, journalled_.front().position);
  return oldest;
}

bool ReportBook::restore(const persistence::Snapshot& snapshot) {
  if (snapshot.entity == report_root) {
    rooted_ = root_saved_ = format_of(snapshot.bytes) == report_format;
    return true;
  }
  const auto name = parse_piece(id_of(snapshot.entity));
  if (!name) return false;
  Piece& piece = programs_[std::string(program_of(snapshot.entity))].pieces[*name];
  piece.position = snapshot.position;
  if (format_of(snapshot.bytes) != report_format) return true;  // the root is as old
  ReportRows rows;
  if (!read_rows(snapshot.bytes, rows)) return false;
  piece.packed = std::make_shared<const std::string>(snapshot.bytes);
  return true;
}

bool ReportBook::replay(std::uint64_t position, const RecordView& record) {
  if (format_of(record.facts) != report_format) return true;  // made anew, as its pieces are
  ReportRows rows;
  if (!read_rows(record.facts, rows)) return false;
  add_rows(programs_[std::string(program_of(record.entity))].pieces, position, rows);
  return true;
}

void ReportBook::replace(const std::map<std::string, ReportRows>& programs) {
  // Pieces that the store has and that are not among the new ones are written empty.
  for (auto& [id, program] : programs_) {
    for (auto& [name, piece] : program.pieces) {
      piece = {};
      piece.unsaved_since = 1;
    }
  }
  for (const auto& [id, rows] : programs) add_rows(programs_[id].pieces, 1, rows);
  rooted_ = true;
  root_saved_ = false;
}

ReportBook::Selected ReportBook::select(std::string_view program,
                                        const domain::ReportSelection& wanted,
                                        const domain::Catalogue& catalogue) const {
  Selected selected;
  const auto known = programs_.find(program);
  if (known == programs_.end()) return selected;
  const auto take = [&](const ReportRows& rows) {
    domain::select(wanted, catalogue, rows, selected.rows);
  };
  const auto& [tally, heads, gathered_since, pieces] = known->second;
  for (const auto& [name, piece] : pieces) {
    if (!domain::wants(wanted, name)) continue;
    piece.packed ? selected.packed.push_back(piece.packed) : take(piece.rows);
  }
  if (gathered_since != 0) take(tally.gathered());
  for (const auto& group : journalled_) {
    if (group.program != &known->second) continue;
    take(group.rows);
    take(tally.rows_of(group.sums));
  }
  take(tally.open());
  return selected;
}

void ReportBook::select_packed(const std::string& packed, const domain::ReportSelection& wanted,
                               const domain::Catalogue& catalogue, ReportRows& selected) {
  ReportRows rows;
  (void)read_rows(packed, rows);  // it could be read when it came
  domain::select(wanted, catalogue, rows, selected);
}

std::map<ReportPiece, ReportRows> ReportBook::pieces(std::string_view program) const {
  std::map<ReportPiece, ReportRows> result;
  const auto known = programs_.find(program);
  if (known == programs_.end()) return result;
  Pieces pieces = known->second.pieces;
  if (known->second.gathered_since != 0) {
    add_rows(pieces, known->second.gathered_since, known->second.tally.gathered());
  }
  for (auto& [name, piece] : pieces) {
    unpack(piece);
    result[name] = std::move(piece.rows);
  }
  return result;
}

std::vector<std::string> ReportBook::programs() const {
  std::vector<std::string> names;
  for (const auto& [id, program] : programs_) names.push_back(id);
  return names;
}

}  // namespace loyalty::actors
