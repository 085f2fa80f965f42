// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace loyalty::domain {

/// A list that mostly has few elements: up to N are kept in place, without memory of their own;
/// with more, all of them move into a vector. For plain values, which need no end.
template <class T, std::size_t N>
class Few {
  static_assert(std::is_trivially_copy_constructible_v<T> && std::is_trivially_destructible_v<T>);

 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  Few() {}  // NOLINT(modernize-use-equals-default): the room is not to be filled
  Few(std::initializer_list<T> values) {
    for (const T& value : values) push_back(value);
  }
  Few(const Few& other) : many_(other.many_), size_(other.size_) { take_room(other); }
  Few(Few&& other) noexcept : many_(std::move(other.many_)), size_(std::exchange(other.size_, 0)) {
    take_room(other);
  }
  Few& operator=(Few other) noexcept {
    many_ = std::move(other.many_);
    size_ = other.size_;
    take_room(other);
    return *this;
  }
  ~Few() = default;

  T* begin() { return many_.empty() ? room_ : many_.data(); }
  T* end() { return begin() + size_; }
  const T* begin() const { return many_.empty() ? room_ : many_.data(); }
  const T* end() const { return begin() + size_; }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t index) { return begin()[index]; }
  const T& operator[](std::size_t index) const { return begin()[index]; }
  const T& at(std::size_t index) const {
    if (index >= size_) throw std::out_of_range("Few::at");
    return begin()[index];
  }
  T& front() { return *begin(); }
  const T& front() const { return *begin(); }
  T& back() { return end()[-1]; }
  const T& back() const { return end()[-1]; }

  T& push_back(const T& value) {
    if (size_ < N && many_.empty()) {
      std::construct_at(room_ + size_, value);
    } else {
      push_to_many(value);
    }
    ++size_;
    return back();
  }
  template <class... Args>
  T& emplace_back(Args&&... args) {
    return push_back(T{std::forward<Args>(args)...});
  }
  void clear() {
    many_.clear();
    size_ = 0;
  }

  friend bool operator==(const Few& a, const Few& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  void take_room(const Few& other) {
    if (many_.empty()) std::uninitialized_copy_n(other.room_, size_, room_);
  }
  void push_to_many(const T& value) {
    if (many_.empty()) {
      many_.reserve(4 * N);
      many_.assign(room_, room_ + size_);
    }
    many_.push_back(value);
  }

  std::vector<T> many_;
  std::size_t size_ = 0;
  union {
    T room_[N];  // NOLINT(modernize-avoid-c-arrays): a union's array is left as it is
  };
};

}  // namespace loyalty::domain
