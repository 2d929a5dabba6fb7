import MemoryImage

// Checks of what the main interpreter holds.
extension CalibrationChecker {
  /// `sys.modules`, `sys`, `builtins`, interned names, and the numbers that every interpreter keeps.
  func runtimeChecks(_ runtime: RuntimeState) -> [Calibration.Check] {
    let main = runtime.mainInterpreter
    let modules = main.flatMap { try? PyDictObject(at: $0.modules, in: inferior) }
    let sys = modules?.value(forKey: "sys", in: inferior).flatMap { inferior.object(at: $0) }
    let name = sys.flatMap { try? PyModuleObject($0, in: inferior) }
      .flatMap { try? PyDictObject(at: $0.dict, in: inferior) }?.value(forKey: "__name__", in: inferior)
    var facts: [(String, Bool, Calibration.Subject)] = [
      ("the main interpreter has threads that point back at it", main?.threads.isEmpty == false, .interpreters),
      ("the ints from -5 to 256 exist", hasSmallInts(runtime), .constants),
    ]
    // Python clears its modules when it ends.
    guard runtime.finalizingThread == nil else { return facts.map { .init(name: $0, passes: $1, subject: $2) } }
    facts += [
      ("'sys' and 'builtins' are in sys.modules", isDict(main?.modules, with: ["sys", "builtins"]), .interpreters),
      ("sys.modules['sys'].__name__ == 'sys'", name.flatMap { inferior.string(at: $0) } == "sys", .interpreters),
      ("sys.__dict__ has 'modules' and 'path'", isDict(main?.sysdict, with: ["modules", "path"]), .interpreters),
      ("builtins.__dict__ has 'len' and 'None'", isDict(main?.builtins, with: ["len", "None"]), .interpreters),
      ("'__name__' is interned", main.map { isInterned("__name__", inDict: $0.sysdict) } ?? false, .strings),
    ]
    return facts.map { .init(name: $0, passes: $1, subject: $2) }
  }

  private func isDict(_ address: Address?, with keys: [String]) -> Bool {
    address.map { inferior.isDict($0, withKeys: keys) } ?? false
  }

  /// Whether a key of a dict is marked as interned in the string itself.
  private func isInterned(_ name: String, inDict address: Address) -> Bool {
    let layout = inferior.layout.unicode
    var state: UInt32 = 0
    try? (try? PyDictObject(at: address, in: inferior))?.forEachEntry(in: inferior) { key, _ in
      guard inferior.string(at: key, limit: name.unicodeScalars.count) == name else { return true }
      state = (try? inferior.memory.load(UInt32.self, at: key + layout.state.bytes)) ?? 0
      return false
    }
    return state >> layout.internedShift & 3 != 0
  }

  /// Whether every small int (`small_ints`) exists: in static data, or in 3.9 and 3.10 through the pointers in the
  /// interpreter's state.
  private func hasSmallInts(_ runtime: RuntimeState) -> Bool {
    let wanted = -5...256
    var found: Set<Int> = []
    func take(_ header: ObjectHeader) {
      guard header.invalidReason(in: inferior) == nil, let number = try? PyLongObject(header, in: inferior),
        let value = number.smallValue(in: inferior), wanted.contains(value)
      else { return }
      found.insert(value)
    }
    forEachStaticObject(of: ["int"], take)
    if found.count < wanted.count, let main = runtime.mainInterpreter {
      let words = inferior.pointers(
        at: main.address, count: inferior.layout.interpreter.size / 8, limit: inferior.layout.interpreter.size / 8)
      for word in words {
        if let header = inferior.object(at: word), header.type.kind == .int { take(header) }
      }
    }
    return found.count == wanted.count
  }
}
