// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "actors/entity_key.hpp"
#include "actors/program_entity.hpp"
#include "actors/shard.hpp"
#include "api/errors.hpp"

/// How a shard of a cluster comes to the programs of other nodes, and brings its own to them
/// (runtime.md 1.8).
namespace loyalty::actors {

ProgramState Shard::program_state(const Slot& slot) const {
  const Entity& program = slot.actor->entity();
  const std::string state = program.state();
  return {.id = std::string(program_of(slot.key)),
          .sequence = program.sequence(),
          .state = {state.begin(), state.end()}};
}

/// Who changed a program hears of it when no node decides by the former version any more.
void Shard::bring_into_force(const Work& work, const Slot& slot) {
  const auto* call = get_if<api::Call>(&work.task);
  if (work.heard) gate_.hold(journal().newest(), [heard = work.heard](bool) { heard(); });
  gate_.hold(journal().newest(),
             [this, view = work.publish, state = program_state(slot), said = work.answer,
              runs = work.runs_batch,
              to = call == nullptr ? api::ReplySlot{} : call->reply](bool durable) {
               if (!durable) return answer(to, Answer(said), false);
               services_.publish(view);
               services_.spread(state, [this, to, said, runs] {
                 runs ? run_batch(to, said) : answer(to, Answer(said), true);
               });
             });
}

void Shard::fetch_program(WorkPtr asking, Slot& slot) {
  ++slot.busy;
  const std::string program(program_of(asking->entity));
  services_.fetch(program, [this, shared = std::make_shared<WorkPtr>(std::move(asking))](
                               Neighbours::Found found) {
    WorkPtr work = std::move(*shared);
    Slot& now = *table_.find(work->entity);
    --now.busy;
    if (lost() || found == Neighbours::Found::unknown) {
      refuse(*work, api::unavailable("the program cannot be asked for just now"));
      return;
    }
    work->program = services_.program(program_of(work->entity));
    begin(std::move(work), now);
  });
}

}  // namespace loyalty::actors
