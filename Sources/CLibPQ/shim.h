#include <libpq-fe.h>
#include <spawn.h>
#include <sys/eventfd.h>

// glibc declares these two under _GNU_SOURCE alone.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
