// The groups of RFC 5054 appendix A. The larger ones are digits of pi, and begin alike.
#include <algorithm>

#include "crypto/number_internal.h"
#include "crypto/srp.h"

namespace tlsock {
namespace {

constexpr char n_1024[] =
    "eeaf0ab9adb38dd69c33f80afa8fc5e86072618775ff3c0b9ea2314c9c256576d674df7496ea81d3383b4813d692c6e0e0d5d8e250b98be4"
    "8e495c1d6089dad15dc7d7b46154d6b6ce8ef4ad69b15d4982559b297bcf1885c529f566660e57ec68edbc3c05726cc02fd4cbf4976eaa9a"
    "fd5138fe8376435b9fc61d2fc0eb06e3";

constexpr char n_1536[] =
    "9def3cafb939277ab1f12a8617a47bbbdba51df499ac4c80beeea9614b19cc4d5f4f5f556e27cbde51c6a94be4607a291558903ba0d0f843"
    "80b655bb9a22e8dcdf028a7cec67f0d08134b1c8b97989149b609e0be3bab63d47548381dbc5b1fc764e3f4b53dd9da1158bfd3e2b9c8cf5"
    "6edf019539349627db2fd53d24b7c48665772e437d6c7f8ce442734af7ccb7ae837c264ae3a9beb87f8a2fe9b8b5292e5a021fff5e91479e"
    "8ce7a28c2442c6f315180f93499a234dcf76e3fed135f9bb";

constexpr char n_2048[] =
    "ac6bdb41324a9a9bf166de5e1389582faf72b6651987ee07fc3192943db56050a37329cbb4a099ed8193e0757767a13dd52312ab4b03310d"
    "cd7f48a9da04fd50e8083969edb767b0cf6095179a163ab3661a05fbd5faaae82918a9962f0b93b855f97993ec975eeaa80d740adbf4ff74"
    "7359d041d5c33ea71d281e446b14773bca97b43a23fb801676bd207a436c6481f1d2b9078717461a5b9d32e688f87748544523b524b0d57d"
    "5ea77a2775d2ecfa032cfbdbf52fb3786160279004e57ae6af874e7303ce53299ccc041c7bc308d82a5698f3a8d0c38271ae35f8e9dbfbb6"
    "94b5c803d89f7ae435de236d525f54759b65e372fcd68ef20fa7111f9e4aff73";

// The digits that all groups from 3072 bits on have.
constexpr char pi_3072[] =
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b"
    "302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe6"
    "49286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d"
    "670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718"
    "3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7d"
    "b3970f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c"
    "bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120";

// The digits that all groups from 4096 bits on have.
constexpr char pi_4096[] =
    "a92108011a723c12a787e6d788719a10bdba5b2699c327186af4e23c1a946834b6150bda2583e9ca2ad44ce8dbbbc2db04de8ef92e8efc14"
    "1fbecaa6287c59474e6bc05d99b2964fa090c3a2233ba186515be7ed1f612970cee2d7afb81bdd762170481cd0069127d5b05aa993b4ea98"
    "8d8fddc186ffb7dc90a6c08f4df435c9";

// The digits that all groups from 6144 bits on have.
constexpr char pi_6144[] =
    "3402849236c3fab4d27c7026c1d4dcb2602646dec9751e763dba37bdf8ff9406ad9e530ee5db382f413001aeb06a53ed9027d831179727b0"
    "865a8918da3edbebcf9b14ed44ce6cbaced4bb1bdb7f1447e6cc254b332051512bd7af426fb8f401378cd2bf5983ca01c64b92ecf032ea15"
    "d1721d03f482d7ce6e74fef6d55e702f46980c82b5a84031900b1c9e59e7c97fbec7e8f323a97a7e36cc88be0f1d45b7ff585ac54bd407b2"
    "2b4154aacc8f6d7ebf48e1d814cc5ed20f8037e0a79715eef29be32806a1d58bb7c5da76f550aa3d8a1fbff0eb19ccb1a313d55cda56c9ec"
    "2ef29632387fe8d76e3c0468043e8f663f4860ee12bf2d5b0b7474d6e694f91e";

constexpr char end_3072[] = "a93ad2caffffffffffffffff";
constexpr char end_4096[] = "34063199ffffffffffffffff";
constexpr char end_6144[] = "6dcc4024ffffffffffffffff";
constexpr char end_8192[] =
    "6dbe115974a3926f12fee5e438777cb6a932df8cd8bec4d073b931ba3bc832b68d9dd300741fa7bf8afc47ed2576f6936ba424663aab639c"
    "5ae4f5683423b4742bf1c978238f16cbe39d652de3fdb8befc848ad922222e04a4037c0713eb57a81a23f0c73473fc646cea306b4bcbc886"
    "2f8385ddfa9d4b7fa2c087e879683303ed5bdd3a062b3cf5b3a278a66d2a13f83f44f82ddf310ee074ab6a364597e899a0255dc164f31cc5"
    "0846851df9ab48195ded7ea1b1d510bd7ee74d73faf36bc31ecfa268359046f4eb879f924009438b481c6cd7889a002ed5ee382bc9190da6"
    "fc026e479558e4475677e9aa9e3050e2765694dfc81f56e880b96e7160c980dd98edd3dfffffffffffffffff";

SrpGroup make_group(const char* name, std::string_view digits, std::uint8_t g) {
  return {name, from_hex(digits).value(), ByteString{g}};
}

}  // namespace

std::span<const SrpGroup> srp_groups() {
  static const SrpGroup groups[] = {
      make_group("srp_1024", n_1024, 2),
      make_group("srp_1536", n_1536, 2),
      make_group("srp_2048", n_2048, 2),
      make_group("srp_3072", std::string(pi_3072) + end_3072, 5),
      make_group("srp_4096", std::string(pi_3072) + pi_4096 + end_4096, 5),
      make_group("srp_6144", std::string(pi_3072) + pi_4096 + pi_6144 + end_6144, 5),
      make_group("srp_8192", std::string(pi_3072) + pi_4096 + pi_6144 + end_8192, 19),
  };
  return groups;
}

const SrpGroup* find_srp_group(std::string_view name) {
  const auto found = std::ranges::find(srp_groups(), name, &SrpGroup::name);
  return found == srp_groups().end() ? nullptr : &*found;
}

const SrpGroup* find_srp_group(Bytes N, Bytes g) {
  const auto found = std::ranges::find_if(srp_groups(), [&](const SrpGroup& group) {
    return equal(group.N, significant(N)) && equal(group.g, significant(g));
  });
  return found == srp_groups().end() ? nullptr : &*found;
}

}  // namespace tlsock
