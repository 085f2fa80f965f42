// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace loyalty::domain {

/// `to` becomes what `from` was. With it the assignments of a large type are made of its copy, its
/// move and its end; the assignments of all its parts, a third of the code, are never compiled.
template <class T>
void replace(T& to, std::remove_reference_t<T>&& from) noexcept {
  if (&to == &from) return;
  std::destroy_at(&to);
  std::construct_at(&to, std::move(from));
}

}  // namespace loyalty::domain
