// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "actors/entity.hpp"
#include "actors/work.hpp"

/// CAF behind a plain face: this header is free of it, actor_host.cpp is the only source that
/// includes it.
namespace loyalty::actors {

/// The actor system of a node: configured once, shared by all hosts.
class ActorSystem {
 public:
  ActorSystem();
  ~ActorSystem();
  ActorSystem(const ActorSystem&) = delete;
  ActorSystem& operator=(const ActorSystem&) = delete;

  class Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Runs the actors of one executor on the executor's own thread: a CAF execution unit
/// (runtime.md 1.9). Every entity is a CAF actor with its own mailbox; its handle never leaves its
/// host, so nothing but the host's thread ever runs it. Not thread-safe.
class ActorHost {
 public:
  /// One entity as a hosted actor. Destroying it ends the actor.
  class Actor {
   public:
    virtual ~Actor() = default;
    virtual Entity& entity() = 0;
    /// Brings the actor and its entity into the cache.
    virtual void prefetch() const = 0;
    /// Set when a bug was found while it handled a message: its state is not to be trusted.
    virtual bool broken() const = 0;
  };

  explicit ActorHost(ActorSystem& system);
  ~ActorHost();
  ActorHost(const ActorHost&) = delete;
  ActorHost& operator=(const ActorHost&) = delete;

  std::unique_ptr<Actor> spawn(std::unique_ptr<Entity> entity);

  /// Puts a message into the actor's mailbox. `work` must live until `run` has returned.
  void deliver(Actor& actor, Work& work);

  /// Runs every actor that has messages until none has.
  void run();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loyalty::actors
