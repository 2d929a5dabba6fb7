package import MemoryImage

/// What opening a process found out beside the process itself.
package struct OpenedInferior: Sendable {
  /// The process, its types known.
  package let inferior: Inferior
  /// The checks that prove the layout.
  package let calibration: Calibration
  /// The address of the type `type`.
  package let typeObject: Address
  /// The table of debug offsets, where the version has one.
  package let debugOffsets: DebugOffsets?
  /// What the user should know, such as debug offsets that were refused.
  package let warnings: [String]
}

extension Inferior {
  /// Finds the Python in a process's memory.
  ///
  /// - Parameters:
  ///   - version: the version the user says it is; decides against everything that is found.
  ///   - fallback: the version to assume if the dump tells none.
  /// - Throws: `InferiorProblem`.
  package static func open(
    _ memory: AddressSpace, version: PythonVersion? = nil, fallback: PythonVersion? = nil, threadCount: Int
  ) throws -> OpenedInferior {
    let locator = RuntimeLocator(memory: memory, threadCount: threadCount)
    let candidates = locator.typeCandidates()
    // A version in text is found soonest; where it says that there are no debug offsets, none are searched.
    let inText = candidates.isEmpty ? nil : locator.versionsInText(near: candidates).first
    let mayHaveOffsets = inText.map { $0.minor >= 13 } ?? true
    let offsets = mayHaveOffsets ? locator.debugOffsets(near: candidates) : nil
    if let offsets, offsets.isFreeThreaded, version == nil {
      throw InferiorProblem.unsupportedBuild("a free-threaded build of CPython \(offsets.version)")
    }
    let told = version ?? offsets?.version ?? inText ?? fallback
    if let told, Layout.of(told) == nil { throw InferiorProblem.unsupportedVersion(told) }
    guard !candidates.isEmpty else { throw InferiorProblem.noPython }

    var attempts: [OpenedInferior] = []
    for layout in told.flatMap({ Layout.of($0) }).map({ [$0] }) ?? Layout.supported {
      for typeObject in candidates.prefix(8) {
        attempts.append(
          attempt(
            memory, told: told ?? layout.version, layout: layout, typeObject: typeObject, offsets: offsets,
            threadCount: threadCount))
      }
    }
    let best = attempts.max { $0.calibration.passedCount < $1.calibration.passedCount }
    guard let best, told != nil || best.calibration.failed.isEmpty else { throw InferiorProblem.unknownVersion }
    return best
  }

  private static func attempt(
    _ memory: AddressSpace, told version: PythonVersion, layout table: Layout, typeObject: Address,
    offsets: DebugOffsets?, threadCount: Int
  ) -> OpenedInferior {
    var warnings: [String] = []
    var layout = table
    if let offsets, offsets.version.feature == table.version {
      do {
        layout = try table.applying(offsets)
      } catch {
        warnings.append("debug offsets at \(offsets.address) not used: \(error)")
      }
    }
    let bare = Inferior(
      memory: memory, version: version, layout: layout,
      constantRanges: ConstantMemory.ranges(in: memory, debugOffsets: offsets))
    let types = TypeDiscovery(bare, threadCount: threadCount).types(from: typeObject)
    let inferior = bare.with(types: types)
    return OpenedInferior(
      inferior: inferior, calibration: Calibration(of: inferior, typeObject: typeObject), typeObject: typeObject,
      debugOffsets: offsets, warnings: warnings)
  }
}
