import Glibc

/// A reader of untrusted bytes. libFuzzer calls it with as many inputs as it has time for.
enum FuzzTarget: String, CaseIterable {
  /// The readers of the forms of a dump.
  case core, stream, compressed, blocks, maps, names
  /// Tables of the process: debug offsets, lines of code.
  case offsets, lines
  /// Structures in memory: each object's own file, pools, threads and frames; arrays of NumPy; a whole process.
  case objects, arrays, process
  /// The indexes that are stored in files, of objects and of references.
  case index, references
  /// What is typed, and what is written.
  case tokens, text
  /// The C kernels, beside their naive twins.
  case kernels, pools

  /// Reads an input.
  func run(_ bytes: [UInt8]) {
    switch self {
    case .core: FormatFuzzing.core(bytes)
    case .stream: FormatFuzzing.stream(bytes)
    case .compressed: CompressionFuzzing.compressed(bytes)
    case .blocks: CompressionFuzzing.blocks(bytes)
    case .maps: FormatFuzzing.maps(bytes)
    case .names: FormatFuzzing.names(bytes)
    case .offsets: TableFuzzing.offsets(bytes)
    case .lines: TableFuzzing.lines(bytes)
    case .objects: ObjectFuzzing.objects(bytes)
    case .arrays: ArrayFuzzing.arrays(bytes)
    case .process: ProcessFuzzing.process(bytes)
    case .index: IndexFuzzing.index(bytes)
    case .references: ReferencesFuzzing.references(bytes)
    case .tokens: TextFuzzing.tokens(bytes)
    case .text: TextFuzzing.text(bytes)
    case .kernels: KernelFuzzing.kernels(bytes)
    case .pools: PoolFuzzing.pools(bytes)
    }
  }

  /// The target that the environment names.
  static let chosen: FuzzTarget = {
    guard let name = unsafe getenv("FUZZ_TARGET"),
      let target = FuzzTarget(rawValue: unsafe String(cString: name))
    else {
      print("FUZZ_TARGET: expected one of \(allCases.map(\.rawValue).joined(separator: " "))")
      exit(64)
    }
    return target
  }()
}

/// The function that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = unsafe [UInt8](UnsafeBufferPointer(start: data, count: data == nil ? 0 : count))
  FuzzTarget.chosen.run(bytes)
  return 0
}

/// Ends the run where a claim does not hold, as a crash whose input libFuzzer keeps.
func claim(_ holds: Bool, _ what: @autoclosure () -> String) {
  if !holds { fatalError(what()) }
}
