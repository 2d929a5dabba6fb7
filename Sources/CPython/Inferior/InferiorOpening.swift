package import MemoryImage

/// The process that was opened, and what opening it found.
package struct OpenedInferior: Sendable {
  /// The process, its types known.
  package let inferior: Inferior
  /// The checks that prove the layout.
  package let calibration: Calibration
  /// The address of the type `type`.
  package let typeObject: Address
  /// The table of debug offsets, if the version has one.
  package let debugOffsets: DebugOffsets?
  /// Whether the layout uses the numbers of the debug offsets in place of its own.
  package let usesDebugOffsets: Bool
  /// `_PyRuntime` and the interpreters; nil if none was found.
  package let runtime: RuntimeState?
  /// Warnings for the user, for example about debug offsets that were refused.
  package let warnings: [String]
  /// All Pythons of the process, including this one.
  package var pythons: [PythonSummary] = []
}

extension Inferior {
  /// Finds the Python in a process's memory.
  ///
  /// - Parameters:
  ///   - version: the version that the user states; overrides everything that is found.
  ///   - fallback: the version to assume if the dump does not show one.
  ///   - runtime: the number, from 1, of the Python to examine if there are several.
  ///   - types: the addresses of all types, ascending, if they were found before; then they are not searched for.
  ///   - isScannedNext: whether objects will be judged next, which needs the uses of the parts of memory.
  ///   - onlyStaticTypes: whether only the built-in types are found, without a search of the heap. They are enough to
  ///     follow threads and their frames.
  /// - Throws: `InferiorProblem`.
  package static func open(
    _ memory: AddressSpace, version: PythonVersion? = nil, fallback: PythonVersion? = nil, runtime: Int? = nil,
    types: [Address]? = nil, isScannedNext: Bool = false, onlyStaticTypes: Bool = false, threadCount: Int
  ) throws -> OpenedInferior {
    let locator = RuntimeLocator(memory: memory, onlyPrograms: onlyStaticTypes, threadCount: threadCount)
    let search = PythonSearch(locator)
    let pythons = search.pythons()
    guard !pythons.isEmpty else { throw search.problem(version: version, fallback: fallback) }
    let number = try pythons.chosen(number: runtime, version: version)
    let (python, offsets) = (pythons[number], pythons[number].debugOffsets)
    let told = version ?? python.version ?? fallback
    let layouts = try Layout.candidates(for: told)

    // A search, whichever thread makes it and whenever: its failed reads say nothing of an answer.
    let places = Deferred { memory.faults.noting(false) { RegionUses(in: memory, debugOffsets: offsets) } }
    if isScannedNext && threadCount > 1 { places.begin() }
    var attempts: [OpenedInferior] = []
    for layout in layouts {
      for typeObject in python.typeObjects {
        attempts.append(
          attempt(
            memory, locator: locator, places: places, told: told ?? layout.version, layout: layout,
            typeObject: typeObject, offsets: offsets, types: types, onlyStaticTypes: onlyStaticTypes,
            threadCount: threadCount))
      }
    }
    let best = attempts.max { $0.calibration.passedCount < $1.calibration.passedCount }
    guard let best, told != nil || best.calibration.failed.isEmpty else { throw InferiorProblem.unknownVersion }
    let opened = best.withRuntime(locator).beside(pythons.summaries(examined: number))
    guard let told, Layout.of(told) == nil else { return opened }
    return try opened.asUnknownVersion(told)
  }

  private static func attempt(
    _ memory: AddressSpace, locator: RuntimeLocator, places: Deferred<RegionUses>, told version: PythonVersion,
    layout table: Layout, typeObject: Address, offsets: DebugOffsets?, types known: [Address]?, onlyStaticTypes: Bool,
    threadCount: Int
  ) -> OpenedInferior {
    var warnings: [String] = []
    // The debug offsets may know the patch release where the user states the version alone.
    let ofOffsets = offsets.flatMap { $0.version.feature == table.version ? $0.version : nil }
    var layout =
      version.feature == table.version ? table.adjusted(to: version.micro == nil ? ofOffsets ?? version : version) : table
    var isApplied = false
    if let offsets, ofOffsets != nil {
      do {
        layout = try layout.applying(offsets)
        isApplied = true
      } catch {
        warnings.append("debug offsets at \(offsets.address) not used: \(error)")
      }
    }
    let image = locator.image(holding: typeObject)
    let bare = Inferior(
      memory: memory, version: version, layout: layout, image: image,
      places: Deferred { places.value.withInterpreter(image) })
    let discovery = TypeDiscovery(bare, threadCount: threadCount)
    let types = known.map { discovery.types(at: $0) } ?? discovery.types(from: typeObject, onlyStatic: onlyStaticTypes)
    func named(_ types: TypeTable) -> TypeTable {
      guard LostNames.areLost(bare, typeObject: typeObject) else { return types }
      let lost = LostNames(bare.with(types: types), typeObject: typeObject)
      return lost.found(by: discovery, locator, offsets, threadCount: threadCount)
    }
    let inferior = bare.with(types: named(types))
    return OpenedInferior(
      inferior: inferior, calibration: Calibration(of: inferior, typeObject: typeObject), typeObject: typeObject,
      debugOffsets: offsets, usesDebugOffsets: isApplied, runtime: nil, warnings: warnings)
  }
}

extension OpenedInferior {
  /// Returns the same with the types of some objects known too.
  package func adding(typesOf objects: [Address], threadCount: Int) -> OpenedInferior {
    let types = TypeDiscovery(inferior, threadCount: threadCount).types(addingThoseOf: objects)
    return OpenedInferior(
      inferior: inferior.with(types: types), calibration: calibration, typeObject: typeObject,
      debugOffsets: debugOffsets, usesDebugOffsets: usesDebugOffsets, runtime: runtime, warnings: warnings,
      pythons: pythons)
  }

  /// Returns the same with a warning that its version is not known.
  ///
  /// - Throws: `InferiorProblem` if the layout does not fit.
  fileprivate func asUnknownVersion(_ version: PythonVersion) throws -> OpenedInferior {
    let (layout, count) = (inferior.layout.version, calibration.totalCount)
    guard calibration.failed.isEmpty else {
      throw InferiorProblem.unfitVersion(version, layout: layout, failed: count - calibration.passedCount, of: count)
    }
    let warning = "CPython \(version) is not known: read as CPython \(layout), whose \(count) layout checks pass"
    return OpenedInferior(
      inferior: inferior, calibration: calibration, typeObject: typeObject, debugOffsets: debugOffsets,
      usesDebugOffsets: usesDebugOffsets, runtime: runtime, warnings: [warning] + warnings, pythons: pythons)
  }

  /// Returns the same as one of several Pythons.
  fileprivate func beside(_ pythons: [PythonSummary]) -> OpenedInferior {
    OpenedInferior(
      inferior: inferior, calibration: calibration, typeObject: typeObject, debugOffsets: debugOffsets,
      usesDebugOffsets: usesDebugOffsets, runtime: runtime,
      warnings: (pythons.warning.map { [$0] } ?? []) + warnings, pythons: pythons)
  }

  /// Returns the same with its interpreters, which allow further checks.
  fileprivate func withRuntime(_ locator: RuntimeLocator) -> OpenedInferior {
    let runtime = RuntimeSearch(inferior, locator: locator).runtime(debugOffsets: debugOffsets)
    let checked = runtime.map { calibration.adding($0, of: inferior, typeObject: typeObject) } ?? calibration
    // Since 3.12 an interpreter's structure contains objects; that of the main interpreter is in the static data of the
    // program.
    let states =
      inferior.layout.object.referenceCount == .wholeWord
      ? []
      : (runtime?.interpreters ?? []).compactMap {
        AddressRange(start: $0.address, count: runtime?.layout.size ?? 0)
      }
    let found = runtime?.warnings ?? ["no interpreter state was found: threads and sys.modules are not known"]
    let failing = checked.warning.map { [$0] } ?? []
    let described = inferior.addingInterpreterData(states)
    return OpenedInferior(
      inferior: runtime.map { described.with($0) } ?? described, calibration: checked,
      typeObject: typeObject, debugOffsets: debugOffsets, usesDebugOffsets: usesDebugOffsets, runtime: runtime,
      warnings: warnings + found + failing)
  }
}
