// The gate before wolfCrypt's assembly: which features of the processor it must not use, whatever CPUID says.
#pragma once

#include <cstdint>

namespace tlsock {

// CpuLeaves is what CPUID and XGETBV tell.
struct CpuLeaves {
  std::uint32_t max_leaf = 0;   // leaf 0, EAX
  std::uint32_t leaf_1_ecx = 0;
  std::uint32_t leaf_7_ebx = 0; // subleaf 0; of no meaning if max_leaf is below 7
  std::uint64_t xcr0 = 0;       // 0 where OSXSAVE is not set
};

// CpuFeature has the values of wolfCrypt's CPUID_* flags.
enum CpuFeature : std::uint32_t {
  cpu_avx1 = 0x0001,
  cpu_avx2 = 0x0002,
  cpu_rdseed = 0x0008,
  cpu_bmi2 = 0x0010,
  cpu_aesni = 0x0020,
  cpu_adx = 0x0040,
  cpu_bmi1 = 0x0100,
  cpu_sha = 0x0200,
};

// unusable_cpu_features is the set of features to be cleared from what wolfCrypt found; 0 if it may use all.
std::uint32_t unusable_cpu_features(const CpuLeaves& cpu);

// apply_cpu_gate clears them. It must run before wolfCrypt is used in any way, since its parts keep copies of the flags.
void apply_cpu_gate();

}  // namespace tlsock
