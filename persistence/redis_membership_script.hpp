// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// What changes the table of nodes inside Redis: membership_rules.hpp in Lua. A record is
/// "INCARNATION STATE HEARTBEAT REST"; the scripts never look at the rest. They need no command
/// that those of the store do not need.
namespace loyalty::persistence {

// Each has the keys nodes, view.
extern const std::string_view node_join_script;    ///< + name, incarnation, record
extern const std::string_view node_beat_script;    ///< + name, incarnation
extern const std::string_view node_expire_script;  ///< + name, incarnation, heartbeat
extern const std::string_view node_enter_script;   ///< + name, incarnation, state
extern const std::string_view node_leave_script;   ///< + name, incarnation
extern const std::string_view node_pin_script;     ///< + field, node or ''
extern const std::string_view node_view_script;

}  // namespace loyalty::persistence
