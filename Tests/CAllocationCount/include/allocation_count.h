// How often the calling thread has asked malloc and its kin for memory since it began. Test programs that link this
// have their allocator's entry points replaced by ones that count and pass on to glibc's.
#ifndef APUS_ALLOCATION_COUNT_H
#define APUS_ALLOCATION_COUNT_H

#include <stdbool.h>

/// Whether this program counts: not under AddressSanitizer.
bool apus_counts_allocations(void);

long apus_thread_allocation_count(void);

#endif
