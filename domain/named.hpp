// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace loyalty::domain {

/// A small map from names to values, in a stable order; a MessagePack map on the wire.
template <class T>
using Named = std::vector<std::pair<std::string_view, T>>;

}  // namespace loyalty::domain
