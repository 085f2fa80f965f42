# SPDX-License-Identifier: Apache-2.0
# Compiler settings of every target, and the two functions that make one.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
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
                            -fstack-protector-strong -fno-omit-frame-pointer)
target_link_options(loyalty_options INTERFACE -Wl,-z,relro,-z,now)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
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
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# loyalty_library(NAME SOURCES... ): one library per folder, every source by name.
function(loyalty_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC loyalty_options)
  if(LOYALTY_UNITY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
  endif()
endfunction()

# loyalty_test(NAME SOURCES... ): a GoogleTest program whose cases are found by ctest. Never a
# unity build: fixtures and helpers of test files keep their short names.
function(loyalty_test name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE loyalty_options GTest::gtest GTest::gmock GTest::gtest_main
                                        rapidcheck rapidcheck_gtest)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
