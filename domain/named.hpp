// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "domain/few.hpp"

namespace loyalty::domain {

/// A small map from names to values, in a stable order; a MessagePack map on the wire. Plain values
/// take no memory of their own while they are few.
template <class T>
using Named = std::conditional_t<
    std::is_trivially_copy_constructible_v<T> && std::is_trivially_destructible_v<T>,
    Few<std::pair<std::string_view, T>, 4>, std::vector<std::pair<std::string_view, T>>>;

}  // namespace loyalty::domain
