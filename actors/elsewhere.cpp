// SPDX-License-Identifier: Apache-2.0
#include "actors/elsewhere.hpp"

#include <utility>

#include "api/errors.hpp"

namespace loyalty::actors {

void turn_away(ShardExecutor& executor, Work& work, const Elsewhere& elsewhere) {
  if (work.heard) work.heard();
  if (const auto* call = get_if<api::Call>(&work.task)) {
    executor.outbound().add(call->reply.peer,
                            api::Reply{call->reply.msgid, api::not_owner(elsewhere.owner)});
  } else if (auto* message = get_if<OutboxMessage>(&work.task)) {
    executor.later([again = std::move(*message), send = elsewhere.send] { send(again); });
  } else if (const auto* question = get_if<PeerQuestion>(&work.task)) {
    question->tell(std::nullopt);
  } else if (const auto* ask = get_if<BudgetAsk>(&work.task)) {
    executor.later([grant = BudgetGrant{.source = ask->source,
                                        .budget = ask->budget,
                                        .request = ask->request,
                                        .again = true},
                    tell = elsewhere.grant] { tell(grant); });
  }
}

}  // namespace loyalty::actors
