# How our own code is compiled: target tlsock_options, and the flags of sanitizers, which wolfCrypt shares.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
mark_as_advanced(CCACHE_PROGRAM)
foreach(language C CXX)
  if(CCACHE_PROGRAM AND NOT DEFINED CMAKE_${language}_COMPILER_LAUNCHER)
    set(CMAKE_${language}_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  endif()
endforeach()

add_library(tlsock_options INTERFACE)
target_compile_options(tlsock_options INTERFACE -Wall -Wextra -Wpedantic -fstack-protector-strong
  $<$<BOOL:${TLSOCK_WERROR}>:-Werror>
  # Error objects carry file names, relative to the project; and ccache shares objects among build trees.
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/= -fdebug-prefix-map=${PROJECT_BINARY_DIR}=.)

set(tlsock_no_undefined LINKER:-z,defs)
set(tlsock_wolfcrypt_sanitize)
if(TLSOCK_SANITIZE)
  list(JOIN TLSOCK_SANITIZE "," list)
  target_compile_options(tlsock_options INTERFACE -fsanitize=${list} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tlsock_options INTERFACE -fsanitize=${list})
  # Undefined behaviour is judged in our code alone: wolfCrypt is compiled with -fwrapv and -fno-strict-aliasing.
  set(tlsock_wolfcrypt_sanitize ${TLSOCK_SANITIZE})
  list(REMOVE_ITEM tlsock_wolfcrypt_sanitize undefined)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # clang puts the sanitizer's run time into executables only.
    set(tlsock_no_undefined)
  endif()
endif()
if(TLSOCK_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "TLSOCK_FUZZ needs clang: use the preset fuzz, or set CMAKE_C_COMPILER and CMAKE_CXX_COMPILER.")
  endif()
  target_compile_options(tlsock_options INTERFACE -fsanitize=fuzzer-no-link)
  list(APPEND tlsock_wolfcrypt_sanitize fuzzer-no-link)
endif()
