// Memory that nobody may touch, in programs that are built with AddressSanitizer; elsewhere these do nothing.
#ifndef APUS_POISON_H
#define APUS_POISON_H

#include <stdbool.h>
#include <stddef.h>

/// Whether this program is built with AddressSanitizer.
bool apus_poison_is_enforced(void);

/// Makes every access to the bytes an error of AddressSanitizer.
void apus_poison(const void *start, size_t byte_count);

/// Allows access again.
void apus_unpoison(const void *start, size_t byte_count);

#endif
