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

using domain::OrderedRows;
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

/// What a ReportRow is when it is stored; it is done with each block, so none is made.
void write_row(codec::Writer& out, const ReportKey& key, std::span<const ReportValue> values) {
  out.array(7);
  out.unsigned_integer(static_cast<std::uint64_t>(key.table));
  out.integer(key.when);
  out.unsigned_integer(key.first);
  out.unsigned_integer(key.second);
  out.unsigned_integer(key.third);
  out.string(key.text);
  out.array(2 * values.size());
  for (const auto& [measure, amount] : values) {
    out.integer(static_cast<std::int64_t>(measure));
    out.integer(amount);
  }
}

std::string packed(const ReportRows& rows) {
  codec::BorrowedWriter out;
  begin_rows(*out, rows.all().size());
  for (const auto& [key, values] : rows.all()) write_row(*out, key, values.all());
  return out.text();
}

std::string packed(const OrderedRows& rows) {
  codec::BorrowedWriter out;
  begin_rows(*out, rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) write_row(*out, rows.key(i), rows.values(i));
  return out.text();
}

OrderedRows ordered(const ReportRows& rows) {
  OrderedRows result;
  for (const auto& [key, values] : rows.all()) {
    result.append(key);
    for (const auto& [measure, amount] : values.all()) result.append(measure, amount);
  }
  return result;
}

ReportRows as_rows(const OrderedRows& rows) {
  ReportRows result;
  for (std::size_t i = 0; i < rows.size(); ++i) result.add(rows.key(i), rows.values(i));
  return result;
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
  auto found = open_.find(program);
  if (found == open_.end()) found = open_.try_emplace(std::string(program)).first;
  found->second.add(counts);
}

void ReportBook::close(const std::function<std::uint64_t(std::string)>& append) {
  for (auto& [program, tally] : open_) {
    OrderedRows rows = tally.ordered();
    tally.clear();
    if (rows.size() == 0) continue;
    Record record;
    record.facts = packed(rows);
    const std::uint64_t position = append(encode_record(report_key(program), record));
    journalled_.push_back({position, program, std::move(rows)});
  }
}

void ReportBook::advance(std::uint64_t end) {
  for (; !journalled_.empty() && journalled_.front().position <= end; journalled_.pop_front()) {
    apply(journalled_.front());
  }
}

void ReportBook::apply(const Group& group) {
  Pieces& pieces = programs_[group.program];
  Piece* piece = nullptr;
  Place near;
  bool begun = false;  // with this piece
  ReportPiece last{'?', 0};
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    const ReportKey& key = group.rows.key(i);
    const bool alike =
        i > 0 && key.table == group.rows.key(i - 1).table && key.when == group.rows.key(i - 1).when;
    const ReportPiece wanted = alike ? last : domain::piece_of(key);
    if (piece == nullptr || wanted != last) {
      piece = &pieces[wanted];
      last = wanted;
      begun = false;
    }
    if (group.position <= piece->position) continue;  // its snapshot has it
    if (!std::exchange(begun, true)) {
      if (piece->unsaved_since == 0) piece->unsaved_since = group.position;
      unpack(*piece);
      near = piece->rows.begin();
    }
    near = add_row(*piece, near, key, group.rows.values(i));
  }
}

ReportBook::Place ReportBook::add_row(Piece& piece, Place near, const ReportKey& key,
                                      std::span<const ReportValue> values) {
  if (key.table != domain::ReportTable::activity || key.text.empty() ||
      piece.categories.count(key.text) > 0) {
    return piece.rows.add_near(near, key, values);
  }
  if (piece.categories.size() < domain::max_report_categories) {
    piece.categories.insert(key.text);
    return piece.rows.add_near(near, key, values);
  }
  ReportKey other = key;
  other.text = domain::other_categories;
  return piece.rows.add_near(near, other, values);
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
  for (auto& [program, pieces] : programs_) {
    std::int32_t newest_month = INT32_MIN;
    for (const auto& [name, piece] : pieces) {
      if (name.kind == 'm') newest_month = std::max(newest_month, name.number);
    }
    for (auto& [name, piece] : pieces) {
      if (piece.unsaved_since == 0) continue;
      unpack(piece);
      auto bytes = std::make_shared<const std::string>(packed(piece.rows));
      commit.snapshots.push_back({report_key(program, domain::to_string(name)), end, *bytes, true});
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
  for (const auto& [program, pieces] : programs_) {
    for (const auto& [name, piece] : pieces) {
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
  Piece& piece = programs_[std::string(program_of(snapshot.entity))][*name];
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
  apply({position, std::string(program_of(record.entity)), ordered(rows)});
  return true;
}

void ReportBook::replace(const std::map<std::string, ReportRows>& programs) {
  // Pieces that the store has and that are not among the new ones are written empty.
  for (auto& [program, pieces] : programs_) {
    for (auto& [name, piece] : pieces) {
      piece = {};
      piece.unsaved_since = 1;
    }
  }
  for (const auto& [program, rows] : programs) {
    for (const auto& [key, values] : rows.all()) {
      Piece& piece = programs_[program][domain::piece_of(key)];
      piece.unsaved_since = 1;
      add_row(piece, piece.rows.begin(), key, values.all());
    }
  }
  rooted_ = true;
  root_saved_ = false;
}

ReportBook::Selected ReportBook::select(std::string_view program,
                                        const domain::ReportSelection& wanted,
                                        const domain::Catalogue& catalogue) const {
  Selected selected;
  const auto known = programs_.find(program);
  if (known != programs_.end()) {
    for (const auto& [name, piece] : known->second) {
      if (!domain::wants(wanted, name)) continue;
      if (piece.packed) {
        selected.packed.push_back(piece.packed);
      } else {
        domain::select(wanted, catalogue, piece.rows, selected.rows);
      }
    }
  }
  for (const auto& group : journalled_) {
    if (group.program != program) continue;
    domain::select(wanted, catalogue, as_rows(group.rows), selected.rows);
  }
  const auto open = open_.find(program);
  if (open != open_.end()) domain::select(wanted, catalogue, open->second.rows(), selected.rows);
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
  for (const auto& [name, piece] : known->second) {
    ReportRows& rows = result[name];
    if (piece.packed) {
      (void)read_rows(*piece.packed, rows);
    } else {
      rows = piece.rows;
    }
  }
  return result;
}

std::vector<std::string> ReportBook::programs() const {
  std::vector<std::string> names;
  for (const auto& [program, pieces] : programs_) names.push_back(program);
  return names;
}

}  // namespace loyalty::actors
