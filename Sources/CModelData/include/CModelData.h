#ifndef APUS_MODEL_DATA_H
#define APUS_MODEL_DATA_H

#include <stddef.h>

/// The files of Sources/ModelZoo/Data, in the order of the table in CModelData.c.
enum apus_model_data_file {
    APUS_MODELS,
    APUS_OLDER_NAMES,
    APUS_PRUNED_WIDTHS,
    APUS_GLOBAL_POOLS,
    APUS_IMAGENET_1K,
    APUS_IMAGENET_12K,
    APUS_IMAGENET_21K_GOOG,
    APUS_IMAGENET_21K_MIIL,
    APUS_IMAGENET_22K,
    APUS_IMAGENET_22K_MS,
};

/// The first byte of an embedded file, which lives as long as the process and never changes.
const unsigned char *_Nonnull apus_model_data_bytes(enum apus_model_data_file file);

/// How many bytes the file has.
size_t apus_model_data_count(enum apus_model_data_file file);

#endif
