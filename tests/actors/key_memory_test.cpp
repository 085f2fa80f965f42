// SPDX-License-Identifier: Apache-2.0
#include "actors/key_memory.hpp"

#include <gtest/gtest.h>

#include <string>

#include "actors/entity_key.hpp"

namespace loyalty::actors {

TEST(KeyMemory, KnowsEveryKeyItWasGivenAndNoOther) {
  KeyMemory memory;
  for (int i = 0; i < 1000; ++i) {
    memory.add(KeyMemory::fingerprint("key-" + std::to_string(i)));
    ASSERT_TRUE(memory.may_know(KeyMemory::fingerprint("key-" + std::to_string(i / 2))));
  }
  EXPECT_FALSE(memory.may_know(KeyMemory::fingerprint("another")));
  EXPECT_EQ(memory.size(), 1000U);
}

TEST(KeyMemory, IsTheSameAfterASnapshot) {
  KeyMemory memory;
  for (int i = 0; i < 100; ++i) memory.add(KeyMemory::fingerprint(std::to_string(i)));
  EXPECT_EQ(KeyMemory::of(memory.all()), memory);
}

TEST(EntityKey, NamesProgramAndId) {
  const std::string key = member_key("shop", "ada");
  EXPECT_EQ(key, "m:shop:ada");
  EXPECT_EQ(type_of(key), EntityType::member);
  EXPECT_EQ(program_of(key), "shop");
  EXPECT_EQ(id_of(key), "ada");
  EXPECT_EQ(id_of(program_key("shop")), "");
  EXPECT_EQ(program_of(program_key("shop")), "shop");
  EXPECT_EQ(partner_key("shop", "acme"), "x:shop:acme");
}

TEST(EntityKey, LivesInTheSameShardForEver) {
  // Stored data depend on these figures: they must never change.
  EXPECT_EQ(shard_of("m:shop:ada", 16), shard_of("m:shop:ada", 16));
  EXPECT_EQ(shard_of("m:cloud-kicks:ada", 1024), 623);
  EXPECT_EQ(shard_of("p:cloud-kicks", 1024), 790);
}

}  // namespace loyalty::actors
