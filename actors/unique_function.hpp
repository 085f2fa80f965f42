// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace loyalty::actors {

template <class Signature, std::size_t Inline = 48>
class UniqueFunction;

/// A function that is moved and never copied, so that what it holds (an answer, a message) need not
/// be copyable nor copied. Whatever fits into `Inline` bytes is kept inside, without an allocation:
/// one is made for every message, which std::function would pay with the heap.
template <class Return, class... Arguments, std::size_t Inline>
class UniqueFunction<Return(Arguments...), Inline> {
 public:
  UniqueFunction() = default;
  template <class Callable>
  requires(!std::is_same_v<std::remove_cvref_t<Callable>, UniqueFunction> &&
           std::is_invocable_r_v<Return, Callable&, Arguments...>)
      // NOLINTNEXTLINE(google-explicit-constructor): lambdas are passed where a function is wanted
      UniqueFunction(Callable callable) {
    if constexpr (fits<Callable>) {
      new (place_.data()) Callable(std::move(callable));
      table_ = &inside<Callable>;
    } else {
      new (place_.data())
          std::unique_ptr<Callable>(std::make_unique<Callable>(std::move(callable)));
      table_ = &outside<Callable>;
    }
  }
  UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this != &other) {
      clear();
      take(other);
    }
    return *this;
  }
  UniqueFunction(const UniqueFunction&) = delete;
  UniqueFunction& operator=(const UniqueFunction&) = delete;
  ~UniqueFunction() { clear(); }

  explicit operator bool() const { return table_ != nullptr; }
  Return operator()(Arguments... arguments) {
    return table_->call(place_.data(), std::forward<Arguments>(arguments)...);
  }

 private:
  struct Table {
    Return (*call)(void*, Arguments...);
    void (*move)(void* from, void* to);  ///< and ends what was moved
    void (*end)(void*);
  };

  template <class Callable>
  static constexpr bool fits = sizeof(Callable) <= Inline &&
                               alignof(Callable) <= alignof(std::max_align_t) &&
                               std::is_nothrow_move_constructible_v<Callable>;

  template <class Held>
  static void move_held(void* from, void* to) {
    auto& held = *static_cast<Held*>(from);
    new (to) Held(std::move(held));
    held.~Held();  // NOLINT(bugprone-use-after-move): what is left of it ends
  }
  template <class Held>
  static void end_held(void* place) {
    static_cast<Held*>(place)->~Held();
  }

  template <class Callable>
  static constexpr Table inside{
      [](void* place, Arguments... arguments) -> Return {
        return (*static_cast<Callable*>(place))(std::forward<Arguments>(arguments)...);
      },
      &move_held<Callable>, &end_held<Callable>};
  template <class Callable>
  static constexpr Table outside{[](void* place, Arguments... arguments) -> Return {
                                   return (**static_cast<std::unique_ptr<Callable>*>(place))(
                                       std::forward<Arguments>(arguments)...);
                                 },
                                 &move_held<std::unique_ptr<Callable>>,
                                 &end_held<std::unique_ptr<Callable>>};

  void take(UniqueFunction& other) {
    table_ = std::exchange(other.table_, nullptr);
    if (table_ != nullptr) table_->move(other.place_.data(), place_.data());
  }
  void clear() {
    if (const Table* table = std::exchange(table_, nullptr)) table->end(place_.data());
  }

  const Table* table_ = nullptr;
  alignas(std::max_align_t) std::array<std::byte, Inline> place_;
};

}  // namespace loyalty::actors
