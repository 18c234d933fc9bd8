#include "CQueueSQL.h"

#include <stddef.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char migration_001_up[] = {
#embed "../../migrations/001_queue.up.sql"
    , 0};
static const unsigned char migration_001_down[] = {
#embed "../../migrations/001_queue.down.sql"
    , 0};
static const unsigned char migration_002_up[] = {
#embed "../../migrations/002_functions.up.sql"
    , 0};
static const unsigned char migration_002_down[] = {
#embed "../../migrations/002_functions.down.sql"
    , 0};
static const unsigned char migration_003_up[] = {
#embed "../../migrations/003_leases.up.sql"
    , 0};
static const unsigned char migration_003_down[] = {
#embed "../../migrations/003_leases.down.sql"
    , 0};
static const unsigned char migration_004_up[] = {
#embed "../../migrations/004_views.up.sql"
    , 0};
static const unsigned char migration_004_down[] = {
#embed "../../migrations/004_views.down.sql"
    , 0};
static const unsigned char migration_005_up[] = {
#embed "../../migrations/005_roles.up.sql"
    , 0};
static const unsigned char migration_005_down[] = {
#embed "../../migrations/005_roles.down.sql"
    , 0};
static const unsigned char migration_006_up[] = {
#embed "../../migrations/006_exported_models.up.sql"
    , 0};
static const unsigned char migration_006_down[] = {
#embed "../../migrations/006_exported_models.down.sql"
    , 0};
static const unsigned char migration_007_up[] = {
#embed "../../migrations/007_features.up.sql"
    , 0};
static const unsigned char migration_007_down[] = {
#embed "../../migrations/007_features.down.sql"
    , 0};
static const unsigned char statements_claim[] = {
#embed "../JobQueue/SQL/claim.sql"
    , 0};
static const unsigned char statements_completion[] = {
#embed "../JobQueue/SQL/completion.sql"
    , 0};
static const unsigned char statements_job[] = {
#embed "../JobQueue/SQL/job.sql"
    , 0};
static const unsigned char statements_migration[] = {
#embed "../JobQueue/SQL/migration.sql"
    , 0};
static const unsigned char statements_resolution[] = {
#embed "../JobQueue/SQL/resolution.sql"
    , 0};
static const unsigned char statements_worker[] = {
#embed "../JobQueue/SQL/worker.sql"
    , 0};

static const apus_migration migrations[] = {
    {"001_queue", (const char *)migration_001_up, (const char *)migration_001_down},
    {"002_functions", (const char *)migration_002_up, (const char *)migration_002_down},
    {"003_leases", (const char *)migration_003_up, (const char *)migration_003_down},
    {"004_views", (const char *)migration_004_up, (const char *)migration_004_down},
    {"005_roles", (const char *)migration_005_up, (const char *)migration_005_down},
    {"006_exported_models", (const char *)migration_006_up, (const char *)migration_006_down},
    {"007_features", (const char *)migration_007_up, (const char *)migration_007_down},
};

static const char *const statement_files[] = {
    (const char *)statements_claim,
    (const char *)statements_completion,
    (const char *)statements_job,
    (const char *)statements_migration,
    (const char *)statements_resolution,
    (const char *)statements_worker,
};

apus_migration apus_migration_at(int index) {
    const int count = sizeof(migrations) / sizeof(migrations[0]);
    const apus_migration none = {NULL, NULL, NULL};
    return index >= 0 && index < count ? migrations[index] : none;
}

const char *apus_statement_file_at(int index) {
    const int count = sizeof(statement_files) / sizeof(statement_files[0]);
    return index >= 0 && index < count ? statement_files[index] : NULL;
}
