// libjpeg-turbo and libpng behind calls that return: both report errors by longjmp, which must not cross Swift.
//
// A decoder is opened on bytes that the caller keeps alive and unchanged until it is closed. Opening reads the
// header only and allocates nothing by a declared size, so that the caller can check its limits first.
#ifndef APUS_PICTURE_SHIM_H
#define APUS_PICTURE_SHIM_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    APUS_PICTURE_OK = 0,
    APUS_PICTURE_TRUNCATED,   // the bytes end before the picture does
    APUS_PICTURE_MALFORMED,   // the bytes contradict the format
    APUS_PICTURE_UNSUPPORTED, // valid, but of a kind that is not decoded
    APUS_PICTURE_MEMORY       // an allocation failed
} apus_picture_status;

typedef struct {
    apus_picture_status status;
    char message[224]; // the library's own words, NUL-terminated
} apus_picture_failure;

// MARK: JPEG

typedef struct apus_jpeg apus_jpeg;

typedef struct {
    uint32_t width;
    uint32_t height;
    uint32_t components;       // 1 grey, 3 decoded to RGB, 4 decoded to CMYK
    int is_progressive;        // all coefficients are held in memory while decoding
    uint64_t minimum_mcu_bits; // no valid file of this size has fewer bits of entropy-coded data; 0: unknown
} apus_jpeg_header;

// Reads the header; NULL with *failure filled where that fails.
apus_jpeg *apus_jpeg_open(
    const uint8_t *bytes, size_t byte_count, apus_jpeg_header *header, apus_picture_failure *failure);

// A rectangle of a picture, of at least a pixel.
typedef struct {
    uint32_t left;
    uint32_t top;
    uint32_t width;
    uint32_t height;
} apus_picture_part;

// Decodes `part` of the picture to rows without gaps: 1 byte a pixel for grey, 4 for RGB (the fourth is 255) and for
// CMYK (0 is no ink, as Pillow reads Adobe's inverted files). The pixels are those of the whole picture, and all of the
// file is checked as if they were asked for. Returns 0, or -1 with *failure filled.
int apus_jpeg_read(
    apus_jpeg *decoder, apus_picture_part part, uint8_t *pixels, apus_picture_failure *failure);

void apus_jpeg_close(apus_jpeg *decoder);

// MARK: PNG

typedef struct apus_png apus_png;

typedef enum {
    APUS_PNG_GREY = 0,
    APUS_PNG_RGB = 2,
    APUS_PNG_PALETTE = 3,
    APUS_PNG_GREY_ALPHA = 4,
    APUS_PNG_RGB_ALPHA = 6
} apus_png_color;

typedef struct {
    uint32_t width;
    uint32_t height;
    uint32_t bit_depth; // as the file states it: 1, 2, 4, 8 or 16
    apus_png_color color;
    int has_palette_alpha;     // a palette with a tRNS chunk
    uint8_t palette[256 * 4];  // R, G, B, A; entries that the file lacks are opaque black
} apus_png_header;

apus_png *apus_png_open(
    const uint8_t *bytes, size_t byte_count, apus_png_header *header, apus_picture_failure *failure);

// Decodes to rows of `row_byte_count` bytes. Depth 16: native 16-bit samples, 1 to 4 a pixel as the colour says.
// Otherwise bytes: grey 1 (depths 1, 2, 4 scaled to 0...255), palette 1 (the index), grey and alpha 2, RGB 4 (the
// fourth is 255), RGB and alpha 4. Returns 0, or -1 with *failure filled.
int apus_png_read(apus_png *decoder, void *pixels, size_t row_byte_count, apus_picture_failure *failure);

void apus_png_close(apus_png *decoder);

#endif
