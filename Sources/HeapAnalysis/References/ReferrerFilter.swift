import CPython
import MemoryImage
import NativeProcess

/// A filter that quickly rules out nearly every object that refers to none of some targets: no word of the object's
/// body, table or buffer is a target's address.
///
/// The words are found in one pass at the speed of reading. An object that is not ruled out is walked, so a filter
/// changes how long a search takes, and never what it finds.
@safe
final class ReferrerFilter: @unchecked Sendable {
  // SAFETY of @unchecked Sendable: written once by the initialiser, read-only afterwards. Plain memory, because a loop
  // over all objects must not count references to arrays.

  /// Where an object's references are, by its type.
  private enum Shape: UInt8, BitwiseCopyable {
    /// Unknown or too complex: always walked.
    case any
    /// Only in `ob_type`, and the type is no target.
    case none
    /// In the object's body.
    case body
    /// In the body, and in structures of C code that it points to.
    case structures
    /// In the body, and in items after it.
    case tuple
    /// In the body, and in an array.
    case list
    /// In the body, and in a table.
    case dict
  }

  private let inferior: Inferior
  private let shapes: UnsafeMutableBufferPointer<Shape>
  /// The end of the body, by type number, in bytes.
  private let extents: UnsafeMutableBufferPointer<Int>
  /// The addresses of all words that are a target's address, ascending.
  private let hits: UnsafeMutableBufferPointer<UInt64>

  /// The maximum number of bytes before an object.
  private static let headSize = 64
  /// More than inline values ever take, in bytes.
  private static let inlineValuesSize = 8192
  /// With more hits, walking all objects is as fast.
  private static let hitLimit = 1 << 16

  /// A filter for some targets, whose numbers are in `numbers`.
  ///
  /// - Parameter isCareful: whether nothing is ruled out.
  /// - Throws: `Cancellation`.
  init(
    _ targets: [Address], _ numbers: TypeAddressSet, in inferior: Inferior, workers: Workers, isCareful: Bool
  ) throws(Cancellation) {
    self.inferior = inferior
    let types = inferior.types
    let hits = isCareful ? nil : try Self.hits(targets, numbers, in: inferior.addressSpace, workers: workers)
    unsafe self.hits = .copy(of: hits ?? [])
    unsafe extents = .copy(of: types.walks.indices.map { Self.extent(ofType: $0, in: types) })
    unsafe shapes = .copy(
      of: types.walks.indices.map { number in
        let walk = types.walks[number]
        guard hits != nil else { return .any }
        if walk.isLeaf { return numbers.number(of: walk.type) == nil ? .none : .any }
        let isAligned = walk.members.allSatisfy { types.memberOffsets[Int($0)] % 8 == 0 }
        let shape = isAligned ? Self.shape(of: types.traits[number], in: inferior.layout) : .any
        return shape == .body && walk.unknownEnd > 0 ? .structures : shape
      })
  }

  deinit {
    unsafe hits.deallocate()
    unsafe extents.deallocate()
    unsafe shapes.deallocate()
  }

  /// Whether objects of a type may refer to a target at all, by its number.
  var typesToAsk: [Bool] { unsafe shapes.map { $0 != .none } }

  private static func extent(ofType number: Int, in types: TypeTable) -> Int {
    let traits = types.traits[number]
    let walk = types.walks[number]
    let members = walk.members.map { types.memberOffsets[Int($0)] &+ 8 }
    let fields = [traits.basicSize, walk.unknownEnd, traits.dictOffset &+ 8] + members
    return (fields.max() ?? 0) &+ (traits.flags.contains(.inlineValues) ? inlineValuesSize : 0)
  }

  private static func shape(of traits: TypeTraits, in layout: Layout) -> Shape {
    let keepsValuesElsewhere =
      layout.instance.managedValues != nil && traits.flags.contains(.managedDict)
      && !traits.flags.contains(.inlineValues)
    guard traits.dictOffset >= 0, traits.dictOffset % 8 == 0, !keepsValuesElsewhere else { return .any }
    switch traits.kind {
    case .generic where traits.itemSize == 0: return .body
    case .tuple: return .tuple
    case .list: return .list
    case .dict: return .dict
    default: return .any
    }
  }

  /// The addresses of words of the set, at multiples of 8; nil if there are too many, or stretches begin or end elsewhere.
  private static func hits(
    _ targets: [Address], _ numbers: TypeAddressSet, in memory: AddressSpace, workers: Workers
  ) throws(Cancellation) -> [UInt64]? {
    guard memory.stretches.allSatisfy({ $0.start.isAligned(to: 8) && $0.end.isAligned(to: 8) }) else {
      return nil
    }
    if targets.count == 1 {
      let found = try MemorySearch(for: targets[0]).run(in: memory, limit: hitLimit, workers: workers)
      return found.count <= hitLimit ? found.addresses.map(\.rawValue) : nil
    }
    let chunks = memory.chunks()
    let found = try workers.map(count: chunks.count) { index -> [UInt64] in
      let chunk = chunks[index].with(granule: 8)
      var hits: [UInt64] = []
      // The kernel reads the second words of headers, and never the first word of a segment.
      let first = chunk.range.start + chunk.firstPosition
      if let word: Address = try? memory.reader.load(at: first), numbers.number(of: word) != nil {
        hits.append(first.rawValue)
      }
      chunk.forEachHeader(typeIn: numbers) { address, _ in
        if hits.count <= hitLimit { hits.append((address + 8).rawValue) }
      }
      return hits
    }
    let count = found.reduce(0) { $0 + $1.count }
    return count <= hitLimit ? found.joined().sorted() : nil
  }

  /// Whether the object may refer to a target.
  @inline(__always)
  func mayRefer(_ header: ObjectHeader) -> Bool {
    let number = Int(header.type.number)
    // SAFETY: there is a shape and an extent for each type.
    let shape = unsafe shapes[number]
    if shape == .none { return false }
    let start = header.address.rawValue &- UInt64(Self.headSize)
    if shape == .any || isHit(from: start, byteCount: unsafe extents[number] &+ Self.headSize) { return true }
    switch shape {
    case .structures: return mayRefer(unknown: header)
    case .tuple: return mayRefer(tuple: header)
    case .list: return mayRefer(list: header)
    case .dict: return mayRefer(dict: header)
    default: return false
    }
  }

  private func mayRefer(unknown header: ObjectHeader) -> Bool {
    guard let object = try? GenericObject(header, in: inferior) else { return true }
    var isFound = false
    object.forEachBlock(in: inferior) { block, _ in
      isFound = isFound || isHit(from: block.contents.rawValue, byteCount: block.byteCount)
    }
    return isFound
  }

  private func mayRefer(tuple header: ObjectHeader) -> Bool {
    guard let tuple = try? PyTupleObject(header, in: inferior) else { return true }
    return isHit(from: tuple.items.rawValue, items: tuple.count)
  }

  private func mayRefer(list header: ObjectHeader) -> Bool {
    guard let list = try? PyListObject(header, in: inferior), list.items.isAligned(to: 8) else { return true }
    return isHit(from: list.items.rawValue, items: list.count)
  }

  private func mayRefer(dict header: ObjectHeader) -> Bool {
    guard let dict = try? PyDictObject(header, in: inferior), dict.values.isNull,
      let keys = try? PyDictKeys(at: dict.keys, in: inferior), keys.entryCount < 1 << 40, keys.entries.isAligned(to: 8)
    else { return true }
    return isHit(from: keys.entries.rawValue, byteCount: max(0, keys.entryCount) &* keys.entrySize)
  }

  private func isHit(from start: UInt64, items: Int) -> Bool {
    items >= 1 << 40 || isHit(from: start, byteCount: max(0, items) &* 8)
  }

  /// Whether one of the words is there.
  @inline(__always)
  private func isHit(from start: UInt64, byteCount: Int) -> Bool {
    // SAFETY: the index is below the number of hits.
    let index = unsafe firstIndex(below: hits.count) { unsafe hits[$0] >= start }
    return unsafe index < hits.count && hits[index] &- start < UInt64(bitPattern: Int64(byteCount))
  }
}

extension UnsafeMutableBufferPointer where Element: BitwiseCopyable {
  /// A copy of an array's elements in memory that the caller deallocates.
  fileprivate static func copy(of elements: [Element]) -> UnsafeMutableBufferPointer {
    let buffer = UnsafeMutableBufferPointer.allocate(capacity: elements.count)
    _ = unsafe buffer.initialize(from: elements)
    return unsafe buffer
  }
}
