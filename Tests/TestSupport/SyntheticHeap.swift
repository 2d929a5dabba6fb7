package import CPython
package import MemoryImage
import NativeProcess

/// A heap of any version, built in memory object by object: a whole process in a few lines of a test.
package struct SyntheticHeap {
  /// The layout that the objects follow.
  package let layout: Layout
  /// The addresses of `type` and `object`.
  package private(set) var typeObject = Address.null
  package private(set) var objectType = Address.null
  private var bytes: [UInt8] = []
  private let start = Address(0x7F00_0000_0000)

  /// A heap that holds nothing but `type` and `object`.
  package init(_ layout: Layout) {
    self.layout = layout
    typeObject = allocate(layout.type.size)
    objectType = allocate(layout.type.size)
    let flags: TypeFlags = [.ready, .gc, .typeSubclass]
    fillType(typeObject, name: "type", basicSize: layout.type.heapSize, itemSize: 40, flags: flags, base: objectType)
    fillType(objectType, name: "object", basicSize: layout.object.size, itemSize: 0, flags: .ready, base: .null)
  }

  /// A block of zeros, at a multiple of 16.
  package mutating func allocate(_ size: Int) -> Address {
    let address = start + bytes.count
    bytes += [UInt8](repeating: 0, count: (size + 15) & ~15)
    return address
  }

  /// Writes a value's bytes at an address in the heap.
  package mutating func write(_ value: some FixedWidthInteger, at address: Address) {
    let offset = Int(address.rawValue - start.rawValue)
    for index in 0..<(value.bitWidth / 8) {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (index * 8))
    }
  }

  /// Writes a pointer.
  package mutating func write(_ pointer: Address, at address: Address) { write(pointer.rawValue, at: address) }

  /// The pointer at an address in the heap.
  package func pointer(at address: Address) -> Address {
    let offset = Int(address.rawValue - start.rawValue)
    return Address((0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) })
  }

  /// A block of the given bytes and a terminating zero.
  package mutating func text(_ text: String) -> Address {
    let address = allocate(text.utf8.count + 1)
    for (index, byte) in text.utf8.enumerated() { write(byte, at: address + index) }
    return address
  }

  /// A static type.
  package mutating func type(
    _ name: String, basicSize: Int, itemSize: Int = 0, flags: TypeFlags = .ready
  ) -> Address {
    let address = allocate(layout.type.size)
    fillType(address, name: name, basicSize: basicSize, itemSize: itemSize, flags: flags, base: objectType)
    return address
  }

  /// Makes a copy of a static type.
  package mutating func copyType(_ type: Address, to copy: Address) {
    let (from, to) = (Int(type.rawValue - start.rawValue), Int(copy.rawValue - start.rawValue))
    for index in 0..<layout.type.size { bytes[to + index] = bytes[from + index] }
  }

  /// The head of an object with one reference.
  package mutating func object(of type: Address, size: Int) -> Address {
    let address = allocate(size)
    write(UInt64(1), at: address + layout.object.ob_refcnt.bytes)
    write(type, at: address + layout.object.ob_type.bytes)
    return address
  }

  /// A list of the given items.
  package mutating func list(_ items: [Address], of type: Address) -> Address {
    let array = allocate(items.count * 8)
    for (index, item) in items.enumerated() { write(item, at: array + index * 8) }
    let address = object(of: type, size: layout.list.size)
    write(items.count, at: address + layout.object.ob_size.bytes)
    write(items.count, at: address + layout.list.allocated.bytes)
    write(items.isEmpty ? Address.null : array, at: address + layout.list.ob_item.bytes)
    return address
  }

  /// An int of the given digits, least significant first, each of 4 bytes or of 2.
  package mutating func int(
    _ digits: [UInt32], isNegative: Bool = false, digitSize: Int = 4, of type: Address
  ) -> Address {
    let address = object(of: type, size: layout.long.ob_digit.bytes + max(1, digits.count) * digitSize)
    if let tag = layout.long.lv_tag {
      let sign: UInt64 = digits.isEmpty ? 1 : isNegative ? 2 : 0
      write(UInt64(digits.count) << 3 | sign, at: address + tag.bytes)
    } else {
      write(isNegative ? -digits.count : digits.count, at: address + layout.object.ob_size.bytes)
    }
    for (index, digit) in digits.enumerated() {
      let place = address + layout.long.ob_digit.bytes + index * digitSize
      if digitSize == 2 { write(UInt16(truncatingIfNeeded: digit), at: place) } else { write(digit, at: place) }
    }
    return address
  }

  /// The heap as a process whose types have been found.
  package func inferior() -> Inferior {
    let owner = MappedBytes(copying: bytes)
    let regions = AddressRange(start: start, count: bytes.count).flatMap { MemoryRegion(range: $0, owner: owner) }
    let memory = AddressSpace(regions: regions.map { [$0] } ?? [])
    let bare = Inferior(memory: memory, version: layout.version, layout: layout)
    return bare.with(types: TypeDiscovery(bare, threadCount: 1).types(from: typeObject))
  }

  /// The same as the static data of a program with an ELF header.
  ///
  /// - Parameters:
  ///   - byteCount: the minimum number of bytes of its data.
  ///   - isInterpreter: whether it is the interpreter's own program, and not a library with an extension.
  package func program(byteCount: Int = 0, isInterpreter: Bool = true) -> Inferior {
    let page = 4096
    let size = (max(bytes.count, byteCount) + page - 1) / page * page
    var header = [UInt8](repeating: 0, count: page)
    func put(_ value: Int, at offset: Int, width: Int = 8) {
      for index in 0..<width { header[offset + index] = UInt8(truncatingIfNeeded: value >> (index * 8)) }
    }
    // ELFCLASS64, ELFDATA2LSB; two rows: what is read from the file's beginning, and what is written after it.
    put(0x0001_0102_464C_457F, at: 0)
    for (value, offset, width) in [(64, 32, 8), (56, 54, 2), (2, 56, 2)] { put(value, at: offset, width: width) }
    for (row, flags, place, count) in [(64, 4, 0, page), (120, 6, page, size)] {
      put(1, at: row, width: 4)
      put(flags, at: row + 4, width: 4)
      for offset in [8, 16] { put(place, at: row + offset) }
      for offset in [32, 40] { put(count, at: row + offset) }
    }
    let data = bytes + [UInt8](repeating: 0, count: size - bytes.count)
    let regions = [(start - page, header), (start, data)].compactMap { address, bytes in
      AddressRange(start: address, count: bytes.count)
        .flatMap { MemoryRegion(range: $0, owner: MappedBytes(copying: bytes)) }
    }
    let memory = AddressSpace(regions: regions)
    let image = InterpreterImage(holding: typeObject, programs: LoadedProgram.all(in: memory), in: memory)
    let bare = Inferior(
      memory: memory, version: layout.version, layout: layout, image: image,
      places: Deferred {
        let places = RegionUses(in: memory, debugOffsets: nil)
        return isInterpreter ? places.withInterpreter(image) : places
      })
    return bare.with(types: TypeDiscovery(bare, threadCount: 1).types(from: typeObject))
  }

  private mutating func fillType(
    _ address: Address, name: String, basicSize: Int, itemSize: Int, flags: TypeFlags, base: Address
  ) {
    let fields = layout.type
    write(UInt64(1), at: address + layout.object.ob_refcnt.bytes)
    write(typeObject, at: address + layout.object.ob_type.bytes)
    write(text(name), at: address + fields.tp_name.bytes)
    write(basicSize, at: address + fields.tp_basicsize.bytes)
    write(itemSize, at: address + fields.tp_itemsize.bytes)
    write(flags.rawValue, at: address + fields.tp_flags.bytes)
    write(base, at: address + fields.tp_base.bytes)
    // What the collector visits has a traversal; that of each type is another one.
    if flags.contains(.gc) { write(address, at: address + fields.tp_traverse.bytes) }
  }
}
