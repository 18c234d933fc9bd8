#include "allocation_count.h"

#if __has_feature(address_sanitizer)

// AddressSanitizer has an allocator of its own, which must see every call.
bool apus_counts_allocations(void) { return false; }

long apus_thread_allocation_count(void) { return 0; }

#else

#include <errno.h>
#include <stddef.h>

// glibc's own entry points, which stay reachable when the public names are replaced.
extern void *__libc_malloc(size_t byte_count);
extern void *__libc_calloc(size_t count, size_t byte_count);
extern void *__libc_realloc(void *pointer, size_t byte_count);
extern void *__libc_memalign(size_t alignment, size_t byte_count);

static __thread long allocation_count;

bool apus_counts_allocations(void) { return true; }

long apus_thread_allocation_count(void) { return allocation_count; }

void *malloc(size_t byte_count) {
    allocation_count += 1;
    return __libc_malloc(byte_count);
}

void *calloc(size_t count, size_t byte_count) {
    allocation_count += 1;
    return __libc_calloc(count, byte_count);
}

void *realloc(void *pointer, size_t byte_count) {
    allocation_count += 1;
    return __libc_realloc(pointer, byte_count);
}

void *memalign(size_t alignment, size_t byte_count) {
    allocation_count += 1;
    return __libc_memalign(alignment, byte_count);
}

void *aligned_alloc(size_t alignment, size_t byte_count) {
    allocation_count += 1;
    return __libc_memalign(alignment, byte_count);
}

int posix_memalign(void **pointer, size_t alignment, size_t byte_count) {
    allocation_count += 1;
    void *memory = __libc_memalign(alignment, byte_count);
    if (memory == NULL) return ENOMEM;
    *pointer = memory;
    return 0;
}

#endif
