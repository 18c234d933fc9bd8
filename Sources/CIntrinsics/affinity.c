#define _GNU_SOURCE
#include "affinity.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

int apus_get_affinity(uint64_t *words, long count) {
    // The kernel writes no more than its own mask.
    memset(words, 0, count * sizeof *words);
    return sched_getaffinity(0, count * sizeof *words, (cpu_set_t *)words) == 0 ? 0 : errno;
}

int apus_set_affinity(int thread, const uint64_t *words, long count) {
    return sched_setaffinity(thread, count * sizeof *words, (const cpu_set_t *)words) == 0 ? 0 : errno;
}

int apus_set_thread_affinity(pthread_t thread, const uint64_t *words, long count) {
    return pthread_setaffinity_np(thread, count * sizeof *words, (const cpu_set_t *)words);
}
