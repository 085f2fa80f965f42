// SPDX-License-Identifier: Apache-2.0
// The rules of W1 and W2 written by hand: one thread, in memory, nothing that a product needs
// beside them. loyalty.lua, schema.sql and server.mjs compute the same; bench/baselines/verify
// compares their answers.
#pragma once

#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

namespace loyalty::bench::w1 {

/// Large arrays on huge pages: a look-up then costs one cache miss, not two.
template <typename T>
struct HugePages {
  using value_type = T;
  static constexpr std::size_t page = std::size_t{2} << 20U;

  HugePages() = default;
  template <typename U>
  explicit HugePages(const HugePages<U>&) {}
  T* allocate(std::size_t n) {
    const std::size_t bytes = (n * sizeof(T) + page - 1) / page * page;
    void* memory = std::aligned_alloc(page, bytes);
    if (memory == nullptr) throw std::bad_alloc();
    ::madvise(memory, bytes, MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { std::free(memory); }
  bool operator==(const HugePages&) const { return true; }
};
template <typename T>
using HugeVector = std::vector<T, HugePages<T>>;

constexpr std::uint32_t partners = 50;
constexpr std::array<int, 4> tier_percent{100, 125, 150, 200};
constexpr std::array<std::int64_t, 4> tier_minimum{0, 10'000, 50'000, 200'000};
constexpr std::int32_t expiry_days = 365;
constexpr std::int32_t seed_day = 20'000;

struct Lot {
  std::int32_t expiry = 0;  ///< day
  std::int32_t remaining = 0;
};

/// Lots, oldest first: two in place, then a ring.
class Lots {
 public:
  void push(Lot lot) {
    if (size_ == capacity_) grow();
    data()[(head_ + size_++) & (capacity_ - 1)] = lot;
  }
  bool empty() const { return size_ == 0; }
  Lot& front() { return data()[head_]; }
  void pop() {
    head_ = (head_ + 1) & (capacity_ - 1);
    --size_;
  }
  const void* next_place() const {
    return ring_ ? &ring_[(head_ + size_) & (capacity_ - 1)] : nullptr;
  }

 private:
  Lot* data() { return ring_ ? ring_.get() : in_place_.data(); }
  void grow();

  std::array<Lot, 2> in_place_;
  std::unique_ptr<Lot[]> ring_;
  std::uint32_t capacity_ = 2;
  std::uint32_t head_ = 0;
  std::uint32_t size_ = 0;
};

struct Member {
  std::array<char, 15> id{};
  std::uint8_t id_size = 0;
  std::int64_t balance = 0;
  std::int64_t status = 0;
  std::int32_t spent = 0;
  std::int32_t purchases = 0;
  std::int32_t spent_at_partners = 0;
  std::uint8_t tier = 0;
  Lots lots;
};

/// 128 bits of an id.
struct Hash {
  std::uint64_t a = 0;
  std::uint64_t b = 0;
};
Hash hash_of(std::string_view text);

/// Keys that were seen, by their hash. It doubles when it is three quarters full.
class KeySet {
 public:
  explicit KeySet(std::size_t power_of_two) : slots_(power_of_two), mask_(power_of_two - 1) {}
  bool insert(const Hash& key);
  const void* place(const Hash& key) const { return &slots_[(key.a >> 1U) & mask_]; }

 private:
  void grow();

  HugeVector<Hash> slots_;
  std::size_t size_ = 0;
  std::size_t mask_;
};

struct Answer {
  enum class Status : std::uint8_t { done, duplicate, no_member, insufficient };
  Status status = Status::done;
  std::int64_t points = 0;
  std::int64_t balance = 0;
  std::int64_t standing = 0;  ///< status points
  std::int64_t tier = 0;
};

/// A journal record; key and member follow as bytes.
struct Record {
  std::uint64_t sequence = 0;
  std::int64_t points = 0;
  std::int64_t reward = 0;
  std::int64_t balance = 0;
  std::int64_t status = 0;
  std::int32_t amount = 0;
  std::int32_t day = 0;
  std::int32_t partner = 0;
  std::int32_t tier = 0;
  std::int32_t kind = 0;
};

class Core {
 public:
  static constexpr std::uint32_t no_member = UINT32_MAX;

  /// Members M000000000 and on, each with one lot of 100 points.
  Core(std::uint32_t members, std::size_t keys);

  std::uint32_t find(std::string_view id, std::uint64_t hash) const;
  /// `record` is filled in when something was done.
  Answer purchase(const Hash& key, std::uint32_t member, std::int32_t amount, std::uint32_t partner,
                  std::int32_t day, Record& record);
  Answer redeem(const Hash& key, std::uint32_t member, std::int32_t points, std::int32_t day,
                Record& record);
  Answer query(std::uint32_t member) const;

  /// Bring into the cache, for a batch: first index and keys, then the member, then its lots.
  void prefetch_index(std::uint64_t member, const Hash& key) const;
  void prefetch_member(std::uint64_t member) const;
  void prefetch_lots(std::uint64_t member) const;

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t member = 0;
  };
  const Slot& slot_of(std::uint64_t hash) const { return index_[(hash >> 1U) & mask_]; }

  HugeVector<Member> members_;
  HugeVector<Slot> index_;
  std::size_t mask_;
  KeySet seen_;
  std::array<std::int64_t, partners> liability_{};
  std::uint64_t sequence_ = 0;
};

}  // namespace loyalty::bench::w1
