// SPDX-License-Identifier: Apache-2.0
#include "actors/actor_host.hpp"

#include <caf/all.hpp>
#include <exception>
#include <vector>

#include "actors/prefetch.hpp"
#include "api/errors.hpp"

namespace loyalty::actors {

/// The one message that entity actors take. It never crosses a thread, so it may be a pointer.
struct Deliver {
  Work* work = nullptr;
};

}  // namespace loyalty::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(loyalty::actors::Deliver)

namespace loyalty::actors {
namespace {

/// A thin shell: the behaviour is a table of contents, the work is in Entity.
class EntityActor final : public caf::event_based_actor {
 public:
  EntityActor(caf::actor_config& config, std::unique_ptr<Entity> entity)
      : caf::event_based_actor(config), entity_(std::move(entity)) {}

  caf::behavior make_behavior() override {
    return {[this](const Deliver& message) {
      if (message.work == nullptr) {
        quit();
      } else {
        handle(*message.work);
      }
    }};
  }

  Entity& entity() { return *entity_; }
  bool broken() const { return broken_; }

 private:
  // An exception would end the actor and lose its mailbox (runtime.md P13): it stops here.
  void handle(Work& work) {
    if (broken_) {
      work.answer = api::Error{.code = "QUARANTINED",
                               .text = "a bug was found in this entity; see the server's log",
                               .param = {},
                               .callers_fault = false};
      return;
    }
    try {
      entity_->handle(work);
    } catch (const std::exception& bug) {
      broken_ = true;
      work.record.reset();
      work.answer = api::internal(std::string("a bug was found: ") + bug.what());
    }
  }

  std::unique_ptr<Entity> entity_;
  bool broken_ = false;
};

}  // namespace

class ActorSystem::Impl {
 public:
  Impl() : system(configured()) {}

  caf::actor_system_config config;
  caf::actor_system system;

 private:
  caf::actor_system_config& configured() {
    // Nothing but CAF's own housekeeping runs there; stealing collapses under load (P9).
    config.set("scheduler.policy", caf::atom("sharing"));
    config.set("scheduler.max-threads", std::size_t{1});
    config.set("scheduler.max-throughput", std::size_t{50});
    return config;
  }
};

ActorSystem::ActorSystem() : impl_(std::make_unique<Impl>()) {}
ActorSystem::~ActorSystem() = default;

class ActorHost::Impl final : public caf::execution_unit {
 public:
  explicit Impl(caf::actor_system& actor_system) : caf::execution_unit(&actor_system) {}

  void exec_later(caf::resumable* job) override { runnable_.push_back(job); }

  void enqueue(const caf::actor& actor, Work* work) {
    actor->enqueue(caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, Deliver{work}),
                   this);
  }

  void run() {
    // Actors that become runnable meanwhile are appended.
    for (std::size_t i = 0; i < runnable_.size(); ++i) {
      caf::resumable* job = runnable_[i];
      switch (job->resume(this, max_throughput)) {
        case caf::resumable::resume_later: runnable_.push_back(job); break;
        case caf::resumable::awaiting_message:
        case caf::resumable::done: caf::intrusive_ptr_release(job); break;
        case caf::resumable::shutdown_execution_unit: break;
      }
    }
    runnable_.clear();
  }

 private:
  static constexpr std::size_t max_throughput = 50;
  std::vector<caf::resumable*> runnable_;
};

namespace {

class HostedActor final : public ActorHost::Actor {
 public:
  using Stop = std::function<void(const caf::actor&)>;
  HostedActor(caf::actor handle, EntityActor& self, Stop stop)
      : handle_(std::move(handle)), self_(self), entity_(self.entity()), stop_(std::move(stop)) {}
  ~HostedActor() override { stop_(handle_); }

  Entity& entity() override { return entity_; }
  void prefetch() const override {
    prefetch_bytes(caf::actor_control_block::from(&self_), head_bytes);
    entity_.prefetch();
  }
  bool broken() const override { return self_.broken(); }
  const caf::actor& handle() const { return handle_; }

 private:
  /// Control block, mailbox and state of an actor: what a message to it touches.
  static constexpr std::size_t head_bytes = sizeof(caf::actor_control_block) + sizeof(EntityActor);

  caf::actor handle_;
  EntityActor& self_;
  Entity& entity_;
  Stop stop_;
};

}  // namespace

ActorHost::ActorHost(ActorSystem& system) : impl_(std::make_unique<Impl>(system.impl().system)) {}
ActorHost::~ActorHost() = default;

std::unique_ptr<ActorHost::Actor> ActorHost::spawn(std::unique_ptr<Entity> entity) {
  caf::actor_config config(impl_.get());
  caf::actor handle =
      impl_->system().spawn_class<EntityActor, caf::lazy_init>(config, std::move(entity));
  auto& self = *caf::actor_cast<EntityActor*>(handle);
  return std::make_unique<HostedActor>(std::move(handle), self, [this](const caf::actor& actor) {
    impl_->enqueue(actor, nullptr);
    impl_->run();
  });
}

void ActorHost::deliver(Actor& actor, Work& work) {
  impl_->enqueue(static_cast<HostedActor&>(actor).handle(), &work);
}

void ActorHost::run() { impl_->run(); }

}  // namespace loyalty::actors
