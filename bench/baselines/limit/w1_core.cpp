// SPDX-License-Identifier: Apache-2.0
#include "bench/baselines/limit/w1_core.hpp"

#include <cstdio>
#include <cstring>
#include <utility>

namespace loyalty::bench::w1 {
namespace {

__extension__ using Wide = unsigned __int128;

std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

template <typename T>
T read(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

/// The last bytes of a text, without a copy of variable size.
std::uint64_t tail(std::string_view text) {
  const std::size_t n = text.size();
  const char* const at = text.data();
  if (n >= 8) return read<std::uint64_t>(at + n - 8);
  if (n >= 4) {
    return std::uint64_t{read<std::uint32_t>(at)} << 32U | read<std::uint32_t>(at + n - 4);
  }
  if (n == 0) return 0;
  const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<std::uint8_t>(at[i])}; };
  return byte(0) << 16U | byte(n / 2) << 8U | byte(n - 1);
}

void prefetch(const void* at) { __builtin_prefetch(at, 1); }

}  // namespace

void Lots::grow() {
  auto ring = std::make_unique<Lot[]>(2 * std::size_t{capacity_});
  for (std::uint32_t i = 0; i < size_; ++i) ring[i] = data()[(head_ + i) & (capacity_ - 1)];
  ring_ = std::move(ring);
  head_ = 0;
  capacity_ *= 2;
}

Hash hash_of(std::string_view text) {
  std::uint64_t a = 0xa0761d6478bd642fULL ^ text.size();
  std::uint64_t b = 0xe7037ed1a0b428dbULL + text.size();
  for (std::size_t i = 0; i + 8 <= text.size(); i += 8) {
    const auto word = read<std::uint64_t>(text.data() + i);
    a = folded(a ^ word, 0x8ebc6af09c88c6e3ULL);
    b = folded(b + word, 0x589965cc75374cc3ULL) + a;
  }
  const std::uint64_t last = tail(text);
  a = folded(a ^ last, 0x1d8e4e27c47d124fULL);
  b = folded(b + last, 0xeb44accab455d165ULL) + a;
  return {a | 1, b};
}

bool KeySet::insert(const Hash& key) {
  if (size_ * 4 >= slots_.size() * 3) grow();
  std::size_t at = (key.a >> 1U) & mask_;
  for (; slots_[at].a != 0; at = (at + 1) & mask_) {
    if (slots_[at].a == key.a && slots_[at].b == key.b) return false;
  }
  slots_[at] = key;
  ++size_;
  return true;
}

void KeySet::grow() {
  const HugeVector<Hash> old = std::exchange(slots_, HugeVector<Hash>(2 * slots_.size()));
  mask_ = slots_.size() - 1;
  for (const Hash& key : old) {
    if (key.a == 0) continue;
    std::size_t at = (key.a >> 1U) & mask_;
    while (slots_[at].a != 0) at = (at + 1) & mask_;
    slots_[at] = key;
  }
}

Core::Core(std::uint32_t members, std::size_t keys)
    : members_(members), index_(std::size_t{1} << 18U), mask_(index_.size() - 1), seen_(keys) {
  for (std::uint32_t i = 0; i < members; ++i) {
    Member& member = members_[i];
    member.id_size =
        static_cast<std::uint8_t>(std::snprintf(member.id.data(), member.id.size(), "M%09u", i));
    const std::uint64_t hash = hash_of({member.id.data(), member.id_size}).a;
    std::size_t at = (hash >> 1U) & mask_;
    while (index_[at].hash != 0) at = (at + 1) & mask_;
    index_[at] = {hash, i};
    member.balance = 100;
    member.lots.push({seed_day + expiry_days, 100});
  }
}

std::uint32_t Core::find(std::string_view id, std::uint64_t hash) const {
  for (std::size_t at = (hash >> 1U) & mask_; index_[at].hash != 0; at = (at + 1) & mask_) {
    if (index_[at].hash != hash) continue;
    const Member& member = members_[index_[at].member];
    if (std::string_view(member.id.data(), member.id_size) == id) return index_[at].member;
  }
  return no_member;
}

Answer Core::purchase(const Hash& key, std::uint32_t number, std::int32_t amount,
                      std::uint32_t partner, std::int32_t day, Record& record) {
  if (number >= members_.size()) return {.status = Answer::Status::no_member};
  if (!seen_.insert(key)) return {.status = Answer::Status::duplicate};
  Member& member = members_[number];
  const std::int64_t base = amount / 100;
  const std::int64_t points = base * tier_percent[member.tier] / 100;
  std::int64_t reward = 0;
  for (member.spent += amount; member.spent >= 50'000; member.spent -= 50'000) reward += 100;
  for (member.purchases += 1; member.purchases >= 10; member.purchases -= 10) reward += 50;
  if (partner < 10) {
    member.spent_at_partners += amount;
    for (; member.spent_at_partners >= 20'000; member.spent_at_partners -= 20'000) reward += 80;
  }
  member.balance += points + reward;
  member.status += base;
  member.lots.push({day + expiry_days, static_cast<std::int32_t>(points + reward)});
  while (member.tier < 3 && member.status >= tier_minimum[member.tier + 1U]) ++member.tier;
  liability_[partner] += points + reward;
  record = {++sequence_,   points, reward, member.balance,
            member.status, amount, day,    static_cast<std::int32_t>(partner),
            member.tier,   0};
  return {Answer::Status::done, points + reward, member.balance, member.status, member.tier};
}

Answer Core::redeem(const Hash& key, std::uint32_t number, std::int32_t points, std::int32_t day,
                    Record& record) {
  if (number >= members_.size()) return {.status = Answer::Status::no_member};
  if (!seen_.insert(key)) return {.status = Answer::Status::duplicate};
  Member& member = members_[number];
  while (!member.lots.empty() && member.lots.front().expiry < day) {
    member.balance -= member.lots.front().remaining;
    member.lots.pop();
  }
  if (member.balance < points) return {.status = Answer::Status::insufficient};
  for (std::int32_t left = points; left > 0;) {
    Lot& lot = member.lots.front();
    if (lot.remaining > left) {
      lot.remaining -= left;
      left = 0;
    } else {
      left -= lot.remaining;
      member.lots.pop();
    }
  }
  member.balance -= points;
  record = {++sequence_, -points, 0, member.balance, member.status, 0, day, 0, member.tier, 1};
  return {Answer::Status::done, -points, member.balance, member.status, member.tier};
}

Answer Core::query(std::uint32_t number) const {
  if (number >= members_.size()) return {.status = Answer::Status::no_member};
  const Member& member = members_[number];
  return {Answer::Status::done, 0, member.balance, member.status, member.tier};
}

void Core::prefetch_index(std::uint64_t member, const Hash& key) const {
  prefetch(&slot_of(member));
  prefetch(seen_.place(key));
}

void Core::prefetch_member(std::uint64_t member) const {
  const auto* const at = reinterpret_cast<const char*>(&members_[slot_of(member).member]);
  prefetch(at);
  prefetch(at + 64);
}

void Core::prefetch_lots(std::uint64_t member) const {
  prefetch(members_[slot_of(member).member].lots.next_place());
}

}  // namespace loyalty::bench::w1
