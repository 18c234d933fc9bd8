#include "picture_shim.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

struct apus_png {
    png_structp reader;
    png_infop info;
    const uint8_t *next;
    size_t remaining;
    apus_picture_failure failure;
};

static void on_error(png_structp reader, png_const_charp text) {
    struct apus_png *decoder = png_get_error_ptr(reader);
    if (decoder->failure.status == APUS_PICTURE_OK) {
        int is_memory = strstr(text, "emory") != NULL;
        int is_short = strstr(text, "Not enough image data") != NULL;
        decoder->failure.status = is_memory ? APUS_PICTURE_MEMORY
            : is_short                      ? APUS_PICTURE_TRUNCATED
                                            : APUS_PICTURE_MALFORMED;
        snprintf(decoder->failure.message, sizeof decoder->failure.message, "%s", text);
    }
    png_longjmp(reader, 1);
}

// libpng's warnings concern ancillary chunks, which no pixel depends on.
static void on_warning(png_structp reader, png_const_charp text) {
    (void)reader;
    (void)text;
}

static void read_bytes(png_structp reader, png_bytep target, size_t count) {
    struct apus_png *decoder = png_get_io_ptr(reader);
    if (count > decoder->remaining) {
        decoder->failure.status = APUS_PICTURE_TRUNCATED;
        snprintf(decoder->failure.message, sizeof decoder->failure.message,
            "the data ends inside a chunk: %zu bytes wanted, %zu left", count, decoder->remaining);
        png_error(reader, "truncated");
    }
    memcpy(target, decoder->next, count);
    decoder->next += count;
    decoder->remaining -= count;
}

static void read_palette(struct apus_png *decoder, apus_png_header *header) {
    for (int index = 0; index < 256; index++) header->palette[index * 4 + 3] = 255;
    png_colorp colors = NULL;
    int count = 0;
    if (png_get_PLTE(decoder->reader, decoder->info, &colors, &count)) {
        for (int index = 0; index < count && index < 256; index++) {
            header->palette[index * 4 + 0] = colors[index].red;
            header->palette[index * 4 + 1] = colors[index].green;
            header->palette[index * 4 + 2] = colors[index].blue;
        }
    }
    png_bytep alphas = NULL;
    if (png_get_tRNS(decoder->reader, decoder->info, &alphas, &count, NULL) && alphas) {
        header->has_palette_alpha = 1;
        for (int index = 0; index < count && index < 256; index++) {
            header->palette[index * 4 + 3] = alphas[index];
        }
    }
}

apus_png *apus_png_open(
    const uint8_t *bytes, size_t byte_count, apus_png_header *header, apus_picture_failure *failure) {
    memset(failure, 0, sizeof *failure);
    memset(header, 0, sizeof *header);
    struct apus_png *decoder = calloc(1, sizeof *decoder);
    if (decoder) {
        decoder->reader = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoder, on_error, on_warning);
        if (decoder->reader) decoder->info = png_create_info_struct(decoder->reader);
    }
    if (!decoder || !decoder->reader || !decoder->info) {
        failure->status = APUS_PICTURE_MEMORY;
        snprintf(failure->message, sizeof failure->message, "no memory for a PNG decoder");
        apus_png_close(decoder);
        return NULL;
    }
    decoder->next = bytes;
    decoder->remaining = byte_count;
    if (setjmp(png_jmpbuf(decoder->reader))) {
        *failure = decoder->failure;
        apus_png_close(decoder);
        return NULL;
    }
    png_set_read_fn(decoder->reader, decoder, read_bytes);
    png_set_user_limits(decoder->reader, 0x7fffffff, 0x7fffffff); // the caller's limits decide
    // Text and colour-profile chunks may inflate a thousandfold and say nothing about samples.
    png_set_keep_unknown_chunks(decoder->reader, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_read_info(decoder->reader, decoder->info);
    header->width = png_get_image_width(decoder->reader, decoder->info);
    header->height = png_get_image_height(decoder->reader, decoder->info);
    header->bit_depth = png_get_bit_depth(decoder->reader, decoder->info);
    header->color = (apus_png_color)png_get_color_type(decoder->reader, decoder->info);
    if (header->color == APUS_PNG_PALETTE) read_palette(decoder, header);
    return decoder;
}

static void scale(uint8_t *bytes, size_t count, unsigned factor) {
    for (size_t index = 0; index < count; index++) bytes[index] = (uint8_t)(bytes[index] * factor);
}

int apus_png_read(apus_png *decoder, void *pixels, size_t row_byte_count, apus_picture_failure *failure) {
    memset(failure, 0, sizeof *failure);
    if (setjmp(png_jmpbuf(decoder->reader))) {
        *failure = decoder->failure;
        return -1;
    }
    png_structp reader = decoder->reader;
    png_infop info = decoder->info;
    unsigned depth = png_get_bit_depth(reader, info);
    int color = png_get_color_type(reader, info);
    if (depth < 8) png_set_packing(reader);
    if (depth == 16) {
        const uint16_t one = 1;
        if (*(const uint8_t *)&one == 1) png_set_swap(reader);
    } else if (color == PNG_COLOR_TYPE_RGB) {
        png_set_filler(reader, 0xff, PNG_FILLER_AFTER);
    }
    int passes = png_set_interlace_handling(reader);
    png_read_update_info(reader, info);
    if (png_get_rowbytes(reader, info) > row_byte_count) png_error(reader, "a row is wider than its place");
    uint32_t height = png_get_image_height(reader, info);
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < height; y++) {
            png_read_row(reader, (png_bytep)pixels + (size_t)y * row_byte_count, NULL);
        }
    }
    png_read_end(reader, NULL);
    if (color == PNG_COLOR_TYPE_GRAY && depth < 8) {
        unsigned factor = depth == 1 ? 255 : depth == 2 ? 85 : 17;
        scale(pixels, row_byte_count * height, factor);
    }
    return 0;
}

void apus_png_close(apus_png *decoder) {
    if (!decoder) return;
    if (decoder->reader) png_destroy_read_struct(&decoder->reader, &decoder->info, NULL);
    free(decoder);
}
