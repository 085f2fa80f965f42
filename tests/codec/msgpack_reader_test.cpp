// SPDX-License-Identifier: Apache-2.0
#include "codec/msgpack_reader.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <msgpack.hpp>
#include <optional>
#include <string>
#include <vector>

namespace loyalty::codec {
namespace {

/// "93 00 a1" -> three bytes.
std::string hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 3) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

template <class T>
std::optional<T> read_as(std::string_view bytes) {
  Reader reader(bytes);
  T value{};
  if (!reader.read(value) || !reader.at_end()) return std::nullopt;
  return value;
}

using Signed = std::optional<std::int64_t>;
using Unsigned = std::optional<std::uint64_t>;

TEST(Reader, ReadsIntegersOfEveryFormat) {
  struct Row {
    const char* bytes;
    Signed as_signed;
    Unsigned as_unsigned;
  };
  constexpr auto max64 = std::numeric_limits<std::int64_t>::max();
  constexpr auto min64 = std::numeric_limits<std::int64_t>::min();
  for (const Row& row : {
           Row{"00", 0, 0},
           Row{"7f", 127, 127},
           Row{"e0", -32, {}},
           Row{"ff", -1, {}},
           Row{"cc 00", 0, 0},
           Row{"cc ff", 255, 255},
           Row{"cd 01 00", 256, 256},
           Row{"cd ff ff", 65'535, 65'535},
           Row{"ce 00 00 00 05", 5, 5},
           Row{"ce ff ff ff ff", 4'294'967'295, 4'294'967'295},
           Row{"cf 7f ff ff ff ff ff ff ff", max64, max64},
           Row{"cf 80 00 00 00 00 00 00 00", {}, std::uint64_t{1} << 63},
           Row{"cf ff ff ff ff ff ff ff ff", {}, std::numeric_limits<std::uint64_t>::max()},
           Row{"d0 7f", 127, 127},
           Row{"d0 80", -128, {}},
           Row{"d1 80 00", -32'768, {}},
           Row{"d1 01 00", 256, 256},
           Row{"d2 80 00 00 00", -2'147'483'648, {}},
           Row{"d2 ff ff ff ff", -1, {}},
           Row{"d3 80 00 00 00 00 00 00 00", min64, {}},
           Row{"d3 7f ff ff ff ff ff ff ff", max64, max64},
           Row{"d3 ff ff ff ff ff ff ff fe", -2, {}},
       }) {
    EXPECT_EQ(read_as<std::int64_t>(hex(row.bytes)), row.as_signed) << row.bytes;
    EXPECT_EQ(read_as<std::uint64_t>(hex(row.bytes)), row.as_unsigned) << row.bytes;
  }
}

TEST(Reader, ReadsBooleansAndNil) {
  EXPECT_EQ(read_as<bool>(hex("c2")), false);
  EXPECT_EQ(read_as<bool>(hex("c3")), true);
  EXPECT_TRUE(Reader(hex("c0")).read_nil());
  EXPECT_FALSE(Reader(hex("c2")).read_nil());
}

TEST(Reader, ReadsStringsAndBinariesOfEveryFormat) {
  for (const char* bytes : {"a2 68 69", "d9 02 68 69", "da 00 02 68 69", "db 00 00 00 02 68 69"}) {
    EXPECT_EQ(read_as<std::string_view>(hex(bytes)), "hi") << bytes;
    std::string_view value;
    EXPECT_FALSE(Reader(hex(bytes)).read_binary(value)) << bytes;
  }
  for (const char* bytes : {"c4 02 68 ff", "c5 00 02 68 ff", "c6 00 00 00 02 68 ff"}) {
    const std::string kept = hex(bytes);
    std::string_view value;
    EXPECT_TRUE(Reader(kept).read_binary(value)) << bytes;
    EXPECT_EQ(value, "h\xff") << bytes;
    EXPECT_FALSE(read_as<std::string_view>(kept)) << bytes;
  }
  const std::string empty = hex("a0");
  EXPECT_EQ(read_as<std::string_view>(empty), "");
}

TEST(Reader, ReadsHeadsOfContainersWhoseElementsMayBeThere) {
  struct Row {
    const char* bytes;
    std::optional<std::uint32_t> array;
    std::optional<std::uint32_t> map;
  };
  for (const Row& row : {
           Row{"90", 0, {}},
           Row{"93 00 00 00", 3, {}},
           Row{"93 00 00", {}, {}},
           Row{"dc 00 02 00 00", 2, {}},
           Row{"dc 00 03 00 00", {}, {}},
           Row{"dd 00 00 00 01 00", 1, {}},
           Row{"dd ff ff ff ff 00", {}, {}},
           Row{"dc 00", {}, {}},
           Row{"dd 00 00 00", {}, {}},
           Row{"80", {}, 0},
           Row{"82 00 00 00 00", {}, 2},
           Row{"82 00 00 00", {}, {}},
           Row{"de 00 01 00 00", {}, 1},
           Row{"df 00 00 00 01 00 00", {}, 1},
           Row{"df ff ff ff ff 00 00", {}, {}},
           Row{"c0", {}, {}},
           Row{"a0", {}, {}},
       }) {
    const std::string bytes = hex(row.bytes);
    std::uint32_t count = 0;
    EXPECT_EQ(Reader(bytes).read_array(count), row.array.has_value()) << row.bytes;
    if (row.array) {
      EXPECT_EQ(count, row.array) << row.bytes;
    }
    EXPECT_EQ(Reader(bytes).read_map(count), row.map.has_value()) << row.bytes;
    if (row.map) {
      EXPECT_EQ(count, row.map) << row.bytes;
    }
  }
}

TEST(Reader, KnowsTheKindOfEveryFirstByte) {
  const auto expected = [](unsigned tag) {
    if (tag <= 0x7f || tag >= 0xe0 || (tag >= 0xcc && tag <= 0xd3)) return Kind::integer;
    if (tag <= 0x8f || tag == 0xde || tag == 0xdf) return Kind::map;
    if (tag <= 0x9f || tag == 0xdc || tag == 0xdd) return Kind::array;
    if (tag <= 0xbf || (tag >= 0xd9 && tag <= 0xdb)) return Kind::string;
    if (tag == 0xc0) return Kind::nil;
    if (tag <= 0xc3) return Kind::boolean;
    if (tag <= 0xc6) return Kind::binary;
    return tag == 0xca || tag == 0xcb ? Kind::real : Kind::extension;
  };
  for (unsigned tag = 0; tag <= 0xff; ++tag) {
    const std::string bytes(1, static_cast<char>(tag));
    Kind kind{};
    ASSERT_EQ(Reader(bytes).peek(kind), tag != 0xc1) << tag;
    if (tag != 0xc1) {
      EXPECT_EQ(to_string(kind), to_string(expected(tag))) << tag;
    }
  }
  Kind kind{};
  EXPECT_FALSE(Reader("").peek(kind));
}

/// One value of every format, each with the kind of its reader.
struct Sample {
  const char* bytes;
  Kind kind;
};

constexpr Sample samples[] = {
    {"05", Kind::integer},
    {"e5", Kind::integer},
    {"cc 80", Kind::integer},
    {"cd 80 00", Kind::integer},
    {"ce 80 00 00 00", Kind::integer},
    {"cf 01 00 00 00 00 00 00 00", Kind::integer},
    {"d0 80", Kind::integer},
    {"d1 80 00", Kind::integer},
    {"d2 80 00 00 00", Kind::integer},
    {"d3 80 00 00 00 00 00 00 00", Kind::integer},
    {"c0", Kind::nil},
    {"c2", Kind::boolean},
    {"c3", Kind::boolean},
    {"ca 3f 80 00 00", Kind::real},
    {"cb 3f f0 00 00 00 00 00 00", Kind::real},
    {"a3 61 62 63", Kind::string},
    {"d9 03 61 62 63", Kind::string},
    {"da 00 03 61 62 63", Kind::string},
    {"db 00 00 00 03 61 62 63", Kind::string},
    {"c4 03 61 62 63", Kind::binary},
    {"c5 00 03 61 62 63", Kind::binary},
    {"c6 00 00 00 03 61 62 63", Kind::binary},
    {"93 01 c0 a1 61", Kind::array},
    {"dc 00 02 01 02", Kind::array},
    {"dd 00 00 00 02 01 02", Kind::array},
    {"81 a1 61 91 c3", Kind::map},
    {"de 00 01 a1 61 01", Kind::map},
    {"df 00 00 00 01 a1 61 01", Kind::map},
    {"d4 01 61", Kind::extension},
    {"d5 01 61 62", Kind::extension},
    {"d6 01 61 62 63 64", Kind::extension},
    {"d7 01 61 62 63 64 65 66 67 68", Kind::extension},
    {"d8 01 61 62 63 64 65 66 67 68 61 62 63 64 65 66 67 68", Kind::extension},
    {"c7 03 01 61 62 63", Kind::extension},
    {"c8 00 03 01 61 62 63", Kind::extension},
    {"c9 00 00 00 03 01 61 62 63", Kind::extension},
    {"c7 00 01", Kind::extension},
};

TEST(Reader, ReadsNoKindAsAnother) {
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.bytes);
    const std::string bytes = hex(sample.bytes);
    bool boolean = false;
    std::int64_t number = 0;
    std::uint64_t natural = 0;
    std::string_view text;
    std::uint32_t count = 0;
    EXPECT_EQ(Reader(bytes).read_nil(), sample.kind == Kind::nil);
    EXPECT_EQ(Reader(bytes).read(boolean), sample.kind == Kind::boolean);
    EXPECT_EQ(Reader(bytes).read(number), sample.kind == Kind::integer);
    if (Reader(bytes).read(natural)) {
      EXPECT_EQ(sample.kind, Kind::integer);
    }
    EXPECT_EQ(Reader(bytes).read(text), sample.kind == Kind::string);
    EXPECT_EQ(Reader(bytes).read_binary(text), sample.kind == Kind::binary);
    EXPECT_EQ(Reader(bytes).read_array(count), sample.kind == Kind::array);
    EXPECT_EQ(Reader(bytes).read_map(count), sample.kind == Kind::map);
  }
}

TEST(Reader, PassesOverOneValueOfEveryFormat) {
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.bytes);
    const std::string bytes = hex(sample.bytes);
    const std::string followed = bytes + "\x2a";
    Reader reader(followed);
    std::int64_t next = 0;
    EXPECT_TRUE(reader.skip());
    EXPECT_EQ(reader.position(), bytes.size());
    EXPECT_TRUE(reader.read(next) && next == 42 && reader.at_end());
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      EXPECT_FALSE(Reader(std::string_view(bytes).substr(0, cut)).skip()) << "cut at " << cut;
    }
  }
  EXPECT_FALSE(Reader(hex("c1")).skip());
}

TEST(Reader, NeverReadsACutValue) {
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.bytes);
    const std::string whole = hex(sample.bytes);
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
      // On the heap and of exact size, so that ASan sees a read past the end.
      const std::vector<char> exact(whole.begin(), whole.begin() + static_cast<long>(cut));
      const std::string_view bytes(exact.data(), exact.size());
      bool boolean = false;
      std::int64_t number = 0;
      std::uint64_t natural = 0;
      std::string_view text;
      std::uint32_t count = 0;
      EXPECT_FALSE(Reader(bytes).read_nil());
      EXPECT_FALSE(Reader(bytes).read(boolean));
      EXPECT_FALSE(Reader(bytes).read(number));
      EXPECT_FALSE(Reader(bytes).read(natural));
      EXPECT_FALSE(Reader(bytes).read(text));
      EXPECT_FALSE(Reader(bytes).read_binary(text));
      // A head may be whole without the elements being so, but never before it can be.
      if (Reader(bytes).read_array(count) || Reader(bytes).read_map(count)) {
        EXPECT_LE(count, cut);
      }
    }
  }
}

TEST(Reader, BoundsTheDepthOfWhatItPassesOver) {
  const std::string nested = std::string(Reader::max_depth, '\x91') + '\0';
  const std::string too_deep = std::string(Reader::max_depth + 1, '\x91') + '\0';
  EXPECT_TRUE(Reader(nested).skip());
  EXPECT_FALSE(Reader(too_deep).skip());
  EXPECT_TRUE(Reader(hex("91 90")).skip(2));
  EXPECT_FALSE(Reader(hex("91 90")).skip(1));
  EXPECT_TRUE(Reader(hex("05")).skip(0));
  EXPECT_FALSE(Reader(hex("90")).skip(0));
  EXPECT_FALSE(Reader(std::string(100, '\x91')).skip(-1)) << "no depth is none, not any";
  EXPECT_FALSE(Reader(std::string(100, '\x91')).skip(1'000)) << "not beyond its own bound";
}

TEST(Utf8, IsCheckedAsRfc3629Says) {
  struct Row {
    const char* bytes;
    bool good;
  };
  for (const Row& row : {
           Row{"", true},
           Row{"00", true},
           Row{"7f", true},
           Row{"c2 80", true},
           Row{"df bf", true},
           Row{"e0 a0 80", true},
           Row{"ed 9f bf", true},
           Row{"ee 80 80", true},
           Row{"ef bf bf", true},
           Row{"f0 90 80 80", true},
           Row{"f4 8f bf bf", true},
           Row{"61 e2 82 ac 62", true},
           Row{"80", false},           // a continuation alone
           Row{"c0 80", false},        // overlong
           Row{"c1 bf", false},        // overlong
           Row{"e0 9f bf", false},     // overlong
           Row{"f0 8f bf bf", false},  // overlong
           Row{"ed a0 80", false},     // surrogate
           Row{"ed bf bf", false},     // surrogate
           Row{"f4 90 80 80", false},  // beyond U+10FFFF
           Row{"f5 80 80 80", false},
           Row{"ff", false},
           Row{"c2", false},  // cut
           Row{"e2 82", false},
           Row{"f0 90 80", false},
           Row{"c2 41", false},  // no continuation
           Row{"e2 82 41", false},
           Row{"e2 c2 80", false},
       }) {
    const std::string text = hex(row.bytes);
    EXPECT_EQ(is_utf8(text), row.good) << row.bytes;
    std::string packed(1, static_cast<char>(0xa0 | text.size()));
    packed += text;
    EXPECT_EQ(read_as<std::string_view>(packed).has_value(), row.good) << row.bytes;
  }
}

TEST(Utf8, IsCheckedAtEveryPlaceOfATextOfAnyLength) {
  for (std::size_t size = 1; size <= 40; ++size) {
    EXPECT_TRUE(is_utf8(std::string(size, 'a')));
    for (std::size_t place = 0; place < size; ++place) {
      std::string text(size, 'a');
      text[place] = '\x80';
      EXPECT_FALSE(is_utf8(text)) << place << " of " << size;
      text.replace(place, 1, "\xc3\xa9");
      EXPECT_TRUE(is_utf8(text)) << place << " of " << size;
    }
  }
}

TEST(FirstBytes, AreTheBytesThatThereAre) {
  const std::string text = "abcdefghij";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    std::uint64_t expected = 0;
    for (std::size_t i = std::min<std::size_t>(size, 8); i > 0; --i) {
      expected = expected << 8 | static_cast<unsigned char>(text[i - 1]);
    }
    EXPECT_EQ(first_bytes(std::string_view(text).substr(0, size)), expected) << size;
  }
}

TEST(FindEnd, IsIncompleteAtEveryCutAndCompleteAtTheEnd) {
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.bytes);
    const std::string bytes = hex(sample.bytes);
    std::size_t end = 0;
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
      const std::vector<char> exact(bytes.begin(), bytes.begin() + static_cast<long>(cut));
      EXPECT_EQ(find_end({exact.data(), cut}, 100, 8, end), Extent::incomplete) << cut;
    }
    ASSERT_EQ(find_end(bytes, 100, 8, end), Extent::complete);
    EXPECT_EQ(end, bytes.size());
    ASSERT_EQ(find_end(bytes + "\xc1", 100, 8, end), Extent::complete)
        << "what follows is not read";
    EXPECT_EQ(end, bytes.size());
  }
}

TEST(FindEnd, JudgesDeclaredCountsBeforeTheElementsAreThere) {
  struct Row {
    const char* bytes;
    Extent extent;
  };
  for (const Row& row : {
           Row{"dc 00 0a", Extent::incomplete},
           Row{"dc 00 0b", Extent::malformed},
           Row{"dd ff ff ff ff", Extent::malformed},
           Row{"de 00 0a", Extent::incomplete},
           Row{"de 00 0b", Extent::malformed},
           Row{"df ff ff ff ff", Extent::malformed},
           Row{"8a", Extent::incomplete},
           Row{"8b", Extent::malformed},
           Row{"9b", Extent::malformed},
           Row{"91 91 91 91", Extent::malformed},
           Row{"91 81 c0 91", Extent::incomplete},
           Row{"91 81 c0 91 90", Extent::malformed},
           Row{"91 81 c0 91 00", Extent::complete},
           Row{"c1", Extent::malformed},
           Row{"92 00 c1", Extent::malformed},
           Row{"db ff ff ff ff", Extent::incomplete},
       }) {
    std::size_t end = 0;
    EXPECT_EQ(find_end(hex(row.bytes), 10, 3, end), row.extent) << row.bytes;
  }
}

/// Whether the reader takes `bytes` apart into just the value that msgpack-c found in them.
class Comparison {
 public:
  explicit Comparison(std::string_view bytes) : reader_(bytes) {}

  bool equal(const msgpack::object& theirs) {
    Kind kind{};
    if (!reader_.peek(kind)) return false;
    switch (kind) {
      case Kind::nil: return reader_.read_nil() && theirs.is_nil();
      case Kind::boolean: return equal_boolean(theirs);
      case Kind::integer: return equal_integer(theirs);
      case Kind::string: return equal_string(theirs);
      case Kind::binary: return equal_binary(theirs);
      case Kind::array: return equal_array(theirs);
      case Kind::map: return equal_map(theirs);
      // The reader has no values for these; only where they end matters.
      case Kind::real:
        return reader_.skip() &&
               (theirs.type == msgpack::type::FLOAT32 || theirs.type == msgpack::type::FLOAT64);
      case Kind::extension: return reader_.skip() && theirs.type == msgpack::type::EXT;
    }
    return false;
  }

  bool at_end() const { return reader_.at_end(); }

 private:
  bool equal_boolean(const msgpack::object& theirs) {
    bool value = false;
    return reader_.read(value) && theirs.type == msgpack::type::BOOLEAN &&
           theirs.via.boolean == value;
  }

  bool equal_integer(const msgpack::object& theirs) {
    Reader again = reader_;
    std::int64_t value = 0;
    std::uint64_t natural = 0;
    if (reader_.read(value)) {
      return value < 0 ? theirs.type == msgpack::type::NEGATIVE_INTEGER && theirs.via.i64 == value
                       : theirs.type == msgpack::type::POSITIVE_INTEGER &&
                             theirs.via.u64 == static_cast<std::uint64_t>(value);
    }
    reader_ = again;
    return reader_.read(natural) && theirs.type == msgpack::type::POSITIVE_INTEGER &&
           theirs.via.u64 == natural;
  }

  bool equal_string(const msgpack::object& theirs) {
    if (theirs.type != msgpack::type::STR) return false;
    const std::string_view bytes(theirs.via.str.ptr, theirs.via.str.size);
    Reader again = reader_;
    std::string_view value;
    if (reader_.read(value)) return value == bytes;
    // msgpack-c takes any bytes for a string; the reader is stricter, and only in this.
    reader_ = again;
    return !is_utf8(bytes) && reader_.skip();
  }

  bool equal_binary(const msgpack::object& theirs) {
    std::string_view value;
    return reader_.read_binary(value) && theirs.type == msgpack::type::BIN &&
           value == std::string_view(theirs.via.bin.ptr, theirs.via.bin.size);
  }

  bool equal_array(const msgpack::object& theirs) {
    std::uint32_t count = 0;
    if (!reader_.read_array(count) || theirs.type != msgpack::type::ARRAY ||
        theirs.via.array.size != count) {
      return false;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!equal(theirs.via.array.ptr[i])) return false;
    }
    return true;
  }

  bool equal_map(const msgpack::object& theirs) {
    std::uint32_t count = 0;
    if (!reader_.read_map(count) || theirs.type != msgpack::type::MAP ||
        theirs.via.map.size != count) {
      return false;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!equal(theirs.via.map.ptr[i].key) || !equal(theirs.via.map.ptr[i].val)) return false;
    }
    return true;
  }

  Reader reader_;
};

/// What msgpack-c makes of the bytes; nothing when it refuses them or wants more.
std::optional<msgpack::object_handle> theirs_of(std::string_view bytes, std::size_t& end) {
  try {
    return msgpack::unpack(bytes.data(), bytes.size(), end);
  } catch (const msgpack::unpack_error&) {
    return std::nullopt;
  }
}

/// Whatever find_end accepts, msgpack-c accepts with the same end and the same value.
bool agrees_with_msgpack_c(std::string_view bytes) {
  std::size_t end = 0;
  if (find_end(bytes, 1'000, Reader::max_depth, end) != Extent::complete) return true;
  std::size_t their_end = 0;
  const auto theirs = theirs_of(bytes, their_end);
  Comparison comparison(bytes.substr(0, end));
  return theirs && their_end == end && comparison.equal(theirs->get()) && comparison.at_end();
}

/// Bytes that are often MessagePack: random tags, with counts and lengths kept small.
std::string likely_value(int depth) {
  const auto tag = static_cast<unsigned char>(*rc::gen::inRange(0, 256));
  std::string bytes(1, static_cast<char>(tag));
  const auto random_bytes = [&bytes](int count) {
    for (int i = 0; i < count; ++i) {
      bytes.push_back(static_cast<char>(*rc::gen::inRange(0, 256)));
    }
  };
  const auto length = [&bytes](int size_bytes) {
    const int count = *rc::gen::inRange(0, 6);
    bytes.append(static_cast<std::size_t>(size_bytes - 1), '\0');
    bytes.push_back(static_cast<char>(count));
    return count;
  };
  const auto children = [&bytes, depth](int count) {
    for (int i = 0; depth > 0 && i < count; ++i) bytes += likely_value(depth - 1);
  };
  if (tag <= 0x7f || tag >= 0xe0) return bytes;
  if (tag <= 0x8f) {
    children(2 * (tag & 0x0f));
  } else if (tag <= 0x9f) {
    children(tag & 0x0f);
  } else if (tag <= 0xbf) {
    random_bytes(tag & 0x1f);
  } else if (tag >= 0xc4 && tag <= 0xc6) {
    random_bytes(length(1 << (tag - 0xc4)));
  } else if (tag >= 0xc7 && tag <= 0xc9) {
    random_bytes(1 + length(1 << (tag - 0xc7)));
  } else if (tag == 0xca || tag == 0xcb) {
    random_bytes(tag == 0xca ? 4 : 8);
  } else if (tag >= 0xcc && tag <= 0xd3) {
    random_bytes(1 << ((tag - 0xcc) % 4));
  } else if (tag >= 0xd4 && tag <= 0xd8) {
    random_bytes(1 + (1 << (tag - 0xd4)));
  } else if (tag >= 0xd9 && tag <= 0xdb) {
    random_bytes(length(1 << (tag - 0xd9)));
  } else if (tag >= 0xdc) {
    const int count = length((tag & 1) != 0 ? 4 : 2);
    children(tag >= 0xde ? 2 * count : count);
  }
  return bytes;
}

RC_GTEST_PROP(ReaderAgainstMsgpackC, AgreesOnRandomBytes, (const std::string& bytes)) {
  RC_ASSERT(agrees_with_msgpack_c(bytes));
}

RC_GTEST_PROP(ReaderAgainstMsgpackC, AgreesOnLikelyValues, ()) {
  const std::string bytes = likely_value(3);
  RC_ASSERT(agrees_with_msgpack_c(bytes));
}

RC_GTEST_PROP(ReaderAgainstMsgpackC, AgreesOnValuesWithOneByteChanged, ()) {
  std::string bytes = likely_value(3);
  const auto at =
      static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(bytes.size())));
  bytes[at] = static_cast<char>(*rc::gen::inRange(0, 256));
  RC_ASSERT(agrees_with_msgpack_c(bytes));
}

RC_GTEST_PROP(ReaderAgainstMsgpackC, AgreesWhateverTheReaderIsAskedFirst, ()) {
  // A failed read must neither crash nor believe in bytes that are not there.
  const std::string bytes = likely_value(2);
  Reader reader(bytes);
  std::uint64_t natural = 0;
  std::string_view text;
  std::uint32_t count = 0;
  switch (*rc::gen::inRange(0, 5)) {
    case 0: static_cast<void>(reader.read(natural)); break;
    case 1: static_cast<void>(reader.read(text)); break;
    case 2: static_cast<void>(reader.read_binary(text)); break;
    case 3: static_cast<void>(reader.read_array(count)); break;
    default: static_cast<void>(reader.read_map(count)); break;
  }
  RC_ASSERT(reader.position() <= bytes.size());
  RC_ASSERT(text.size() <= bytes.size());
  RC_ASSERT(count <= bytes.size());
}

}  // namespace
}  // namespace loyalty::codec
