// SPDX-License-Identifier: Apache-2.0
#include "persistence/rocksdb_checked_tables.hpp"

#include <xxhash.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "persistence/bytes.hpp"

namespace loyalty::persistence {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOStatus;

// The end of a block-based table, format versions 1 to 5:
//   ... properties block | metaindex block | index block | footer
// A block is followed by a byte that tells its compression and by its checksum. The metaindex names
// the other blocks; each of its entries holds its whole key.
constexpr std::uint64_t footer_size = 53;
constexpr std::uint64_t trailer_size = 5;
constexpr char xxh3 = 4;
/// Nobody has properties of that size: what claims it is damaged.
constexpr std::uint64_t largest_block = std::uint64_t{16} << 20;
constexpr std::string_view magic_number = "\xf7\xcf\xf4\x85\xb7\x41\xe2\x88";

struct Place {
  std::uint64_t offset;
  std::uint64_t size;
};

std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

std::optional<Place> take_place(std::string_view& bytes) {
  const auto offset = take_varint(bytes);
  const auto size = take_varint(bytes);
  if (!offset || !size) return std::nullopt;
  return Place{*offset, *size};
}

/// Where the metaindex says the properties are.
std::optional<Place> find_properties(std::string_view metaindex) {
  while (true) {
    const auto shared = take_varint(metaindex);
    const auto key_size = take_varint(metaindex);
    const auto value_size = take_varint(metaindex);
    if (shared != 0U || !key_size || !value_size || *key_size > metaindex.size() ||
        *value_size > metaindex.size() - *key_size) {
      return std::nullopt;
    }
    auto value = metaindex.substr(*key_size, *value_size);
    if (metaindex.substr(0, *key_size) == "rocksdb.properties") return take_place(value);
    metaindex.remove_prefix(*key_size + *value_size);
  }
}

/// A table file that is being opened.
class Table {
 public:
  Table(rocksdb::FSRandomAccessFile& file, std::uint64_t size) : file_(file), size_(size) {}

  /// Whether the properties are what was written. What cannot be read, or not as a table, counts as
  /// whole: RocksDB says better what is wrong with it.
  bool has_whole_properties() {
    if (size_ < footer_size) return true;
    const auto footer = read({size_ - footer_size, footer_size});
    if (!footer || !footer->ends_with(magic_number) || footer->front() != xxh3) return true;
    std::string_view places = std::string_view(*footer).substr(1);
    const auto metaindex = read_block(take_place(places));
    if (!metaindex) return true;
    const auto properties = find_properties(*metaindex);
    return !properties || read_block(properties) || unreadable_;
  }

 private:
  std::optional<std::string> read(Place place) {
    if (place.size > largest_block || place.offset > size_ || place.size > size_ - place.offset) {
      return std::nullopt;
    }
    std::string buffer(place.size, '\0');
    rocksdb::Slice found;
    const auto status =
        file_.Read(place.offset, place.size, rocksdb::IOOptions(), &found, buffer.data(), nullptr);
    unreadable_ = !status.ok();
    if (unreadable_ || found.size() != place.size) return std::nullopt;
    return found.ToString();
  }

  /// A block that matches its checksum.
  std::optional<std::string> read_block(std::optional<Place> place) {
    if (!place || place->size > largest_block) return std::nullopt;
    auto bytes = read({place->offset, place->size + trailer_size});
    if (!bytes) return std::nullopt;
    // RocksDB's XXH3: its low half over the block, with the byte of the compression mixed in.
    const auto compression = static_cast<std::uint8_t>((*bytes)[place->size]);
    const auto computed = static_cast<std::uint32_t>(XXH3_64bits(bytes->data(), place->size)) ^
                          compression * std::uint32_t{0x6b9083d9};
    if (computed != read_le<std::uint32_t>(*bytes, place->size + 1)) return std::nullopt;
    bytes->resize(place->size);
    return bytes;
  }

  rocksdb::FSRandomAccessFile& file_;
  std::uint64_t size_;
  bool unreadable_ = false;  ///< an error of the disk, which is no damage
};

class CheckedTables final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "CheckedTables"; }

  IOStatus NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewRandomAccessFile(name, options, result, debug);
    std::uint64_t size = 0;
    if (!status.ok() || !name.ends_with(".sst")) return status;
    status = GetFileSize(name, options.io_options, &size, debug);
    if (!status.ok() || Table(**result, size).has_whole_properties()) return status;
    result->reset();
    return IOStatus::Corruption("the checksum of the table's properties does not match", name);
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> check_tables(std::shared_ptr<rocksdb::FileSystem> files) {
  return std::make_shared<CheckedTables>(std::move(files));
}

}  // namespace loyalty::persistence
