// What resampling bytes needs of vectors and Swift cannot say: header-only, so that each module compiles its own copy
// with its own instruction set (-march), and nothing is shared at link time.
#ifndef APUS_BYTE_VECTORS_H
#define APUS_BYTE_VECTORS_H

#include <stdint.h>
#include <string.h>

// A weight is a fixed-point number of this many bits after the point, Pillow's PRECISION_BITS, in two halves that
// multiply 16-bit numbers: high * 2^12 + low.
#define APUS_WEIGHT_BITS 22
#define APUS_WEIGHT_LOW_BITS 12

// Whether the importing module is compiled for AVX-512, or else for AVX2.
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512BW__)
#define APUS_BYTES_AVX512 1
#elif defined(__AVX2__)
#define APUS_BYTES_AVX2 1
#endif

#define APUS_BYTES_INLINE static inline __attribute__((always_inline, unused))

// Imported as SIMD16<UInt8>, SIMD8<Int16>, SIMD32<Int16> and SIMD16<Int32>.
typedef uint8_t apus_bytes16 __attribute__((ext_vector_type(16)));
typedef int16_t apus_words8 __attribute__((ext_vector_type(8)));
typedef int16_t apus_words16 __attribute__((ext_vector_type(16)));
typedef int16_t apus_words32 __attribute__((ext_vector_type(32)));
typedef int32_t apus_sums4 __attribute__((ext_vector_type(4)));
typedef int32_t apus_sums8 __attribute__((ext_vector_type(8)));
typedef int32_t apus_sums16 __attribute__((ext_vector_type(16)));
typedef uint32_t apus_bits16 __attribute__((ext_vector_type(16)));

// Sixteen bytes from any address.
APUS_BYTES_INLINE apus_bytes16 apus_load_bytes(const uint8_t *_Nonnull source) {
    apus_bytes16 bytes;
    memcpy(&bytes, source, sizeof bytes);
    return bytes;
}

// Sixteen bytes to any address.
APUS_BYTES_INLINE void apus_store_bytes(uint8_t *_Nonnull target, apus_bytes16 bytes) {
    memcpy(target, &bytes, sizeof bytes);
}

// Four of sixteen bytes, 4 * index and the next three, to any address.
APUS_BYTES_INLINE void apus_store_pixel(uint8_t *_Nonnull target, apus_bytes16 pixels, int index) {
    const apus_sums4 numbers = (apus_sums4)pixels;
    const int32_t pixel = numbers[index];
    memcpy(target, &pixel, sizeof pixel);
}

// Thirty-two 16-bit numbers from any address.
APUS_BYTES_INLINE apus_words32 apus_load_words(const int16_t *_Nonnull source) {
    apus_words32 words;
    memcpy(&words, source, sizeof words);
    return words;
}

// Eight 16-bit numbers to any address.
APUS_BYTES_INLINE void apus_store_words(int16_t *_Nonnull target, apus_words8 words) {
    memcpy(target, &words, sizeof words);
}

// Bytes 0...7 of a and of b in turns: a0 b0 a1 b1 ...
APUS_BYTES_INLINE apus_bytes16 apus_first_woven(apus_bytes16 a, apus_bytes16 b) {
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// Bytes 8...15 of a and of b in turns.
APUS_BYTES_INLINE apus_bytes16 apus_last_woven(apus_bytes16 a, apus_bytes16 b) {
    return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// The bytes of a and of b in turns, as 16-bit numbers.
APUS_BYTES_INLINE apus_words32 apus_woven(apus_bytes16 a, apus_bytes16 b) {
    apus_words32 words;
    words.lo = __builtin_convertvector(apus_first_woven(a, b), apus_words16);
    words.hi = __builtin_convertvector(apus_last_woven(a, b), apus_words16);
    return words;
}

// Bytes 0...3 of a and of b in turns, as 16-bit numbers.
APUS_BYTES_INLINE apus_words8 apus_first_pixel_woven(apus_bytes16 a, apus_bytes16 b) {
    return __builtin_convertvector(apus_first_woven(a, b).lo, apus_words8);
}

// Bytes 8...11 of a and of b in turns, as 16-bit numbers.
APUS_BYTES_INLINE apus_words8 apus_third_pixel_woven(apus_bytes16 a, apus_bytes16 b) {
    return __builtin_convertvector(apus_last_woven(a, b).lo, apus_words8);
}

#if defined(__SSE2__)
// What the instructions' builtins take.
typedef int apus_int128 __attribute__((vector_size(16)));
typedef short apus_short128 __attribute__((vector_size(16)));
typedef short apus_short256 __attribute__((vector_size(32)));
typedef short apus_short512 __attribute__((vector_size(64)));
#endif

// The same number in every lane.
APUS_BYTES_INLINE apus_sums16 apus_sums_of(int32_t value) { return (apus_sums16)value; }

// sums + a0 * b0 + a1 * b1, ..., where `pair` stands in every lane of b: b0 in its low 16 bits, b1 in its high ones.
APUS_BYTES_INLINE apus_sums16 apus_add_pairs(apus_sums16 sums, apus_words32 a, uint32_t pair) {
#if defined(APUS_BYTES_AVX512)
    const apus_sums16 b = (int32_t)pair;
    return sums + (apus_sums16)__builtin_ia32_pmaddwd512((apus_short512)a, (apus_short512)b);
#elif defined(APUS_BYTES_AVX2)
    const apus_sums8 b = (int32_t)pair;
    sums.lo += (apus_sums8)__builtin_ia32_pmaddwd256((apus_short256)a.lo, (apus_short256)b);
    sums.hi += (apus_sums8)__builtin_ia32_pmaddwd256((apus_short256)a.hi, (apus_short256)b);
    return sums;
#elif defined(__SSE2__)
    const apus_sums4 b = (int32_t)pair;
    sums.lo.lo += (apus_sums4)__builtin_ia32_pmaddwd128((apus_short128)a.lo.lo, (apus_short128)b);
    sums.lo.hi += (apus_sums4)__builtin_ia32_pmaddwd128((apus_short128)a.lo.hi, (apus_short128)b);
    sums.hi.lo += (apus_sums4)__builtin_ia32_pmaddwd128((apus_short128)a.hi.lo, (apus_short128)b);
    sums.hi.hi += (apus_sums4)__builtin_ia32_pmaddwd128((apus_short128)a.hi.hi, (apus_short128)b);
    return sums;
#else
    const int32_t first = (int16_t)pair, second = (int32_t)pair >> 16;
    return sums + __builtin_convertvector(a.even, apus_sums16) * first
        + __builtin_convertvector(a.odd, apus_sums16) * second;
#endif
}

// The integer parts of sums of samples times weights, of products with the weights' high and low halves, clipped to
// 0...255.
APUS_BYTES_INLINE apus_bytes16 apus_clipped(apus_sums16 high, apus_sums16 low) {
    // Sums wrap around, as Pillow's do.
    const apus_bits16 sums = ((apus_bits16)high << APUS_WEIGHT_LOW_BITS) + (apus_bits16)low;
    const apus_sums16 whole = (apus_sums16)sums >> APUS_WEIGHT_BITS;
#if defined(__SSE2__) && !defined(APUS_BYTES_AVX512)
    const apus_short128 first = __builtin_ia32_packssdw128((apus_int128)whole.lo.lo, (apus_int128)whole.lo.hi);
    const apus_short128 last = __builtin_ia32_packssdw128((apus_int128)whole.hi.lo, (apus_int128)whole.hi.hi);
    return (apus_bytes16)__builtin_ia32_packuswb128(first, last);
#else
    const apus_sums16 least = 0, most = 255;
    return __builtin_convertvector(
        __builtin_elementwise_min(__builtin_elementwise_max(whole, least), most), apus_bytes16);
#endif
}

#endif
