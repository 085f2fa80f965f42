// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "codec/stored.hpp"
#include "domain/member/member.hpp"
#include "domain/member/results.hpp"
#include "domain/partner/partner.hpp"
#include "domain/program/program.hpp"
#include "tests/support/filled.hpp"

/// The bytes of one stored fact, result and state of each kind, as they were when the format was
/// last changed, and (NAME.older-1.hex and so on) as they were before, where not just a field was
/// added. Set LOYALTY_WRITE_GOLDEN=1 in the environment to write them anew.
namespace loyalty::codec {
namespace {

using support::filled;
using support::for_each_alternative;

const std::filesystem::path golden_folder = LOYALTY_GOLDEN_FOLDER;

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
    if (i % 32 == 31 || i + 1 == bytes.size()) text += '\n';
  }
  return text;
}

std::string from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != '\n') digits += c;
  }
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

template <class T>
void expect_readable(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream golden;
  golden << file.rdbuf();
  const std::string bytes = from_hex(golden.str());
  T read{};
  Reader in(bytes);
  EXPECT_TRUE(read_stored(in, read) && in.at_end())
      << path << ": bytes in the field can no longer be read";
}

template <class T>
void expect_golden(const std::string& name, const T& value) {
  SCOPED_TRACE(name);
  const auto path = golden_folder / (name + ".hex");
  const std::string written = to_hex(to_stored(value));
  if (std::getenv("LOYALTY_WRITE_GOLDEN") != nullptr) std::ofstream(path) << written;
  std::ifstream file(path);
  std::stringstream golden;
  golden << file.rdbuf();
  ASSERT_FALSE(golden.str().empty()) << path << " is missing: write it with "
                                     << "LOYALTY_WRITE_GOLDEN=1 and commit it";
  EXPECT_EQ(written, golden.str())
      << "The stored format of " << name << " has changed, and journals and snapshots of older "
      << "servers hold the golden bytes. Fields and alternatives are only ever added at the end. "
      << "If that is what you did, raise the format version (docs/format.md) and write the golden "
      << "bytes anew with LOYALTY_WRITE_GOLDEN=1; otherwise undo it.";
  expect_readable<T>(path);
  for (int number = 1;; ++number) {
    const auto older = golden_folder / (name + ".older-" + std::to_string(number) + ".hex");
    if (!std::filesystem::exists(older)) break;
    expect_readable<T>(older);
  }
}

template <class Variant>
void expect_golden_facts() {
  for_each_alternative<Variant>(
      [](const auto& fact) { expect_golden(std::string(fact.name), Variant(fact)); });
}

TEST(GoldenBytes, OfEveryFactOfAMember) { expect_golden_facts<domain::MemberEvent>(); }
TEST(GoldenBytes, OfEveryFactOfAPartner) { expect_golden_facts<domain::PartnerEvent>(); }
TEST(GoldenBytes, OfEveryFactOfAProgram) { expect_golden_facts<domain::ProgramEvent>(); }

TEST(GoldenBytes, OfEveryResultOfAMember) {
  constexpr std::array<std::string_view, 14> names = {
      "activity_result", "redeem_result",   "promotion_result", "voucher_result", "wake_result",
      "hold_result",     "cancel_result",   "reverse_result",   "adjust_result",  "release_result",
      "tier_result",     "standing_result", "transfer_result",  "sharing_result"};
  static_assert(names.size() == alternatives<domain::MemberResult>);
  for_each_alternative<domain::MemberResult>([&](const auto& alternative) {
    const domain::MemberResult result(alternative);
    expect_golden(std::string(names[result.index()]), result);
  });
}

TEST(GoldenBytes, OfEveryState) {
  expect_golden("member", filled<domain::Member>());
  expect_golden("program", filled<domain::Program>());
  expect_golden("partner_ledger", filled<domain::PartnerLedger>());
  expect_golden("partner_entry", filled<domain::PartnerEntry>());
}

}  // namespace
}  // namespace loyalty::codec
