import Tensors
import Testing

@Suite struct TensorTests {
    @Test(arguments: [
        (Shape([2, 3]), 6), (Shape([]), 1), (Shape([0, 5]), 0),
    ])
    func aShapeCountsItsElements(shape: Shape, count: Int) {
        #expect(shape.checkedCount == count)
    }

    @Test(arguments: [Shape([-1, 2]), Shape([Int.max, 2]), Shape([1 << 40, 1 << 40])])
    func aShapeThatCannotBeHasNoCount(shape: Shape) {
        #expect(shape.checkedCount == nil)
    }

    @Test func stridesAreRowMajor() {
        #expect(Shape([2, 3, 4]).strides == [12, 4, 1])
        #expect(Shape([64, 3, 7, 7]).manifestText == "64x3x7x7")
    }

    @Test func aViewLiesInsideItsStorage() {
        let storage = unsafe TensorStorage(byteCount: 16) { _ in }
        #expect(Tensor(dtype: .float32, shape: [4], storage: storage, byteOffset: 0) != nil)
        #expect(Tensor(dtype: .float32, shape: [4], storage: storage, byteOffset: 1) == nil)
        #expect(Tensor(dtype: .float32, shape: [5], storage: storage, byteOffset: 0) == nil)
        #expect(Tensor(dtype: .float32, shape: [1], storage: storage, byteOffset: -4) == nil)
        #expect(Tensor(dtype: .float64, shape: [1 << 61], storage: storage, byteOffset: 0) == nil)
    }

    @Test func anUnalignedViewConverts() throws {
        let storage = unsafe TensorStorage(byteCount: 9) { bytes in
            unsafe bytes.storeBytes(of: Float(1.5), toByteOffset: 1, as: Float.self)
            unsafe bytes.storeBytes(of: Float(-2), toByteOffset: 5, as: Float.self)
        }
        let view = try #require(Tensor(dtype: .float32, shape: [2], storage: storage, byteOffset: 1))
        #expect(view.floats == [1.5, -2])
        #expect(view.convertedToFloat32().byteOffset == 0)
    }

    @Test func aPartIsConvertedAlone() throws {
        let aligned = Tensor(shape: [2, 3], values: [0, 1, 2, 3, 4, 5])
        let found = unsafe aligned.withFloats(2..<5) { [unsafe $0[0], unsafe $0[2]] }
        #expect(found == [2, 4])
        // Nothing is copied of what is float32 already.
        let isInPlace = unsafe aligned.withFloats(2..<5) { part in
            unsafe aligned.withUnsafeBytes {
                unsafe $0.baseAddress.map { unsafe $0 + 8 } == UnsafeRawPointer(part)
            }
        }
        #expect(isInPlace)
        let half = Tensor.cast([1, 2, 3, 4], to: .float16, shape: [4])
        #expect(unsafe half.withFloats(1..<4) { [unsafe $0[0], unsafe $0[1], unsafe $0[2]] } == [2, 3, 4])
    }

    @Test func aMeanForOtherChannelsIsTheAverage() {
        #expect(InputSpec.spread([0.485, 0.456, 0.406], over: 1) == [Float(0.449)])
        #expect(InputSpec.spread([0.25, 0.75], over: 4) == [0.5, 0.5, 0.5, 0.5])
        #expect(InputSpec.spread([1, 2, 3], over: 3) == [1, 2, 3])
    }
}
