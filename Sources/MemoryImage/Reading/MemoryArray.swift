/// An array of plain values in the process's memory: the items of a list, the characters of a string.
///
/// It borrows the memory of its `AddressSpace`, or owns a copy where the array runs across two regions whose bytes are not
/// adjacent in the dump. Use it only while the address space lives.
@frozen
@safe
public struct MemoryArray<Element: BitwiseCopyable & Sendable>: RandomAccessCollection, @unchecked Sendable {
  // SAFETY of @unchecked Sendable: the bytes are read-only.
  @usableFromInline let base: UnsafeRawPointer?
  @usableFromInline let copy: [UInt8]
  /// The number of elements.
  public let count: Int

  @inlinable
  init(base: UnsafeRawPointer, count: Int) {
    unsafe self.base = base
    self.copy = []
    self.count = count
  }

  @inlinable
  init(copy: [UInt8]) {
    unsafe self.base = nil
    self.copy = copy
    self.count = copy.count / MemoryLayout<Element>.stride
  }

  /// Creates an array without elements.
  @inlinable
  public init() {
    self.init(copy: [])
  }

  @inlinable
  public var startIndex: Int { 0 }
  @inlinable
  public var endIndex: Int { count }

  @inlinable
  public subscript(index: Int) -> Element {
    precondition(index >= 0 && index < count, "index outside the array")
    let offset = index &* MemoryLayout<Element>.stride
    // SAFETY: the precondition keeps the load inside the bytes that were checked when the array was made.
    if let base = unsafe base {
      return unsafe base.loadUnaligned(fromByteOffset: offset, as: Element.self)
    }
    return unsafe copy.withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: Element.self) }
  }
}
