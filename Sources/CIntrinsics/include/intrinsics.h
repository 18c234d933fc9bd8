// What Swift cannot say about vectors and CPUs: header-only, so that each kernel module compiles its own copy
// with its own instruction set (-march), and nothing is shared at link time.
#ifndef APUS_INTRINSICS_H
#define APUS_INTRINSICS_H

#include <stdbool.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

// The instruction set that the importing module is compiled for: 0 baseline, 1 AVX2 with FMA, 2 AVX-512.
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512BW__)
#define APUS_INSTRUCTION_SET 2
#elif defined(__AVX2__) && defined(__FMA__)
#define APUS_INSTRUCTION_SET 1
#else
#define APUS_INSTRUCTION_SET 0
#endif

// Whether the importing module is compiled for the dot products of AVX512-BF16.
#if defined(__AVX512BF16__)
#define APUS_HAS_BFLOAT16_DOT 1
#else
#define APUS_HAS_BFLOAT16_DOT 0
#endif

#define APUS_INLINE static inline __attribute__((always_inline, unused))

// Sixteen floats: imported as SIMD16<Float>.
typedef float apus_float16 __attribute__((ext_vector_type(16)));
typedef float apus_float8 __attribute__((ext_vector_type(8)));
typedef int apus_int16 __attribute__((ext_vector_type(16)));
#if APUS_INSTRUCTION_SET == 2
// What the builtin functions of AVX-512 take.
typedef float apus_zmm __attribute__((vector_size(64)));
#endif

// The types of the instructions' builtins.
typedef float apus_vector512 __attribute__((vector_size(64)));
typedef int apus_lanes512 __attribute__((vector_size(64)));

// Zeros for the largest tile: Swift's own ways to fill an array are generic functions whose specialisations would
// be shared between the instruction sets at link time.
APUS_INLINE const void *_Nonnull apus_zeros(void) {
    static const float zeros[28 * 16] __attribute__((aligned(64))) = {0};
    return zeros;
}

// a * b + c: one FMA an element where the instruction set has it, otherwise a product and a sum.
APUS_INLINE apus_float16 apus_fma(apus_float16 a, apus_float16 b, apus_float16 c) {
#pragma clang fp contract(on)
    return a * b + c;
}

// Sums, differences and products as they are: Swift's own are sixteen scalar ones, which long straight-line code keeps
// or joins to vectors across the lanes.
APUS_INLINE apus_float16 apus_add(apus_float16 a, apus_float16 b) { return a + b; }
APUS_INLINE apus_float16 apus_subtract(apus_float16 a, apus_float16 b) { return a - b; }
APUS_INLINE apus_float16 apus_multiply(apus_float16 a, float b) { return a * (apus_float16)(b); }

APUS_INLINE apus_float16 apus_add_scalar(apus_float16 a, float b) { return a + (apus_float16)(b); }
APUS_INLINE apus_float16 apus_multiply_lanes(apus_float16 a, apus_float16 b) { return a * b; }

// a * b + c with b in every lane.
APUS_INLINE apus_float16 apus_fma_scalar(apus_float16 a, float b, apus_float16 c) {
#pragma clang fp contract(on)
    return a * (apus_float16)(b) + c;
}

// a * b + c with b in every lane, of eight lanes.
APUS_INLINE apus_float8 apus_fma_eight(apus_float8 a, float b, apus_float8 c) {
#pragma clang fp contract(on)
    return a * (apus_float8)(b) + c;
}

// a * b + c of eight lanes.
APUS_INLINE apus_float8 apus_fma_lanes_eight(apus_float8 a, apus_float8 b, apus_float8 c) {
#pragma clang fp contract(on)
    return a * b + c;
}

// Sixteen floats from any address.
APUS_INLINE apus_float16 apus_load(const float *_Nonnull source) {
    apus_float16 value;
    memcpy(&value, source, sizeof value);
    return value;
}

// Sixteen floats to any address.
APUS_INLINE void apus_store(float *_Nonnull target, apus_float16 value) {
    memcpy(target, &value, sizeof value);
}

// The first `count` floats, 0...16, of any address; zeros in the other lanes. Nothing behind them is read.
APUS_INLINE apus_float16 apus_load_first(const float *_Nonnull source, long count) {
    apus_float16 value = 0;
#if APUS_INSTRUCTION_SET == 2
    return (apus_float16)__builtin_ia32_loadups512_mask(source, (apus_zmm)value, (1u << count) - 1);
#else
    for (long lane = 0; lane < count; lane++) value[lane] = source[lane];
    return value;
#endif
}

// The first `count` lanes, 0...16, to any address.
APUS_INLINE void apus_store_first(float *_Nonnull target, apus_float16 value, long count) {
#if APUS_INSTRUCTION_SET == 2
    __builtin_ia32_storeups512_mask(target, (apus_zmm)value, (1u << count) - 1);
#else
    for (long lane = 0; lane < count; lane++) target[lane] = value[lane];
#endif
}

// The lanes below `count` of value; zeros in the others.
APUS_INLINE apus_float16 apus_keep_first(apus_float16 value, long count) {
    const apus_int16 lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return (apus_float16)((apus_int16)value & (lanes < (apus_int16)((int)count)));
}

// The lane that each output lane j reads first of its group, the groups having `inputs` and `outputs` lanes and the
// first of them beginning at lane `first`: first + j / outputs * inputs.
APUS_INLINE apus_int16 apus_group_lanes(long first, long inputs, long outputs) {
    apus_int16 lanes;
    for (long lane = 0; lane < 16; lane++) lanes[lane] = (int)(first + lane / outputs * inputs);
    return lanes;
}

// Lane j of the result is lanes[j] + offset of the sixteen floats at source, for lanes of apus_group_lanes whose groups
// have at least four outputs.
APUS_INLINE apus_float16 apus_spread_quarters(const float *_Nonnull source, apus_int16 lanes, int offset) {
    typedef float apus_float4 __attribute__((ext_vector_type(4)));
    const apus_float4 first = source[lanes[0] + offset], second = source[lanes[4] + offset];
    const apus_float4 third = source[lanes[8] + offset], fourth = source[lanes[12] + offset];
    apus_float16 result;
    result.lo.lo = first;
    result.lo.hi = second;
    result.hi.lo = third;
    result.hi.hi = fourth;
    return result;
}

// Lane j of the result is lanes[j] + offset, modulo sixteen, of the sixteen floats at source.
APUS_INLINE apus_float16 apus_spread(const float *_Nonnull source, apus_int16 lanes, int offset) {
    const apus_int16 places = (lanes + offset) & 15;
#if APUS_INSTRUCTION_SET == 2
    return (apus_float16)__builtin_ia32_permvarsf512((apus_vector512)apus_load(source), (apus_lanes512)places);
#else
    apus_float16 result;
    for (long lane = 0; lane < 16; lane++) result[lane] = source[places[lane]];
    return result;
#endif
}

// Minus one in the lanes below `count`, zero in the others.
APUS_INLINE apus_int16 apus_lanes_below(long count) {
    const apus_int16 lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return lanes < (apus_int16)((int)count);
}

// The bits of a in the lanes where `first` is minus one, those of b where `second` is, zeros where neither is.
APUS_INLINE apus_float16 apus_select_two(apus_float16 a, apus_int16 first, apus_float16 b, apus_int16 second) {
    return (apus_float16)(((apus_int16)a & first) | ((apus_int16)b & second));
}

// a in the lanes where `isFirst` is minus one, b in the others.
APUS_INLINE apus_float16 apus_splat_two(float a, float b, apus_int16 isFirst) {
    return isFirst ? (apus_float16)(a) : (apus_float16)(b);
}

// The larger element; x where one of them is NaN.
APUS_INLINE apus_float16 apus_at_least(apus_float16 x, apus_float16 lower) { return x < lower ? lower : x; }

// The smaller element; x where one of them is NaN.
APUS_INLINE apus_float16 apus_at_most(apus_float16 x, apus_float16 upper) { return x > upper ? upper : x; }

// x with its magnitude at most `limit`, which is positive; a NaN may become a number.
APUS_INLINE apus_float16 apus_limit(apus_float16 x, apus_float16 limit) {
#if APUS_INSTRUCTION_SET == 2
    return (apus_float16)__builtin_ia32_rangeps512_mask(
        (apus_zmm)x, (apus_zmm)limit, 2, (apus_zmm)x, -1, 4);
#else
    apus_float16 y = x > limit ? limit : x;
    return y < -limit ? -limit : y;
#endif
}

// y where y is NaN, else x.
APUS_INLINE apus_float16 apus_or_nan(apus_float16 x, apus_float16 y) { return y != y ? y : x; }

// a where x < bound, else b.
APUS_INLINE apus_float16 apus_select_less(
    apus_float16 x, apus_float16 bound, apus_float16 a, apus_float16 b) {
    return x < bound ? a : b;
}

// Square roots, rounded to nearest.
APUS_INLINE apus_float16 apus_sqrt(apus_float16 x) { return __builtin_elementwise_sqrt(x); }

// Magnitudes.
APUS_INLINE apus_float16 apus_abs(apus_float16 x) { return __builtin_elementwise_abs(x); }

// The magnitude of x with the sign of y.
APUS_INLINE apus_float16 apus_copysign(apus_float16 x, apus_float16 y) {
    apus_int16 magnitude = (apus_int16)x & 0x7FFFFFFF;
    apus_int16 sign = (apus_int16)y & (int)0x80000000;
    return (apus_float16)(magnitude | sign);
}

// x * 2^n for the integer n that stands in the low bits of `biased` = n + 1.5 * 2^23, -252 <= n <= 254.
APUS_INLINE apus_float16 apus_scale(apus_float16 x, apus_float16 biased) {
#if APUS_INSTRUCTION_SET == 2
    apus_float16 n = biased - 12582912.0f;
    return (apus_float16)__builtin_ia32_scalefps512_mask((apus_zmm)x, (apus_zmm)n, (apus_zmm)x, -1, 4);
#else
    apus_int16 n = (apus_int16)biased - 0x4B400000;
    apus_int16 half = n >> 1;
    apus_float16 first = (apus_float16)((half << 23) + 0x3F800000);
    return x * first * (apus_float16)(((n - half) << 23) + 0x3F800000);
#endif
}

// Whether a lane can be looked up in a vector at the price of an addition.
APUS_INLINE bool apus_looks_up_lanes(void) { return APUS_INSTRUCTION_SET == 2; }

#if APUS_INSTRUCTION_SET == 2
#define APUS_SIXTEENTH_POWERS                                                                                  \
    {1.0f,          1.0442737824f, 1.0905077327f, 1.1387886348f, 1.1892071150f, 1.2418578121f, 1.2968395547f, \
     1.3542555469f, 1.4142135624f, 1.4768261459f, 1.5422108254f, 1.6104903319f, 1.6817928305f, 1.7562521604f, \
     1.8340080864f, 1.9152065614f}

// 2^(j / 16) for the number j in the low four bits of each lane of `biased`.
APUS_INLINE apus_float16 apus_sixteenth_power(apus_float16 biased) {
    const apus_float16 powers = APUS_SIXTEENTH_POWERS;
    return (apus_float16)__builtin_ia32_permvarsf512((apus_vector512)powers, (apus_lanes512)biased);
}

// 2^n for the multiple n of 1/16 that stands in the low bits of `biased` = n + 1.5 * 2^19, -126 <= n < 128.
APUS_INLINE apus_float16 apus_power_of_two(apus_float16 biased) {
    // What the fraction's own bits, shifted with the others, would add to the power's exponent is taken off beforehand.
    const apus_float16 powers = APUS_SIXTEENTH_POWERS;
    const apus_int16 lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const apus_int16 bits = (apus_int16)powers - (lanes << 19);
    const apus_int16 power =
        (apus_int16)__builtin_ia32_permvarsf512((apus_vector512)(apus_float16)bits, (apus_lanes512)biased);
    return (apus_float16)(power + ((apus_int16)biased << 19));
}
#undef APUS_SIXTEENTH_POWERS

// x * 2^floor(n).
APUS_INLINE apus_float16 apus_scale_floor(apus_float16 x, apus_float16 n) {
    return (apus_float16)__builtin_ia32_scalefps512_mask((apus_zmm)x, (apus_zmm)n, (apus_zmm)x, -1, 4);
}
#else
// Nobody calls these.
APUS_INLINE apus_float16 apus_sixteenth_power(apus_float16 biased) { return biased; }
APUS_INLINE apus_float16 apus_power_of_two(apus_float16 biased) { return biased; }
APUS_INLINE apus_float16 apus_scale_floor(apus_float16 x, apus_float16 n) { return x * n; }
#endif

// 1 / x within a unit in the last place, for normal x with a normal reciprocal; NaN stays.
APUS_INLINE apus_float16 apus_reciprocal(apus_float16 x) {
#if APUS_INSTRUCTION_SET == 2
    apus_float16 guess = (apus_float16)__builtin_ia32_rcp14ps512_mask((apus_zmm)x, (apus_zmm)x, -1);
    apus_float16 error = apus_fma(guess, -x, (apus_float16)1.0f);
    return apus_fma(guess, error, guess);
#else
    return 1.0f / x;
#endif
}

// x, positive and normal, is m * 2^n with m in [sqrt(1/2), sqrt(2)): n.
APUS_INLINE apus_float16 apus_exponent(apus_float16 x) {
    return __builtin_convertvector(((apus_int16)x - 0x3F3504F3) >> 23, apus_float16);
}

// x, positive and normal, is m * 2^n with m in [sqrt(1/2), sqrt(2)): m.
APUS_INLINE apus_float16 apus_mantissa(apus_float16 x) {
    return (apus_float16)((((apus_int16)x - 0x3F3504F3) & 0x007FFFFF) + 0x3F3504F3);
}

// The largest lane; lanes of NaN may be passed over.
APUS_INLINE float apus_largest_lane(apus_float16 x) {
#define APUS_FOLD(...)                                              \
    {                                                               \
        apus_float16 y = __builtin_shufflevector(x, x, __VA_ARGS__); \
        x = x < y ? y : x;                                          \
    }
    APUS_FOLD(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
    APUS_FOLD(4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
    APUS_FOLD(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
    APUS_FOLD(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#undef APUS_FOLD
    return x[0];
}

// The lanes 0, 2, 4, ... of the 32 of a and b.
APUS_INLINE apus_float16 apus_evens(apus_float16 a, apus_float16 b) {
    return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

// The lanes 1, 3, 5, ... of the 32 of a and b.
APUS_INLINE apus_float16 apus_odds(apus_float16 a, apus_float16 b) {
    return __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

// Writes a[0], b[0], c[0], a[1], ..., of sixteen floats each, to 48 floats from `target` on.
APUS_INLINE void apus_interleave_three(
    const float *_Nonnull a, const float *_Nonnull b, const float *_Nonnull c, float *_Nonnull target) {
    apus_float16 x, y, z;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    memcpy(&z, c, sizeof z);
    // Those of a and b, then those of c between them.
    apus_float16 head = __builtin_shufflevector(x, y, 0, 16, -1, 1, 17, -1, 2, 18, -1, 3, 19, -1, 4, 20, -1, 5);
    apus_float16 middle = __builtin_shufflevector(x, y, 21, -1, 6, 22, -1, 7, 23, -1, 8, 24, -1, 9, 25, -1, 10, 26);
    apus_float16 tail = __builtin_shufflevector(x, y, -1, 11, 27, -1, 12, 28, -1, 13, 29, -1, 14, 30, -1, 15, 31, -1);
    head = __builtin_shufflevector(head, z, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15);
    middle = __builtin_shufflevector(middle, z, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15);
    tail = __builtin_shufflevector(tail, z, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31);
    memcpy(target, &head, sizeof head);
    memcpy(target + 16, &middle, sizeof middle);
    memcpy(target + 32, &tail, sizeof tail);
}

// Turns 16 rows of 16 floats, `stride` floats apart: target[i * 16 + j] = source[j * stride + i].
APUS_INLINE void apus_transpose(const float *_Nonnull source, long stride, float *_Nonnull target) {
    apus_float16 a[16], b[16];
    for (int row = 0; row < 16; row++) memcpy(&a[row], source + row * stride, sizeof a[row]);
    // Each step interleaves the rows k and k + 8; after four steps the bits of row and column have changed places.
    for (int step = 0; step < 4; step++) {
        for (int k = 0; k < 8; k++) {
            b[2 * k] = __builtin_shufflevector(
                a[k], a[k + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            b[2 * k + 1] = __builtin_shufflevector(
                a[k], a[k + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
        for (int k = 0; k < 16; k++) a[k] = b[k];
    }
    for (int row = 0; row < 16; row++) memcpy(target + row * 16, &a[row], sizeof a[row]);
}

// bfloat16 is the upper half of a float. A pair of them stands in a float's 32 bits, the first in the lower half.
typedef unsigned apus_bits16 __attribute__((ext_vector_type(16)));
typedef unsigned short apus_halves16 __attribute__((ext_vector_type(16)));
#if APUS_HAS_BFLOAT16_DOT
typedef __bf16 apus_bfloats256 __attribute__((vector_size(32)));
typedef __bf16 apus_bfloats512 __attribute__((vector_size(64)));
#endif

// The bfloat16 nearest to each lane of x, ties to even, in the lower half of 32 bits; NaN stays NaN, denormals stay.
// A macro, since C functions cannot hand each other vectors that the instruction set lacks.
#define APUS_BFLOAT16_BITS(x) \
    (((x) != (x) ? (apus_bits16)(x) | 0x00400000 \
                 : (apus_bits16)(x) + 0x7FFF + (((apus_bits16)(x) >> 16) & 1)) >> 16)

// The lanes as bfloat16 in 32 bytes from any address on. With AVX512-BF16, denormals become zero.
APUS_INLINE void apus_store_bfloat16(float *_Nonnull target, apus_float16 x) {
#if APUS_HAS_BFLOAT16_DOT
    const apus_bfloats256 none = {0};
    const apus_bfloats256 halves = __builtin_ia32_cvtneps2bf16_512_mask((apus_vector512)x, none, 0xFFFF);
#else
    const apus_halves16 halves = __builtin_convertvector(APUS_BFLOAT16_BITS(x), apus_halves16);
#endif
    memcpy(target, &halves, sizeof halves);
}

// Lane j is the pair of first[j] and second[j], each as bfloat16.
APUS_INLINE apus_float16 apus_bfloat16_pairs(apus_float16 first, apus_float16 second) {
    return (apus_float16)(APUS_BFLOAT16_BITS(first) | APUS_BFLOAT16_BITS(second) << 16);
}

// The first numbers of sixteen pairs.
APUS_INLINE apus_float16 apus_first_of_pairs(apus_float16 pairs) {
    return (apus_float16)((apus_bits16)pairs << 16);
}

// The second numbers of sixteen pairs.
APUS_INLINE apus_float16 apus_second_of_pairs(apus_float16 pairs) {
    return (apus_float16)((apus_bits16)pairs & 0xFFFF0000);
}

// Has the compiler read from memory again what it would otherwise keep in registers, or spill, across this call.
APUS_INLINE void apus_read_anew(void) { __asm__ volatile("" ::: "memory"); }

// sum + a.first * b.first + a.second * b.second with the pair b in every lane; only where APUS_HAS_BFLOAT16_DOT is 1.
// The instruction rounds to nearest, takes denormals for zero and makes none.
APUS_INLINE apus_float16 apus_dot_pairs(apus_float16 sum, apus_float16 a, float b) {
#if APUS_HAS_BFLOAT16_DOT
    return (apus_float16)__builtin_ia32_dpbf16ps_512(
        (apus_vector512)sum, (apus_bfloats512)a, (apus_bfloats512)(apus_float16)(b));
#else
    __builtin_trap();
#endif
}

// Asks for the cache line at `address` to be read into the first-level cache; any address is allowed.
APUS_INLINE void apus_prefetch(const void *_Nonnull address) { __builtin_prefetch(address, 0, 3); }

// Asks for the cache line at `address` to be read into the second-level cache; any address is allowed.
APUS_INLINE void apus_prefetch_second_level(const void *_Nonnull address) {
    __builtin_prefetch(address, 0, 2);
}

// Tells the CPU that this is a loop that waits.
APUS_INLINE void apus_cpu_relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// Whether this CPU and its operating system run the level x86-64-v3 (AVX2, FMA, BMI2, ...).
static inline bool apus_cpu_has_avx2(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("x86-64-v3");
#else
    return false;
#endif
}

// Whether this CPU and its operating system run the level x86-64-v4 (AVX-512 F, BW, CD, DQ, VL).
static inline bool apus_cpu_has_avx512(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("x86-64-v4");
#else
    return false;
#endif
}

// Whether this CPU and its operating system run the level x86-64-v4 and AVX512-BF16.
static inline bool apus_cpu_has_avx512bf16(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("x86-64-v4") && __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

// Whether this CPU is one of AMD's family 25 (Zen 4, where it has AVX-512): a core adds on other units than it
// multiplies on, a 512-bit addition beside each 512-bit multiply-add.
static inline bool apus_cpu_is_zen4(void) {
#if defined(__x86_64__)
    unsigned level, vendor[3], signature, other[3];
    if (!__get_cpuid(0, &level, &vendor[0], &vendor[2], &vendor[1])) return false;
    if (memcmp(vendor, "AuthenticAMD", 12) != 0) return false;
    if (!__get_cpuid(1, &signature, &other[0], &other[1], &other[2])) return false;
    return ((signature >> 8) & 15) + ((signature >> 20) & 255) == 25;
#else
    return false;
#endif
}

#endif
