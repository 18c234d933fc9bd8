package import JobQueue

/// The compiled models that a worker keeps: several, the least recently used dropped when memory runs short.
///
/// A dropped model lives on until the pictures that are on their way to it are done.
package struct ModelStore<Model> {
    private struct Entry {
        let key: ModelKey
        let model: Model
        let byteCount: Int
    }

    /// Memory that the models may take together, in bytes.
    package let budget: Int
    /// The least recently used first.
    private var entries: [Entry] = []

    /// Makes an empty store.
    package init(budget: Int) {
        self.budget = budget
    }

    /// Memory of the kept models, in bytes.
    package var byteCount: Int { entries.reduce(0) { $0 + $1.byteCount } }

    /// The keys of the kept models, the least recently used first.
    package var keys: [ModelKey] { entries.map(\.key) }

    /// All kept models.
    package var models: [Model] { entries.map(\.model) }

    /// The model of `key`, which becomes the most recently used.
    package mutating func use(_ key: ModelKey) -> Model? {
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
        let entry = entries.remove(at: index)
        entries.append(entry)
        return entry.model
    }

    /// Drops the least recently used models until `byteCount` more fit.
    ///
    /// - Returns: whether they fit; they do not where they exceed the budget alone.
    package mutating func makeRoom(for byteCount: Int) -> Bool {
        while !entries.isEmpty, self.byteCount + byteCount > budget { entries.removeFirst() }
        return byteCount <= budget
    }

    /// Keeps `model` as the most recently used.
    package mutating func insert(_ model: Model, key: ModelKey, byteCount: Int) {
        entries.removeAll { $0.key == key }
        entries.append(Entry(key: key, model: model, byteCount: byteCount))
    }
}
