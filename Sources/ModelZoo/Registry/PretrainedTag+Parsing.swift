internal import Tensors

extension PretrainedTag {
    /// The columns of Data/models.tsv, in their order.
    private enum Column: Int, CaseIterable {
        case architecture, tag, family, isDefault, isPretrained
        case inputSize, testInputSize, minimumInputSize, poolSize
        case cropFraction, testCropFraction, cropMode, interpolation, mean, standardDeviation
        case classCount, firstConvolutions, classifiers, hasFixedInputSize, hubID, url, license,
            needsOwnLoader
    }

    /// Reads a line of Data/models.tsv; an empty column is timm's default.
    ///
    /// - Returns: nil where the line is not of that table's form.
    init?(columns: [String]) {
        guard columns.count == Column.allCases.count else { return nil }
        func text(_ column: Column) -> String? {
            let text = columns[column.rawValue]
            return text.isEmpty ? nil : text
        }
        func list(_ column: Column) -> [String] {
            text(column)?.split(separator: ",").map(String.init) ?? []
        }
        func integers(_ column: Column, count: Int) -> [Int]? {
            let numbers = list(column).compactMap { Int($0) }
            return numbers.count == count ? numbers : nil
        }
        func floats(_ column: Column) -> [Float]? {
            let numbers = list(column).compactMap { Float($0) }
            return numbers.isEmpty ? nil : numbers
        }
        architecture = columns[Column.architecture.rawValue]
        tag = columns[Column.tag.rawValue]
        isPretrained = text(.isPretrained) == "1"
        inputSize = integers(.inputSize, count: 3) ?? [3, 224, 224]
        testInputSize = integers(.testInputSize, count: 3)
        minimumInputSize = integers(.minimumInputSize, count: 3)
        poolSize = integers(.poolSize, count: 2)
        cropFraction = text(.cropFraction).flatMap { Double($0) } ?? 0.875
        testCropFraction = text(.testCropFraction).flatMap { Double($0) }
        cropMode = text(.cropMode).flatMap { InputSpec.CropMode(rawValue: $0) } ?? .center
        interpolation = text(.interpolation).flatMap { InputSpec.Interpolation(rawValue: $0) } ?? .bicubic
        mean = floats(.mean) ?? [0.485, 0.456, 0.406]
        standardDeviation = floats(.standardDeviation) ?? [0.229, 0.224, 0.225]
        classCount = text(.classCount).flatMap { Int($0) } ?? 1000
        firstConvolutions = list(.firstConvolutions)
        classifiers = list(.classifiers)
        hubID = text(.hubID)
        url = text(.url)
        license = text(.license)
        hasFixedInputSize = text(.hasFixedInputSize) == "1"
        needsOwnLoader = text(.needsOwnLoader) == "1"
    }
}
