extension ModelRegistry {
    /// How an architecture of timm's pools its last feature map when nobody says otherwise: `avg`, `token`, `map`.
    ///
    /// - Returns: timm's `global_pool`; nil where the architecture has none that can be chosen.
    public static func globalPool(of architecture: String) -> String? {
        guard let columns = DataFile.globalPools.lines(startingWith: architecture).first, columns.count == 2
        else { return "avg" }
        return columns[1].isEmpty ? nil : columns[1]
    }
}
