// SPDX-License-Identifier: Apache-2.0
#include "audit/entity_name.hpp"

#include <tuple>

#include "actors/entity_key.hpp"

namespace loyalty::audit {
namespace {

int rank(std::string_view key) {
  switch (actors::type_of(key)) {
    case actors::EntityType::program: return 0;
    case actors::EntityType::member: return 1;
    case actors::EntityType::partner: return 2;
    case actors::EntityType::budget: return 3;
    case actors::EntityType::outbox:
    case actors::EntityType::report: break;
  }
  return 4;
}

}  // namespace

bool is_entity_name(std::string_view key) {
  if (key.size() < 3 || key[1] != ':' || actors::program_of(key).empty()) return false;
  const bool has_id = !actors::id_of(key).empty();
  switch (actors::type_of(key)) {
    case actors::EntityType::program:
    case actors::EntityType::outbox: return !has_id;
    case actors::EntityType::member:
    case actors::EntityType::budget:
    case actors::EntityType::partner: return has_id;
    case actors::EntityType::report: return true;
  }
  return false;
}

bool comes_before(std::string_view a, std::string_view b) {
  const auto place = [](std::string_view key) {
    return std::tuple(actors::program_of(key), rank(key), actors::id_of(key));
  };
  return place(a) < place(b);
}

}  // namespace loyalty::audit
