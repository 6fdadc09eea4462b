// Which processor features are kept from wolfCrypt, by CPUID and XCR0 as the test has them.
#include "crypto/cpu_gate.h"

#include "tests/catch.hpp"

using namespace tlsock;

namespace {

constexpr std::uint32_t sse_and_aes = 1u << 1 | 1u << 9 | 1u << 19 | 1u << 25;  // PCLMULQDQ, SSSE3, SSE4.1, AES
constexpr std::uint32_t osxsave = 1u << 27;
constexpr std::uint32_t avx = 1u << 28;
constexpr std::uint32_t bmi1 = 1u << 3, avx2 = 1u << 5, bmi2 = 1u << 8, adx = 1u << 19, sha = 1u << 29;

// A processor of today under an operating system that saves everything, AVX-512 too.
constexpr CpuLeaves modern{13, sse_and_aes | osxsave | avx, bmi1 | avx2 | bmi2 | adx | sha, 0xe7};
constexpr std::uint32_t avx_features = cpu_avx1 | cpu_avx2 | cpu_adx;

CpuLeaves with_xcr0(std::uint64_t xcr0) {
  CpuLeaves cpu = modern;
  cpu.xcr0 = xcr0;
  return cpu;
}

}  // namespace

TEST_CASE("a processor whose state is saved is used in full") {
  CHECK(unusable_cpu_features(modern) == 0);
  // AVX-512 state is of no interest.
  CHECK(unusable_cpu_features(with_xcr0(0b111)) == 0);
}

TEST_CASE("AVX needs the operating system to save both XMM and YMM") {
  for (std::uint64_t xcr0 : {0b000u, 0b001u, 0b011u, 0b101u, 0b010u, 0b100u, 0xe1u}) {
    CAPTURE(xcr0);
    CHECK(unusable_cpu_features(with_xcr0(xcr0)) == avx_features);
  }
}

TEST_CASE("AVX needs OSXSAVE, whatever else is there") {
  CpuLeaves cpu = modern;
  cpu.leaf_1_ecx &= ~osxsave;
  CHECK(unusable_cpu_features(cpu) == avx_features);
  cpu.xcr0 = 0;
  CHECK(unusable_cpu_features(cpu) == avx_features);
}

TEST_CASE("a hypervisor that hides AVX hides AVX2 and what relies on it") {
  CpuLeaves cpu = modern;
  cpu.leaf_1_ecx &= ~avx;
  CHECK(unusable_cpu_features(cpu) == avx_features);
}

TEST_CASE("AVX2 goes with BMI2") {
  CpuLeaves cpu = modern;
  cpu.leaf_7_ebx &= ~bmi2;
  CHECK(unusable_cpu_features(cpu) == cpu_avx2);
}

TEST_CASE("leaf 7 counts only where it exists") {
  CpuLeaves cpu = modern;
  cpu.max_leaf = 6;
  CHECK(unusable_cpu_features(cpu) == (cpu_avx2 | cpu_rdseed | cpu_bmi2 | cpu_adx | cpu_bmi1 | cpu_sha));
}

TEST_CASE("AES-NI goes with what GCM needs, SHA with the shuffles") {
  CpuLeaves cpu = modern;
  cpu.leaf_1_ecx &= ~(1u << 1);
  CHECK(unusable_cpu_features(cpu) == cpu_aesni);
  for (auto bit : {9, 19}) {
    cpu = modern;
    cpu.leaf_1_ecx &= ~(1u << bit);
    CHECK(unusable_cpu_features(cpu) == (cpu_aesni | cpu_sha));
  }
}

TEST_CASE("the oldest processor has nothing") {
  CHECK(unusable_cpu_features({}) ==
        (cpu_avx1 | cpu_avx2 | cpu_rdseed | cpu_bmi2 | cpu_aesni | cpu_adx | cpu_bmi1 | cpu_sha));
}
