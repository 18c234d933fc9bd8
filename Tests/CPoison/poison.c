#include "poison.h"

#if __has_feature(address_sanitizer)

#include <sanitizer/asan_interface.h>

bool apus_poison_is_enforced(void) { return true; }

void apus_poison(const void *start, size_t byte_count) { __asan_poison_memory_region(start, byte_count); }

void apus_unpoison(const void *start, size_t byte_count) { __asan_unpoison_memory_region(start, byte_count); }

#else

bool apus_poison_is_enforced(void) { return false; }

void apus_poison(const void *start, size_t byte_count) {
    (void)start;
    (void)byte_count;
}

void apus_unpoison(const void *start, size_t byte_count) {
    (void)start;
    (void)byte_count;
}

#endif
