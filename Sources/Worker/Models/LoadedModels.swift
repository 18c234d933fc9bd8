import JobQueue
import Synchronization

/// The models of this process, seen by the claimer, which loads them, and by the pipeline, which fills their
/// batches.
final class LoadedModels: Sendable {
    private let store: Mutex<ModelStore<LoadedModel>>

    init(budget: Int) {
        store = Mutex(ModelStore(budget: budget))
    }

    /// All kept models.
    var models: [LoadedModel] { store.withLock { $0.models } }

    /// The key of the model that was used last.
    var latestKey: ModelKey? { store.withLock { $0.keys.last } }

    /// The model of `key`, if it is kept.
    func use(_ key: ModelKey) -> LoadedModel? { store.withLock { $0.use(key) } }

    /// What making room came to.
    struct Room {
        /// Whether models were dropped, which live until their pictures are done.
        var droppedModels: Bool
        /// Whether the model fits the budget at all.
        var isEnough: Bool
    }

    /// Drops the least recently used models until `byteCount` more fit.
    func makeRoom(for byteCount: Int) -> Room {
        store.withLock { store in
            let before = store.keys.count
            let isEnough = store.makeRoom(for: byteCount)
            return Room(droppedModels: store.keys.count < before, isEnough: isEnough)
        }
    }

    /// Keeps `model`.
    func insert(_ model: LoadedModel) {
        store.withLock { $0.insert(model, key: model.key, byteCount: model.byteCount) }
    }
}
