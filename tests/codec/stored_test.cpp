// SPDX-License-Identifier: Apache-2.0
#include "codec/stored.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "codec/wire.hpp"
#include "domain/member/member.hpp"
#include "domain/member/results.hpp"
#include "domain/partner/partner.hpp"
#include "domain/program/program.hpp"
#include "tests/support/filled.hpp"

/// The stored form of everything that is stored (docs/format.md).
namespace loyalty::codec {
namespace {

using support::filled;
using support::for_each_alternative;

/// What it reads may be views into the bytes.
template <class T>
bool read_all(std::string_view bytes, T& value) {
  Reader in(bytes);
  return read_stored(in, value) && in.at_end();
}

/// The fields of a stored value, each as it stands in the bytes.
std::vector<std::string> fields_of(const std::string& stored) {
  Reader in(stored);
  std::uint32_t count = 0;
  EXPECT_TRUE(in.read_array(count));
  std::vector<std::string> fields;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t start = in.position();
    EXPECT_TRUE(in.skip());
    fields.push_back(stored.substr(start, in.position() - start));
  }
  return fields;
}

std::string array_of(const std::vector<std::string>& fields, std::size_t count) {
  Writer out;
  out.array(count);
  for (std::size_t i = 0; i < count; ++i) out.raw(fields[i]);
  return out.take();
}

template <class T>
void expect_round_trip(const T& value) {
  const std::string stored = to_stored(value);
  T read{};
  ASSERT_TRUE(read_all(stored, read));
  EXPECT_EQ(to_stored(read), stored);
}

template <class T>
void expect_reads_older_and_refuses_newer(const T& value) {
  auto fields = fields_of(to_stored(value));
  const auto defaults = fields_of(to_stored(T{}));
  for (std::size_t known = 0; known < fields.size(); ++known) {
    SCOPED_TRACE(known);
    ASSERT_NE(fields[known], defaults[known]) << "every field is set";
    const std::string older = array_of(fields, known);
    T read{};
    ASSERT_TRUE(read_all(older, read)) << "an older form has fewer fields";
    auto expected = fields;
    std::copy(defaults.begin() + static_cast<std::ptrdiff_t>(known), defaults.end(),
              expected.begin() + static_cast<std::ptrdiff_t>(known));
    EXPECT_EQ(to_stored(read), array_of(expected, expected.size()));
  }
  fields.emplace_back("\xc0");
  T read{};
  EXPECT_FALSE(read_all(array_of(fields, fields.size()), read)) << "a newer form has more fields";
}

template <class T>
void expect_refuses_every_cut(const T& value) {
  const std::string stored = to_stored(value);
  for (std::size_t length = 0; length < stored.size(); ++length) {
    // On the heap and of exactly this size, so that a sanitizer sees a read past the end.
    const std::string cut = stored.substr(0, length);
    T read{};
    ASSERT_FALSE(read_all(cut, read)) << "cut at byte " << length;
  }
}

/// No byte makes the reader crash, whatever stands where.
template <class T>
void expect_survives_every_byte(const T& value) {
  std::string bytes = to_stored(value);
  for (char& byte : bytes) {
    const char good = std::exchange(byte, '\0');
    for (const unsigned bad :
         {0x00U, 0x7fU, 0x90U, 0xc0U, 0xc1U, 0xcbU, 0xcfU, 0xd9U, 0xdcU, 0xddU, 0xffU}) {
      byte = static_cast<char>(bad);
      T read{};
      if (!read_all(bytes, read)) continue;
      EXPECT_FALSE(to_stored(read).empty());
    }
    byte = good;
  }
}

template <class T>
void expect_is_stored_well(const T& value) {
  expect_round_trip(value);
  expect_reads_older_and_refuses_newer(value);
  expect_refuses_every_cut(value);
  expect_survives_every_byte(value);
}

TEST(StoredFact, OfAMemberIsStoredWell) {
  for_each_alternative<domain::MemberEvent>([](const auto& fact) {
    SCOPED_TRACE(fact.name);
    expect_is_stored_well(fact);
  });
}

TEST(StoredFact, OfAPartnerIsStoredWell) {
  for_each_alternative<domain::PartnerEvent>([](const auto& fact) {
    SCOPED_TRACE(fact.name);
    expect_is_stored_well(fact);
  });
}

TEST(StoredFact, OfAProgramIsStoredWell) {
  expect_is_stored_well(filled<domain::ProgramStatusChanged>());
  expect_is_stored_well(filled<domain::BatchRun>());
  expect_round_trip(filled<domain::ConfigChanged>());
  expect_reads_older_and_refuses_newer(filled<domain::ConfigChanged>());
  expect_refuses_every_cut(filled<domain::ConfigChanged>());
  expect_round_trip(filled<domain::ConfigEdited>());
  expect_reads_older_and_refuses_newer(filled<domain::ConfigEdited>());
}

TEST(StoredFact, KeepsWhichFactItIs) {
  std::size_t index = 0;
  for_each_alternative<domain::MemberEvent>([&](const auto& fact) {
    const std::string stored = to_stored(domain::MemberEvent(fact));
    domain::MemberEvent read;
    ASSERT_TRUE(read_all(stored, read));
    EXPECT_EQ(read.index(), index++);
    EXPECT_EQ(to_stored(read), stored);
  });
}

TEST(StoredFact, OfANewerKindIsRefused) {
  Writer out;
  out.array(2);
  out.unsigned_integer(alternatives<domain::MemberEvent>);
  out.array(0);
  domain::MemberEvent read;
  EXPECT_FALSE(read_all(out.bytes(), read));
}

TEST(StoredResult, OfAMemberIsStoredWell) {
  for_each_alternative<domain::MemberResult>([](const auto& result) {
    SCOPED_TRACE(domain::MemberResult(result).index());
    expect_is_stored_well(result);
  });
}

/// What is left of a value when it has been stored: derived fields, however deep, are not.
template <class T>
void forget_derived(T& value) {
  if constexpr (is_optional<T>) {
    if (value) forget_derived(*value);
  } else if constexpr (is_vector<T> && !is_named<T>) {
    for (auto& element : value) forget_derived(element);
  } else if constexpr (Described<T>) {
    T::fields(value, []<class F>(const domain::Field& info, F& field) {
      info.stored ? forget_derived(field) : static_cast<void>(field = F{});
    });
  }
}

TEST(StoredResult, OfAMemberIsSentAgainAsItWasButForWhatTheProgramTells) {
  for_each_alternative<domain::MemberResult>([](auto alternative) {
    const std::string stored = to_stored(domain::MemberResult(alternative));
    forget_derived(alternative);
    const domain::MemberResult result(alternative);
    SCOPED_TRACE(result.index());
    domain::MemberResult read;
    ASSERT_TRUE(read_all(stored, read));
    EXPECT_EQ(to_wire(read), to_wire(result));
  });
}

TEST(StoredState, OfAMemberIsStoredWell) { expect_is_stored_well(filled<domain::Member>()); }

TEST(StoredState, OfAPartnerIsStoredWell) {
  expect_is_stored_well(filled<domain::PartnerLedger>());
}

TEST(StoredState, OfAProgramIsStoredWell) {
  expect_round_trip(filled<domain::Program>());
  expect_reads_older_and_refuses_newer(filled<domain::Program>());
  expect_refuses_every_cut(filled<domain::Program>());
}

TEST(StoredState, OfAProgramFindsItsNamesAgain) {
  domain::Program program;
  const auto number = program.symbols.intern("offer", "mug");
  domain::Program read;
  ASSERT_TRUE(read_all(to_stored(program), read));
  EXPECT_EQ(read.symbols.find("offer", "mug"), number);
  EXPECT_EQ(read.symbols.intern("offer", "cup"), number + 1);
}

TEST(StoredEntry, OfAPartnerIsStoredWell) { expect_is_stored_well(filled<domain::PartnerEntry>()); }

TEST(StoredValue, OutOfItsRangeIsRefused) {
  const auto refuses = [](auto value, std::int64_t number) {
    Writer out;
    out.integer(number);
    return !read_all(out.bytes(), value);
  };
  EXPECT_TRUE(refuses(std::uint32_t{}, -1));
  EXPECT_TRUE(refuses(std::uint32_t{}, std::int64_t{1} << 32));
  EXPECT_TRUE(refuses(std::uint64_t{}, -1));
  EXPECT_TRUE(refuses(domain::LocalDay{}, std::int64_t{1} << 31));
  EXPECT_TRUE(refuses(domain::CurrencyId{}, -1));
  EXPECT_TRUE(refuses(domain::Rounding{}, 3));
  EXPECT_TRUE(refuses(domain::Rounding{}, -1));
  EXPECT_TRUE(refuses(bool{}, 1));
  EXPECT_FALSE(refuses(domain::Rounding{}, 2));
}

TEST(StoredValue, OfTextMustBeUtf8) {
  Writer out;
  out.string("caf\xc3");
  std::string text;
  EXPECT_FALSE(read_all(out.bytes(), text));
}

}  // namespace
}  // namespace loyalty::codec
