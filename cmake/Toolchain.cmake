# SPDX-License-Identifier: Apache-2.0
# Compiler settings of every target, and the two functions that make one.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Without this ccache gives up on everything that uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
                                  ${CCACHE_PROGRAM})
endif()

# -O3 costs build time and gains nothing measurable here.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

# Left out of the warnings: fields that keep their defaults in designated initialisers are meant to;
# gcc 12 takes std::optional and std::variant that are set for uninitialised.
add_library(loyalty_options INTERFACE)
target_include_directories(loyalty_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(
  loyalty_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror
                            -Wno-missing-field-initializers -Wno-maybe-uninitialized
                            -fstack-protector-strong -fno-omit-frame-pointer -fPIE)
# hiredis asks for this, and a precompiled header wants the same of everybody.
target_compile_definitions(loyalty_options INTERFACE _FILE_OFFSET_BITS=64)
target_link_options(loyalty_options INTERFACE -pie -Wl,-z,relro,-z,now)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The compiler tidies up its memory less often: a tenth of its time, for half a gigabyte.
  target_compile_options(loyalty_options INTERFACE "SHELL:--param ggc-min-heapsize=524288")
  # A known false alarm on Asio's coroutine frames at -O1 and above.
  target_compile_options(loyalty_options INTERFACE -Wno-mismatched-new-delete)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # A known false alarm of gcc 12 on "literal" + std::string (gcc bug 105651).
    target_compile_options(loyalty_options INTERFACE -Wno-restrict)
  endif()
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT LOYALTY_SANITIZE)
  target_compile_options(loyalty_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
if(LOYALTY_SANITIZE)
  target_compile_options(loyalty_options INTERFACE -fsanitize=${LOYALTY_SANITIZE}
                                                   -fno-sanitize-recover=all)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # -Wtsan only says that fences (in Asio) are not modelled.
    target_compile_options(loyalty_options INTERFACE -Wno-tsan)
  endif()
  target_link_options(loyalty_options INTERFACE -fsanitize=${LOYALTY_SANITIZE})
endif()

# Parsing the same headers again in each source would be a third of a clean build. They are parsed
# once for all libraries, and once, with those of GoogleTest, for all test programs. Sources include
# what they use all the same: `tools/check headers` and lint build without this.
function(loyalty_precompiled name)
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.cpp "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE loyalty_options)
  target_compile_options(${name} PRIVATE $<$<BOOL:${CCACHE_PROGRAM}>:-fpch-preprocess>)
  target_precompile_headers(
    ${name}
    PRIVATE
    <algorithm>
    <array>
    <charconv>
    <chrono>
    <deque>
    <functional>
    <map>
    <memory>
    <mutex>
    <optional>
    <set>
    <span>
    <string>
    <unordered_map>
    <boost/variant2/variant.hpp>
    <vector>)
endfunction()
if(LOYALTY_UNITY)
  loyalty_precompiled(loyalty_standard_headers)
endif()

# A release compiles up to 16 sources of a target together, in batches of one size: headers are read
# and templates compiled once per batch. More at a time would want more memory than 2 GB.
function(loyalty_unity target count)
  math(EXPR batches "(${count} + 15) / 16")
  math(EXPR size "(${count} + ${batches} - 1) / ${batches}")
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${size})
  target_precompile_headers(${target} REUSE_FROM loyalty_standard_headers)
endfunction()

# loyalty_library(NAME [SOURCES...] [COLD SOURCES...]): one library per folder, every source by name.
# The COLD ones do nothing per message, so a release builds them with -O1, which takes a third less
# time.
function(loyalty_library name)
  cmake_parse_arguments(PARSE_ARGV 1 library "" "" "COLD")
  set(hot ${library_UNPARSED_ARGUMENTS})
  set(cold ${library_COLD})
  set(parts ${name})
  set(cold_part ${name})
  if(hot AND cold)
    set(cold_part ${name}_cold)
    list(APPEND parts ${cold_part})
    add_library(${cold_part} OBJECT ${cold})
    foreach(kind IN ITEMS INCLUDE_DIRECTORIES COMPILE_DEFINITIONS COMPILE_OPTIONS)
      set_property(TARGET ${cold_part} PROPERTY ${kind} $<TARGET_PROPERTY:${name},${kind}>)
    endforeach()
    add_library(${name} STATIC ${hot} $<TARGET_OBJECTS:${cold_part}>)
  else()
    add_library(${name} STATIC ${hot} ${cold})
  endif()
  target_link_libraries(${name} PUBLIC loyalty_options)
  if(cold AND CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${cold_part} PRIVATE -O1)
  endif()
  if(LOYALTY_UNITY)
    foreach(part IN LISTS parts)
      get_target_property(sources ${part} SOURCES)
      list(FILTER sources EXCLUDE REGEX TARGET_OBJECTS)
      list(LENGTH sources count)
      loyalty_unity(${part} ${count})
    endforeach()
  endif()
endfunction()

# loyalty_test(NAME [LONG] SOURCES... ): a GoogleTest program whose cases are found by ctest. Never
# a unity build: fixtures and helpers of test files keep their short names. LONG: some of its cases
# take a minute, so all start among the first.
function(loyalty_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "LONG" "" "")
  add_executable(${name} ${test_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE loyalty_options GTest::gtest GTest::gmock GTest::gtest_main
                                        rapidcheck rapidcheck_gtest)
  if(LOYALTY_UNITY)
    if(NOT TARGET loyalty_test_headers)
      loyalty_precompiled(loyalty_test_headers)
      target_link_libraries(loyalty_test_headers PRIVATE GTest::gtest GTest::gmock rapidcheck
                                                         rapidcheck_gtest)
      target_precompile_headers(loyalty_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
    endif()
    target_precompile_headers(${name} REUSE_FROM loyalty_test_headers)
  endif()
  set(cost 0)
  if(test_LONG)
    set(cost 400)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300 COST ${cost})
endfunction()

# loyalty_allocator(TARGET): what many threads allocate and others free goes through jemalloc
# (ARCHITECTURE.md 38). The sanitizers have their own.
function(loyalty_allocator target)
  if(NOT LOYALTY_SANITIZE)
    target_link_libraries(${target} PRIVATE PkgConfig::JEMALLOC)
  endif()
endfunction()
