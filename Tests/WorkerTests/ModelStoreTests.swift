import JobQueue
import Testing
import Worker

@Suite("Model store")
struct ModelStoreTests {
    private func key(_ name: String) -> ModelKey { ModelKey(hashing: [name]) }

    @Test("The least recently used goes first")
    func leastRecentlyUsedGoesFirst() {
        var store = ModelStore<String>(budget: 100)
        for name in ["a", "b", "c"] { store.insert(name, key: key(name), byteCount: 30) }
        let used = store.use(key("a"))
        #expect(used == "a")
        let fits = store.makeRoom(for: 40)
        #expect(fits)
        #expect(store.models == ["c", "a"])
        let dropped = store.use(key("b"))
        #expect(dropped == nil)
        #expect(store.byteCount == 60)
    }

    @Test("A model above the budget empties the store and does not fit")
    func modelAboveTheBudget() {
        var store = ModelStore<String>(budget: 100)
        store.insert("a", key: key("a"), byteCount: 30)
        let fits = store.makeRoom(for: 101)
        #expect(!fits)
        #expect(store.models.isEmpty)
    }

    @Test("A model is kept once")
    func modelIsKeptOnce() {
        var store = ModelStore<String>(budget: 100)
        store.insert("old", key: key("a"), byteCount: 30)
        store.insert("new", key: key("a"), byteCount: 40)
        #expect(store.models == ["new"])
        #expect(store.byteCount == 40)
    }
}
