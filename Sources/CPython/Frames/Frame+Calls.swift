package import MemoryImage

extension Frame {
  /// The objects whose `acquire` the function has called, without a later `release`, before its current instruction. Only
  /// the code is read, from its beginning to there. Calls whose result is used do not count, nor do calls that a jump may
  /// have skipped.
  package func acquiredByCalls(_ opcodes: Opcodes, in inferior: Inferior) -> [Address] {
    guard instructionOffset > 0, let code = try? PyCodeObject(at: code, in: inferior) else { return [] }
    let names = code.names(in: inferior).map { inferior.string(at: $0, limit: 128) ?? "" }
    guard names.contains("acquire"), let bytes = code.instructions(upTo: instructionOffset, in: inferior) else { return [] }
    var reader = CallReader(names: names, opcodes: opcodes, unit: inferior.layout.frame.lastiUnit)
    guard reader.read(bytes) else { return [] }
    let firstCell = inferior.layout.code.co_localsplusnames != nil ? 0 : code.firstCellNumber(in: inferior)
    return reader.held(at: instructionOffset).compactMap { value(of: $0, firstCell, in: inferior) }
  }

  private func value(of path: CallReader.Path, _ firstCell: Int, in inferior: Inferior) -> Address? {
    var value: Address? =
      switch path.base {
      case .local(let number): self.value(ofVariables: [number], in: inferior)
      case .cell(let number): self.value(ofVariables: [firstCell &+ number], in: inferior)
      case .global(let name): inferior.dict(at: globals)?.value(forKey: name, in: inferior)
      }
    for name in path.attributes {
      value = value.flatMap { inferior.attributes(of: $0)[name] ?? inferior.classAttribute(name, of: $0) }
    }
    return value
  }
}

/// Reads the instructions of a function for calls of `acquire` and `release` on variables and their attributes.
private struct CallReader {
  /// The object of a method call: a variable, or an attribute of one.
  struct Path: Equatable {
    enum Base: Equatable {
      case local(Int)
      case cell(Int)
      case global(String)
    }
    let base: Base
    var attributes: [String] = []
  }

  private struct Taken {
    let path: Path
    /// The offsets at which the call was prepared, and at which it had returned.
    let start: Int
    let end: Int
  }

  private let names: [String]
  private let opcodes: Opcodes
  /// The number of bytes that a jump's argument counts in.
  private let unit: Int
  private var taken: [Taken] = []
  private var jumps: [(from: Int, to: Int)] = []
  private var path: Path?
  private var pending: (path: Path, start: Int, isAcquire: Bool, isCalled: Bool, isAwaited: Bool)?

  /// More locks than any function takes.
  private static let limit = 64

  init(names: [String], opcodes: Opcodes, unit: Int) {
    (self.names, self.opcodes, self.unit) = (names, opcodes, unit)
  }

  /// The paths of the objects held when the function is at `offset`.
  func held(at offset: Int) -> [Path] {
    taken.filter { entry in
      entry.end <= offset && !jumps.contains { $0.from < entry.start && $0.to >= entry.end && $0.to <= offset }
    }.map(\.path)
  }

  /// Reads instructions from the first on; returns false if one of them is not known.
  mutating func read(_ bytes: MemoryArray<UInt8>) -> Bool {
    var offset = 0
    var extended = 0
    while offset + 1 < bytes.count {
      let opcode = bytes[offset]
      let argument = (extended << 8 | Int(bytes[offset + 1])) & 0xFFFF_FFFF
      let kind = opcodes.kind(of: opcode)
      guard kind != .unknown else { return false }
      extended = kind == .extended ? argument : 0
      let next = offset + 2 + 2 * opcodes.cacheCount(of: opcode)
      if kind != .extended { take(kind, argument, at: offset, next: next) }
      offset = next
    }
    return true
  }

  private mutating func take(_ kind: Opcodes.Kind, _ argument: Int, at offset: Int, next: Int) {
    let last = path
    path = nil
    settle(kind, at: offset)
    switch kind {
    case .loadLocal: path = Path(base: .local(argument))
    case .loadSecondLocal: path = Path(base: .local(argument & 15))
    case .loadCell: path = Path(base: .cell(argument))
    case .loadGlobal: path = name(argument).map { Path(base: .global($0)) }
    case .loadGlobalDoubled: path = name(argument >> 1).map { Path(base: .global($0)) }
    case .loadAttribute: path = extended(last, by: name(argument))
    case .loadAttributeDoubled:
      if argument & 1 == 1 {
        begin(name(argument >> 1), of: last, at: offset)
      } else {
        path = extended(last, by: name(argument >> 1))
      }
    case .loadMethod: begin(name(argument), of: last, at: offset)
    case .call: call()
    case .jump: jumps.append((offset, next &+ argument &* unit))
    case .jumpTo: if argument &* unit > offset { jumps.append((offset, argument &* unit)) }
    case .await: if pending?.isCalled == true { pending?.isAwaited = true }
    case .extended, .discard, .jumpBack, .other, .unknown: break
    }
  }

  private func name(_ number: Int) -> String? { number < names.count ? names[number] : nil }

  private func extended(_ path: Path?, by name: String?) -> Path? {
    guard var path, let name else { return nil }
    path.attributes.append(name)
    return path
  }

  private mutating func begin(_ method: String?, of path: Path?, at offset: Int) {
    guard let path, method == "acquire" || method == "release" else { return }
    pending = (path, offset, method == "acquire", false, false)
  }

  /// Makes the prepared call, at the first call instruction.
  private mutating func call() {
    guard let call = pending, !call.isCalled else { return }
    if call.isAcquire {
      pending?.isCalled = true
    } else {
      taken.removeAll { $0.path == call.path }
      pending = nil
    }
  }

  /// Counts a lock as taken once the call has returned and its result is discarded.
  private mutating func settle(_ kind: Opcodes.Kind, at offset: Int) {
    guard let call = pending, call.isCalled, kind != .await else { return }
    if kind == .discard, taken.count < Self.limit {
      taken.append(Taken(path: call.path, start: call.start, end: offset))
    } else if call.isAwaited {
      return
    }
    pending = nil
  }
}
