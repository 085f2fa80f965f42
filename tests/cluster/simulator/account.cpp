// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/simulator/account.hpp"

#include <sstream>

#include "actors/entity_key.hpp"

namespace loyalty::cluster::simulator {

std::string Operation::encoded() const {
  std::ostringstream out;
  out << static_cast<int>(kind) << ' ' << (key.empty() ? "-" : key) << ' ' << account << ' ' << to
      << ' ' << amount << ' ' << done << ' ' << source << ' ' << id.epoch << ' ' << id.position;
  return out.str();
}

std::optional<Operation> Operation::decoded(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  Operation one;
  int number = 0;
  in >> number >> one.key >> one.account >> one.to >> one.amount >> one.done >> one.source >>
      one.id.epoch >> one.id.position;
  if (!in) return std::nullopt;
  one.kind = static_cast<Kind>(number);
  if (one.key == "-") one.key.clear();
  return one;
}

Operation Account::decide(Operation wanted) const {
  const bool takes = wanted.kind == Kind::withdraw || wanted.kind == Kind::transfer;
  wanted.done = !takes || balance >= wanted.amount;
  return wanted;
}

void Account::apply(const Operation& happened) {
  ++version;
  if (happened.done) {
    const bool gives = happened.kind == Kind::deposit || happened.kind == Kind::received;
    balance += gives ? happened.amount : -happened.amount;
  }
  if (happened.kind == Kind::received) {
    received[happened.source] = happened.id;
  } else {
    keys[happened.key] = {.done = happened.done, .balance = balance, .version = version};
  }
}

std::string destination_of(std::uint32_t account) {
  return actors::partner_key("sim", std::to_string(account));
}

std::uint32_t account_of(const std::string& destination) {
  return static_cast<std::uint32_t>(std::stoul(std::string(actors::id_of(destination))));
}

}  // namespace loyalty::cluster::simulator
