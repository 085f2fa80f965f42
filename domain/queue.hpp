// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace loyalty::domain {

/// A sorted list whose first elements go first: taking them off costs the same however long it is,
/// and an empty one takes no memory of its own. Otherwise as a vector.
template <class T>
class Queue {
 public:
  using value_type = T;
  using iterator = typename std::vector<T>::iterator;
  using const_iterator = typename std::vector<T>::const_iterator;

  Queue() = default;
  Queue(const Queue& other) : items_(other.begin(), other.end()) {}
  Queue(Queue&& other) noexcept
      : items_(std::move(other.items_)), gone_(std::exchange(other.gone_, 0)) {}
  Queue& operator=(Queue other) noexcept {
    items_ = std::move(other.items_);
    gone_ = other.gone_;
    return *this;
  }
  ~Queue() = default;

  iterator begin() { return std::next(items_.begin(), offset()); }
  iterator end() { return items_.end(); }
  const_iterator begin() const { return std::next(items_.begin(), offset()); }
  const_iterator end() const { return items_.end(); }

  std::size_t size() const { return items_.size() - gone_; }
  bool empty() const { return size() == 0; }
  T& front() { return *begin(); }
  const T& front() const { return *begin(); }
  T& back() { return items_.back(); }
  const T& back() const { return items_.back(); }
  T& operator[](std::size_t index) { return items_[gone_ + index]; }
  const T& operator[](std::size_t index) const { return items_[gone_ + index]; }
  const T& at(std::size_t index) const { return items_.at(gone_ + index); }

  template <class... Args>
  T& emplace_back(Args&&... args) {
    make_room();
    return items_.emplace_back(std::forward<Args>(args)...);
  }
  void push_back(T value) {
    make_room();
    items_.push_back(std::move(value));
  }
  iterator insert(iterator place, T value) {
    const auto index = place - items_.begin();
    make_room();
    return items_.insert(std::next(items_.begin(), index), std::move(value));
  }
  void reserve(std::size_t count) { items_.reserve(gone_ + count); }
  void clear() {
    items_.clear();
    gone_ = 0;
  }

  /// Elements are moved together only when most of the memory is of those that are gone, so that
  /// each element is moved at most once for each that goes.
  void pop_front() {
    items_[gone_] = T{};
    ++gone_;
    if (gone_ == items_.size()) {
      clear();
    } else if (gone_ > size()) {
      items_.erase(items_.begin(), begin());
      gone_ = 0;
    }
  }

  template <class Condition>
  void erase_if(Condition condition) {
    items_.erase(items_.begin(), begin());
    gone_ = 0;
    std::erase_if(items_, condition);
  }

 private:
  /// By a quarter: of many members with few elements each, room for twice as many would be a lot.
  void make_room() {
    const std::size_t size = items_.size();
    if (size == items_.capacity()) items_.reserve(size + size / 4 + 1);
  }
  std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(gone_); }

  std::vector<T> items_;
  std::size_t gone_ = 0;
};

}  // namespace loyalty::domain
