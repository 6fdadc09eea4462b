// The decision of cpu_gate.h, and how it is told to wolfCrypt.
#include "crypto/cpu_gate.h"

#include <wolfssl/wolfcrypt/cpuid.h>

#ifdef HAVE_CPUID_INTEL
#include <cpuid.h>
#endif

namespace tlsock {
namespace {

// Intel SDM volume 2, CPUID, and volume 1, 13.3.
constexpr std::uint32_t pclmulqdq = 1u << 1;  // leaf 1, ECX
constexpr std::uint32_t ssse3 = 1u << 9;      // leaf 1, ECX
constexpr std::uint32_t sse41 = 1u << 19;     // leaf 1, ECX
constexpr std::uint32_t osxsave = 1u << 27;   // leaf 1, ECX
constexpr std::uint32_t avx = 1u << 28;       // leaf 1, ECX
constexpr std::uint32_t bmi2 = 1u << 8;       // leaf 7, EBX
constexpr std::uint64_t xmm_and_ymm = 0b110;  // XCR0

constexpr bool all(std::uint64_t word, std::uint64_t bits) { return (word & bits) == bits; }

}  // namespace

std::uint32_t unusable_cpu_features(const CpuLeaves& cpu) {
  const bool has_leaf_7 = cpu.max_leaf >= 7;
  std::uint32_t unusable = 0;
  // Beyond max_leaf, Intel's processors answer with another leaf's bits, and wolfCrypt believes them.
  if (!has_leaf_7) unusable |= cpu_avx2 | cpu_rdseed | cpu_bmi2 | cpu_adx | cpu_bmi1 | cpu_sha;
  // wolfCrypt looks at the processor's AVX bits alone, not at whether the operating system saves the registers. ADX
  // goes with them: Curve25519 takes it together with BMI2 for leave to use AVX2.
  if (!all(cpu.leaf_1_ecx, osxsave | avx) || !all(cpu.xcr0, xmm_and_ymm)) unusable |= cpu_avx1 | cpu_avx2 | cpu_adx;
  // AVX2 code uses BMI2 without a question; what hides one of them (a hypervisor may) has to hide both.
  if (!has_leaf_7 || !all(cpu.leaf_7_ebx, bmi2)) unusable |= cpu_avx2;
  // Likewise the AES-NI and SHA code, which shuffles by SSSE3 and SSE4.1, and multiplies for GCM.
  if (!all(cpu.leaf_1_ecx, ssse3 | sse41)) unusable |= cpu_aesni | cpu_sha;
  if (!all(cpu.leaf_1_ecx, pclmulqdq)) unusable |= cpu_aesni;
  return unusable;
}

#ifdef HAVE_CPUID_INTEL

static_assert(cpu_avx1 == CPUID_AVX1 && cpu_avx2 == CPUID_AVX2 && cpu_rdseed == CPUID_RDSEED &&
              cpu_bmi2 == CPUID_BMI2 && cpu_aesni == CPUID_AESNI && cpu_adx == CPUID_ADX && cpu_bmi1 == CPUID_BMI1 &&
              cpu_sha == CPUID_SHA);

static CpuLeaves read_cpu() {
  CpuLeaves cpu;
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
  __cpuid(0, cpu.max_leaf, ebx, ecx, edx);
  __cpuid(1, eax, ebx, cpu.leaf_1_ecx, edx);
  if (cpu.max_leaf >= 7) __cpuid_count(7, 0, eax, cpu.leaf_7_ebx, ecx, edx);
  if (all(cpu.leaf_1_ecx, osxsave)) {
    // By its opcode's name, since the intrinsic wants the whole file compiled for processors that have it.
    __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
    cpu.xcr0 = std::uint64_t{edx} << 32 | eax;
  }
  return cpu;
}

void apply_cpu_gate() {
  const std::uint32_t unusable = unusable_cpu_features(read_cpu());
  if (unusable == 0) return;
#ifdef TLSOCK_SYSTEM_WOLFCRYPT
  // An installed library does not tell what it found (cpuid_get_flags is hidden in it): portable code then.
  cpuid_select_flags(0);
#else
  // wolfCrypt must have looked before: until then its flags are all ones, "not known", and clearing some would leave
  // the rest for known and set.
  cpuid_get_flags();
  cpuid_clear_flag(unusable);
#endif
}

#else

void apply_cpu_gate() {}

#endif

}  // namespace tlsock
