// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace loyalty::audit {

/// Whether a stored key can be one of an entity (actors/entity_key.hpp), outboxes included.
bool is_entity_name(std::string_view key);

/// The order of reports and exports over a whole store, whatever its shards: by program, then the
/// program itself, its members, its partners, each by id.
bool comes_before(std::string_view a, std::string_view b);

}  // namespace loyalty::audit
