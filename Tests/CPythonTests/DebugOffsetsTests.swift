import MemoryImage
import Testing

@testable import CPython

@Suite("Debug offsets")
struct DebugOffsetsTests {
  let start = Address(0xB9_47C0)

  /// The words after the head, as they were in the memory of Debian's CPython 3.14.8.
  static let numbers3_14: [UInt64] = [
    316616, 784, 808, 225864, 7280, 7272, 7344, 7360, 7408, 7688, 7672, 7680, 16, 7784, 0, 7800, 7792, 7992, 0, 832, 0,
    8, 16, 72, 152, 160, 232, 32, 88, 8, 0, 56, 80, 74, 64, 0, 216, 112, 120, 128, 136, 68, 52, 96, 104, 208, 0, 16, 8,
    416, 24, 88, 168, 40, 32, 16, 40, 24, 16, 200, 24, 40, 32, 48, 32, 40, 24, 16, 32, 16, 24, 40, 16, 32, 64, 32, 16,
    40, 264, 192, 160, 24, 72, 67, 0, 8, 24, 304, 8076, 0, 4, 512,
  ]
  /// The same of CPython 3.13.0.
  static let numbers3_13: [UInt64] = [
    283320, 608, 632, 194968, 7272, 7264, 7344, 7400, 7656, 7640, 7648, 16, 7752, 0, 7768, 7760, 304, 0, 8, 16, 72, 152,
    160, 232, 32, 80, 8, 0, 56, 72, 70, 208, 112, 120, 128, 136, 68, 52, 96, 104, 200, 16, 8, 416, 24, 88, 168, 32, 24,
    16, 40, 24, 16, 48, 32, 40, 24, 16, 32, 16, 24, 40, 16, 32, 64, 32, 16, 40, 240, 200,
  ]

  /// A memory that holds nothing but the table.
  func memory(
    cookie: String = "xdebugpy", version: UInt64 = 0x030E_08F0, freeThreaded: UInt64 = 0,
    numbers: [UInt64] = numbers3_14
  ) throws -> AddressSpace {
    let bytes =
      Array(cookie.utf8)
      + ([version, freeThreaded] + numbers).flatMap { word in
        (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
      }
    let range = try #require(AddressRange(start: start, count: bytes.count))
    let region = try #require(MemoryRegion(range: range, owner: MappedBytes(copying: bytes)))
    return AddressSpace(regions: [region])
  }

  /// The table of CPython 3.14.8 with some numbers replaced.
  func offsets(replacing changes: [DebugOffsets.Field: UInt64]) throws -> DebugOffsets {
    let order = try #require(DebugOffsets.fields(of: PythonVersion(3, 14)))
    var numbers = Self.numbers3_14
    for (field, number) in changes { numbers[try #require(order.firstIndex(of: field))] = number }
    return try #require(DebugOffsets(at: start, in: memory(numbers: numbers)))
  }

  /// Why the layout of 3.14 refuses the table with some numbers replaced.
  func refusal(_ changes: [DebugOffsets.Field: UInt64]) throws -> String? {
    let offsets = try offsets(replacing: changes)
    return #expect(throws: DebugOffsetsProblem.self) { _ = try Layout.cpython3_14.applying(offsets) }?.reason
  }

  // MARK: - Reading

  @Test("the table of a real 3.14 is read")
  func reading3_14() throws {
    let offsets = try #require(DebugOffsets(at: start, in: memory()))

    #expect(offsets.version == PythonVersion(3, 14, 8))
    #expect(offsets.hexVersion == 0x030E_08F0)
    #expect(!offsets.isFreeThreaded)
    #expect(offsets[.interpreter_state_threads_main] == 7360)
    #expect(offsets[.debugger_support_debugger_script_path_size] == 512)
  }

  @Test("the table of a real 3.13 has another shape")
  func reading3_13() throws {
    let offsets = try #require(DebugOffsets(at: start, in: memory(version: 0x030D_00F0, numbers: Self.numbers3_13)))

    #expect(offsets.version == PythonVersion(3, 13, 0))
    #expect(offsets[.interpreter_state_threads_main] == nil)
    #expect(offsets[.gc_collecting] == 200)
    #expect(try offsets.offset(of: .set_object_used, within: .set_object_size) == nil)
  }

  @Test("a table with another cookie is none")
  func otherCookie() throws {
    #expect(try DebugOffsets(at: start, in: memory(cookie: "xdebugpz")) == nil)
  }

  @Test("a table of an unknown version has its head alone; one of an alpha, or of a version before all, is none")
  func otherVersion() throws {
    let unknown = try #require(DebugOffsets(at: start, in: memory(version: 0x0363_00F0)))
    #expect(unknown.version == PythonVersion(3, 99, 0))
    #expect(unknown[.pyobject_size] == nil)
    #expect(throws: DebugOffsetsProblem.self) { _ = try Layout.cpython3_14.applying(unknown) }
    #expect(try DebugOffsets(at: start, in: memory(version: 0x030C_00F0)) == nil)
    #expect(try DebugOffsets(at: start, in: memory(version: 0x030E_00A1)) == nil)
    #expect(try DebugOffsets(at: start, in: memory(version: 0x1_030E_08F0)) == nil)
    #expect(try DebugOffsets(at: start, in: memory(version: 0x030E_00C1)) != nil)
  }

  @Test("a table that is cut off is none")
  func cutOff() throws {
    #expect(try DebugOffsets(at: start, in: memory(numbers: Self.numbers3_14.dropLast())) == nil)
    #expect(try DebugOffsets(at: start, in: memory(numbers: [])) == nil)
    #expect(try DebugOffsets(at: Address(0), in: memory()) == nil)
  }

  // MARK: - Checked numbers

  @Test("offsets in the interpreter's state are checked against its size")
  func checkedOffset() throws {
    let offsets = try offsets(replacing: [.interpreter_state_next: 225_857])
    let limit = DebugOffsets.stateLimit

    #expect(
      try offsets.offset(of: .interpreter_state_threads_head, within: .interpreter_state_size, limit: limit) == 7344)
    #expect(throws: DebugOffsetsProblem.self) {
      try offsets.offset(of: .interpreter_state_next, within: .interpreter_state_size, limit: limit)
    }
  }

  // MARK: - Layouts

  @Test("every field of the generated tables lies inside its record")
  func tablesAreSound() {
    for layout in Layout.supported { #expect(layout.fieldOutsideRecord == nil, "\(layout.version)") }
  }

  @Test("a field outside its record is found, also in a structure that not all versions have")
  func unsoundTables() {
    var tuple = Layout.cpython3_14
    tuple.tuple.ob_item = FieldOffset(tuple.tuple.size - 7)
    var negative = Layout.cpython3_10
    negative.frame.f_code = -8
    var frame = Layout.cpython3_14
    frame.interpreterFrame?.f_funcobj = 4096

    #expect(tuple.fieldOutsideRecord == "tuple.ob_item")
    #expect(negative.fieldOutsideRecord == "frame.f_code")
    #expect(frame.fieldOutsideRecord == "interpreterFrame.f_funcobj")
  }

  @Test("the debug offsets of a real 3.14 say the same as the generated table")
  func agreement() throws {
    #expect(try Layout.cpython3_14.applying(offsets(replacing: [:])) == .cpython3_14)
  }

  @Test("fields that moved are taken from the dump")
  func movedFields() throws {
    let layout = try Layout.cpython3_14.applying(
      offsets(replacing: [
        .tuple_object_size: 48, .tuple_object_ob_item: 40, .gen_object_size: 168, .interpreter_frame_owner: 75,
      ]))

    #expect(layout.tuple == TupleLayout(size: 48, ob_item: 40))
    #expect(layout.generator.size == 168)
    #expect(layout.generator.coroutineSize == 168)
    #expect(layout.generator.asyncGeneratorSize == 168)
    #expect(layout.interpreterFrame?.owner == 75)
    #expect(layout.list == Layout.cpython3_14.list)
  }

  @Test("what follows a structure inside another moves with its size")
  func movedTails() throws {
    let layout = try Layout.cpython3_14.applying(
      offsets(replacing: [.type_object_size: 424, .unicode_object_asciiobject_size: 48, .unicode_object_size: 72]))

    #expect(layout.type.heapSize == 944)
    #expect(layout.type.ht_name == 864)
    #expect(layout.unicode.compactSize == 64)
    #expect(layout.unicode.data == 64)
  }

  @Test("a size that is zero or absurd is refused")
  func absurdSizes() throws {
    #expect(try refusal([.list_object_size: 0]) == "list_object.size is 0, not in 1...65536")
    #expect(try refusal([.list_object_size: 65537]) == "list_object.size is 65537, not in 1...65536")
    #expect(
      try refusal([.gen_object_size: .max]) == "gen_object.size is 18446744073709551615, not in 1...65536")
  }

  @Test("an offset behind its structure is refused")
  func absurdOffsets() throws {
    #expect(
      try refusal([.dict_object_ma_keys: 41])
        == "dict_object.ma_keys 41 with 8 bytes is outside of dict_object.size 48")
    #expect(
      try refusal([.code_object_argcount: .max])
        == "code_object.argcount 18446744073709551615 with 4 bytes is outside of code_object.size 216")
    #expect(try refusal([.float_object_size: 4, .float_object_ob_fval: 0]) != nil)
  }

  @Test("a size that leaves out a field which the dump does not give is refused")
  func smallSizes() throws {
    #expect(try refusal([.list_object_size: 32]) == "list.allocated does not lie inside its record")
    #expect(try refusal([.type_object_size: 400]) == "type.tp_vectorcall does not lie inside its record")
  }

  @Test("another object head is refused")
  func otherHead() throws {
    #expect(try refusal([.pyobject_size: 32]) == "pyobject.size is 32, the layout's 16")
    #expect(try refusal([.list_object_ob_size: 24]) == "list_object.ob_size is 24, the layout's 16")
  }

  @Test("debug offsets of another version or build are refused")
  func otherBuild() throws {
    let freeThreaded = try #require(DebugOffsets(at: start, in: memory(freeThreaded: 1)))
    let regular = try offsets(replacing: [:])

    #expect(throws: DebugOffsetsProblem.self) { _ = try Layout.cpython3_14.applying(freeThreaded) }
    #expect(throws: DebugOffsetsProblem.self) { _ = try Layout.cpython3_10.applying(regular) }
  }
}
