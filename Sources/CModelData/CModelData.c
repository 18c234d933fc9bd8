#include "CModelData.h"

// C23's #embed, which the toolchain's clang takes in every language mode; SwiftPM offers no way to embed megabytes
// in Swift within a reasonable time.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char models[] = {
#embed "../ModelZoo/Data/models.tsv"
};
static const unsigned char older_names[] = {
#embed "../ModelZoo/Data/older-names.tsv"
};
static const unsigned char pruned_widths[] = {
#embed "../ModelZoo/Data/pruned-widths.tsv"
};
static const unsigned char global_pools[] = {
#embed "../ModelZoo/Data/global-pools.tsv"
};
static const unsigned char imagenet_1k[] = {
#embed "../ModelZoo/Data/imagenet-1k.tsv"
};
static const unsigned char imagenet_12k[] = {
#embed "../ModelZoo/Data/imagenet-12k.tsv"
};
static const unsigned char imagenet_21k_goog[] = {
#embed "../ModelZoo/Data/imagenet-21k-goog.tsv"
};
static const unsigned char imagenet_21k_miil[] = {
#embed "../ModelZoo/Data/imagenet-21k-miil.tsv"
};
static const unsigned char imagenet_22k[] = {
#embed "../ModelZoo/Data/imagenet-22k.tsv"
};
static const unsigned char imagenet_22k_ms[] = {
#embed "../ModelZoo/Data/imagenet-22k-ms.tsv"
};

static const struct {
    const unsigned char *bytes;
    size_t count;
} files[] = {
    [APUS_MODELS] = {models, sizeof models},
    [APUS_OLDER_NAMES] = {older_names, sizeof older_names},
    [APUS_PRUNED_WIDTHS] = {pruned_widths, sizeof pruned_widths},
    [APUS_GLOBAL_POOLS] = {global_pools, sizeof global_pools},
    [APUS_IMAGENET_1K] = {imagenet_1k, sizeof imagenet_1k},
    [APUS_IMAGENET_12K] = {imagenet_12k, sizeof imagenet_12k},
    [APUS_IMAGENET_21K_GOOG] = {imagenet_21k_goog, sizeof imagenet_21k_goog},
    [APUS_IMAGENET_21K_MIIL] = {imagenet_21k_miil, sizeof imagenet_21k_miil},
    [APUS_IMAGENET_22K] = {imagenet_22k, sizeof imagenet_22k},
    [APUS_IMAGENET_22K_MS] = {imagenet_22k_ms, sizeof imagenet_22k_ms},
};

const unsigned char *apus_model_data_bytes(enum apus_model_data_file file) { return files[file].bytes; }

size_t apus_model_data_count(enum apus_model_data_file file) { return files[file].count; }
