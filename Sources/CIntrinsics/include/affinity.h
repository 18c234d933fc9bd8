// Which processors a thread may run on: the C library shows these calls to GNU sources only, which Swift is not.
#ifndef APUS_AFFINITY_H
#define APUS_AFFINITY_H

#include <pthread.h>
#include <stdint.h>

// A mask is `count` words; bit i of word w stands for processor 64 * w + i. Each function returns 0 or an error number.

// Writes the mask of the calling thread.
int apus_get_affinity(uint64_t *_Nonnull words, long count);

// Sets the mask of the thread with the kernel's number `thread`, 0 for the calling one.
int apus_set_affinity(int thread, const uint64_t *_Nonnull words, long count);

// Sets the mask of a thread of this process.
int apus_set_thread_affinity(pthread_t thread, const uint64_t *_Nonnull words, long count);

#endif
