// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"

/// The one table of methods: dispatch, roles, documentation and the list for clients follow from
/// it.
namespace loyalty::api {

/// Who may call a method once there is authentication (promises.md section 4). Until then a
/// connection, which can only come from this machine, has all roles.
enum class Role : std::uint8_t { pos, partner, program_admin, member_app, auditor };

/// A parameter or a field of a result, for documentation.
struct FieldLine {
  std::string name;
  std::string type;
  bool required = false;
  std::string doc;
};

struct Method {
  std::string_view name;
  std::string_view group;  ///< heading in the documentation
  std::string_view summary;
  EntityKind entity = EntityKind::server;
  bool writes = false;
  std::vector<Role> roles;
  std::string_view errors;  ///< codes it may answer beside the common ones
  domain::Expected<Call, Error> (*decode)(std::string_view params) = nullptr;
  std::vector<FieldLine> (*params)() = nullptr;
  std::vector<FieldLine> (*result)() = nullptr;
};

std::span<const Method> methods();
const Method* find_method(std::string_view name);
/// All names, for discovery.
std::vector<std::string> method_names();

/// docs/methods.md.
std::string methods_markdown();

}  // namespace loyalty::api
