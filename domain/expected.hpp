// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <utility>

namespace loyalty::domain {

/// Wraps an error so that it can be returned where an Expected is wanted.
template <class E>
struct Unexpected {
  E error;
};
template <class E>
Unexpected(E) -> Unexpected<E>;

/// Either a value or an error, as a return value. Nothing in this code base throws across a folder.
template <class T, class E>
class Expected {
 public:
  Expected(T value)  // NOLINT: implicit
      : content_(boost::variant2::in_place_index<0>, std::move(value)) {}
  /// A value that is made here, and filled in then.
  explicit Expected(std::in_place_t) : content_(boost::variant2::in_place_index<0>) {}
  Expected(Unexpected<E> u)  // NOLINT: implicit, so that `return Unexpected{...}` reads well
      : content_(boost::variant2::in_place_index<1>, std::move(u.error)) {}

  explicit operator bool() const { return content_.index() == 0; }
  T& operator*() { return get<0>(content_); }
  const T& operator*() const { return get<0>(content_); }
  T* operator->() { return &get<0>(content_); }
  const T* operator->() const { return &get<0>(content_); }
  E& error() { return get<1>(content_); }
  const E& error() const { return get<1>(content_); }

 private:
  boost::variant2::variant<T, E> content_;
};

}  // namespace loyalty::domain
