// The SQL of the queue, embedded in the program: migrations and named statements.
#ifndef CQUEUESQL_H
#define CQUEUESQL_H

// One migration; the scripts end with a zero byte.
typedef struct {
    const char *name;
    const char *up;
    const char *down;
} apus_migration;

// Returns the migration of that number, from 0, or one without a name behind the last.
apus_migration apus_migration_at(int index);

// Returns the text of the statement file of that number, from 0, or NULL behind the last.
const char *apus_statement_file_at(int index);

#endif
