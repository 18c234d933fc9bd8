import JobQueue
import Logging
import ModelZoo
import PostgreSQL

/// The database's tables and the names that jobs may use.
enum Schema {
    /// Applies missing migrations; where there were any, the registry of names is written anew.
    ///
    /// - Returns: the names of the applied migrations.
    /// - Throws: `JobQueueError`.
    @discardableResult
    static func migrate(_ connection: ConnectionOptions, logger: Logger) async throws -> [String] {
        let migrator = try Migrator(options: connection, logger: logger)
        do {
            let applied = try await migrator.isNeeded() ? migrator.migrate() : []
            if !applied.isEmpty { try await migrator.replaceModelNames(modelNames) }
            await migrator.close()
            return applied
        } catch {
            await migrator.close()
            throw error
        }
    }

    /// Writes the registry of names anew: another program version may know more.
    ///
    /// - Throws: `JobQueueError`.
    static func replaceModelNames(_ connection: ConnectionOptions, logger: Logger) async throws {
        let migrator = try Migrator(options: connection, logger: logger)
        do {
            try await migrator.replaceModelNames(modelNames)
            await migrator.close()
        } catch {
            await migrator.close()
            throw error
        }
    }

    /// Every name that a job may use: architectures, published weights, older names that lead to one of them.
    private static var modelNames: [ModelName] {
        let architectures = ModelRegistry.architectureNames
        var names = Set(architectures)
        for architecture in architectures {
            names.formUnion(ModelRegistry.tags(of: architecture).map(\.fullName))
        }
        for (older, current) in ModelRegistry.olderNames where names.contains(current) { names.insert(older) }
        return names.sorted().map { ModelName(name: $0) }
    }
}
