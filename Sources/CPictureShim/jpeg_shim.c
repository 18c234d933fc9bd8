#include "picture_shim.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

// A progressive file may repeat scans without end, each as costly as a picture: libjpeg-turbo's own advice is a bound.
#define SCAN_LIMIT 500

struct apus_jpeg {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    apus_picture_failure failure;
};

static struct apus_jpeg *owner(j_common_ptr info) {
    return (struct apus_jpeg *)info->client_data;
}

static void fail(j_common_ptr info, apus_picture_status status) {
    struct apus_jpeg *decoder = owner(info);
    char text[JMSG_LENGTH_MAX];
    info->err->format_message(info, text);
    decoder->failure.status = status;
    snprintf(decoder->failure.message, sizeof decoder->failure.message, "%s", text);
    longjmp(decoder->escape, 1);
}

static void on_error(j_common_ptr info) {
    switch (info->err->msg_code) {
    case JERR_OUT_OF_MEMORY: fail(info, APUS_PICTURE_MEMORY); break;
    case JERR_INPUT_EMPTY:
    case JERR_INPUT_EOF: fail(info, APUS_PICTURE_TRUNCATED); break;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_CONVERSION_NOTIMPL: fail(info, APUS_PICTURE_UNSUPPORTED); break;
    default: fail(info, APUS_PICTURE_MALFORMED); break;
    }
}

// Level -1 is a warning: data is corrupt and the library would invent pixels. Only those that leave every pixel
// as it was encoded are let through.
static void on_message(j_common_ptr info, int level) {
    if (level >= 0) return;
    switch (info->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_TOO_MUCH_DATA: return;
    case JWRN_HIT_MARKER:
    case JWRN_JPEG_EOF: fail(info, APUS_PICTURE_TRUNCATED); break;
    default: fail(info, APUS_PICTURE_MALFORMED); break;
    }
}

static void no_output(j_common_ptr info) { (void)info; }

static void no_source_step(j_decompress_ptr info) { (void)info; }

static boolean on_end_of_input(j_decompress_ptr info) {
    ERREXIT(info, JERR_INPUT_EOF);
    return FALSE;
}

static void skip_input(j_decompress_ptr info, long byte_count) {
    if (byte_count <= 0) return;
    if ((size_t)byte_count > info->src->bytes_in_buffer) ERREXIT(info, JERR_INPUT_EOF);
    info->src->next_input_byte += byte_count;
    info->src->bytes_in_buffer -= (size_t)byte_count;
}

static void on_progress(j_common_ptr info) {
    if (((j_decompress_ptr)info)->input_scan_number > SCAN_LIMIT) {
        struct apus_jpeg *decoder = owner(info);
        decoder->failure.status = APUS_PICTURE_UNSUPPORTED;
        snprintf(decoder->failure.message, sizeof decoder->failure.message,
            "more than %d scans in a progressive file", SCAN_LIMIT);
        longjmp(decoder->escape, 1);
    }
}

static uint64_t least_entropy_bits(const struct jpeg_decompress_struct *info) {
    if (info->arith_code) return 0;
    int horizontal = 1, vertical = 1;
    for (int index = 0; index < info->num_components; index++) {
        if (info->comp_info[index].h_samp_factor > horizontal) horizontal = info->comp_info[index].h_samp_factor;
        if (info->comp_info[index].v_samp_factor > vertical) vertical = info->comp_info[index].v_samp_factor;
    }
    uint64_t across = (info->image_width + 8u * (unsigned)horizontal - 1) / (8u * (unsigned)horizontal);
    uint64_t down = (info->image_height + 8u * (unsigned)vertical - 1) / (8u * (unsigned)vertical);
    return across * down; // a Huffman code has a bit at least, and each unit has a DC code
}

apus_jpeg *apus_jpeg_open(
    const uint8_t *bytes, size_t byte_count, apus_jpeg_header *header, apus_picture_failure *failure) {
    memset(failure, 0, sizeof *failure);
    memset(header, 0, sizeof *header);
    struct apus_jpeg *decoder = calloc(1, sizeof *decoder);
    if (!decoder) {
        failure->status = APUS_PICTURE_MEMORY;
        snprintf(failure->message, sizeof failure->message, "no memory for a JPEG decoder");
        return NULL;
    }
    decoder->info.err = jpeg_std_error(&decoder->errors);
    decoder->errors.error_exit = on_error;
    decoder->errors.emit_message = on_message;
    decoder->errors.output_message = no_output;
    decoder->info.client_data = decoder;
    if (setjmp(decoder->escape)) {
        *failure = decoder->failure;
        jpeg_destroy_decompress(&decoder->info);
        free(decoder);
        return NULL;
    }
    jpeg_create_decompress(&decoder->info);
    decoder->info.client_data = decoder;
    decoder->source.init_source = no_source_step;
    decoder->source.fill_input_buffer = on_end_of_input;
    decoder->source.skip_input_data = skip_input;
    decoder->source.resync_to_restart = jpeg_resync_to_restart;
    decoder->source.term_source = no_source_step;
    decoder->source.next_input_byte = bytes;
    decoder->source.bytes_in_buffer = byte_count;
    decoder->info.src = &decoder->source;
    decoder->progress.progress_monitor = on_progress;
    decoder->info.progress = &decoder->progress;
    jpeg_read_header(&decoder->info, TRUE);
    header->width = decoder->info.image_width;
    header->height = decoder->info.image_height;
    header->components = (uint32_t)decoder->info.num_components;
    header->is_progressive = jpeg_has_multiple_scans(&decoder->info) ? 1 : 0;
    header->minimum_mcu_bits = least_entropy_bits(&decoder->info);
    return decoder;
}

static void invert(uint8_t *bytes, size_t count) {
    for (size_t index = 0; index < count; index++) bytes[index] = (uint8_t)(255 - bytes[index]);
}

// Whether the library guesses coefficients that a progressive file has not sent, from the blocks around each.
static int smooths_blocks(const struct jpeg_decompress_struct *info) {
    if (!info->progressive_mode || !info->coef_bits) return 0;
    for (int index = 0; index < info->num_components; index++) {
        for (int coefficient = 0; coefficient < DCTSIZE2; coefficient++) {
            if (info->coef_bits[index][coefficient] != 0) return 1;
        }
    }
    return 0;
}

// Has the library leave out columns, as long as it costs `part` nothing. The columns that remain begin at the one that
// is returned, with an MCU; the first and the last of them lack their neighbours in the upsampling of colours, which
// reach as far as one sample of the coarsest component.
static JDIMENSION leave_out_columns(struct jpeg_decompress_struct *info, apus_picture_part part) {
    JDIMENSION reach = (JDIMENSION)info->max_h_samp_factor;
    JDIMENSION unit = DCTSIZE * reach;
    JDIMENSION left = part.left < reach ? 0 : (part.left - reach) / unit * unit;
    JDIMENSION right = (part.left + part.width + reach + unit - 1) / unit * unit;
    // Below two samples a row of a component is upsampled in another way.
    if (right < left + 2 * unit) right = left + 2 * unit;
    if (right > info->output_width) right = info->output_width;
    JDIMENSION width = right - left;
    if (width < 2 * unit) return 0;
    JDIMENSION found = left;
    jpeg_crop_scanline(info, &found, &width);
    if (found != left || width != right - left) ERREXIT(info, JERR_BAD_CROP_SPEC);
    return left;
}

static void read_part(struct jpeg_decompress_struct *info, apus_picture_part part, uint8_t *pixels) {
    int leaves_out = !smooths_blocks(info);
    JDIMENSION left = leaves_out && part.width < info->output_width ? leave_out_columns(info, part) : 0;
    size_t pixel = (size_t)info->output_components;
    size_t row_byte_count = (size_t)part.width * pixel;
    // Into aligned rows the library stores past the caches, from where they would be read again: these are not aligned.
    uint8_t *scratch = (*info->mem->alloc_large)(
        (j_common_ptr)info, JPOOL_IMAGE, (size_t)info->output_width * pixel + 8);
    JSAMPROW row = scratch + 8;
    if (leaves_out && part.top > 0) jpeg_skip_scanlines(info, part.top);
    while (info->output_scanline < part.top) jpeg_read_scanlines(info, &row, 1);
    for (JDIMENSION line = 0; line < part.height; line++) {
        jpeg_read_scanlines(info, &row, 1);
        memcpy(pixels + line * row_byte_count, row + (part.left - left) * pixel, row_byte_count);
    }
    // Skipping to the very end would leave the rest unread; up to the last row it is read and checked.
    JDIMENSION rest = info->output_height - info->output_scanline;
    if (leaves_out && rest > 1) jpeg_skip_scanlines(info, rest - 1);
    while (info->output_scanline < info->output_height) jpeg_read_scanlines(info, &row, 1);
}

int apus_jpeg_read(
    apus_jpeg *decoder, apus_picture_part part, uint8_t *pixels, apus_picture_failure *failure) {
    memset(failure, 0, sizeof *failure);
    if (setjmp(decoder->escape)) {
        *failure = decoder->failure;
        return -1;
    }
    struct jpeg_decompress_struct *info = &decoder->info;
    switch (info->num_components) {
    case 1: info->out_color_space = JCS_GRAYSCALE; break;
    case 3: info->out_color_space = JCS_EXT_RGBX; break;
    case 4: info->out_color_space = JCS_CMYK; break;
    default: ERREXIT(info, JERR_CONVERSION_NOTIMPL);
    }
    // Pillow's settings are the library's defaults: accurate integer IDCT, fancy upsampling.
    info->dct_method = JDCT_ISLOW;
    info->do_fancy_upsampling = TRUE;
    jpeg_start_decompress(info);
    int is_inside = part.width > 0 && part.height > 0 && part.width <= info->output_width
        && part.height <= info->output_height && part.left <= info->output_width - part.width
        && part.top <= info->output_height - part.height;
    if (!is_inside) ERREXIT(info, JERR_BAD_CROP_SPEC);
    read_part(info, part, pixels);
    if (info->num_components == 4) invert(pixels, (size_t)part.width * (size_t)part.height * 4);
    jpeg_finish_decompress(info);
    return 0;
}

void apus_jpeg_close(apus_jpeg *decoder) {
    if (!decoder) return;
    jpeg_destroy_decompress(&decoder->info);
    free(decoder);
}
