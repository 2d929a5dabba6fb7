package import MemoryImage

/// One of the Pythons of a process, for a list.
package struct PythonSummary: Sendable, Equatable {
  /// The Python's place in the list, from 1.
  package let number: Int
  /// The version, as exact as the dump shows.
  package let version: PythonVersion?
  /// The address of its type `type`.
  package let typeObject: Address
  /// Whether it is the one that is examined.
  package let isExamined: Bool
}

/// Finds each Python of a process. A program may load the libraries of several, for its plug-ins or by accident.
struct PythonSearch {
  /// A Python, as found in the image of its interpreter.
  struct Python {
    /// The candidates for its `type`, best first.
    let typeObjects: [Address]
    /// The version that the memory shows.
    let version: PythonVersion?
    let debugOffsets: DebugOffsets?
  }

  private let locator: RuntimeLocator

  /// More candidates for `type` than a process has.
  private static let candidateLimit = 8

  init(_ locator: RuntimeLocator) {
    self.locator = locator
  }

  /// The Pythons in the order of their addresses. If there are several, each shows its version in its own image: a
  /// candidate for `type` elsewhere is not one.
  func pythons() -> [Python] {
    let candidates = Array(locator.typeCandidates().prefix(Self.candidateLimit))
    var groups: [(image: InterpreterImage, typeObjects: [Address])] = []
    for candidate in candidates {
      let image = locator.image(holding: candidate)
      if let index = groups.firstIndex(where: { $0.image == image }) {
        groups[index].typeObjects.append(candidate)
      } else {
        groups.append((image, [candidate]))
      }
    }
    if groups.count > 1 {
      let told = groups.map { python($0.typeObjects, in: [$0.image], onlyThere: true) }.filter { $0.version != nil }
      if !told.isEmpty { return told.sorted { $0.typeObjects[0] < $1.typeObjects[0] } }
    }
    return candidates.isEmpty ? [] : [python(candidates, in: groups.map(\.image), onlyThere: false)]
  }

  private func python(_ typeObjects: [Address], in images: [InterpreterImage], onlyThere: Bool) -> Python {
    // A version in text is found fastest. If it has no debug offsets, they are not searched for.
    let inText = locator.versionsInText(in: images, onlyThere: onlyThere).first
    let mayHaveOffsets = inText.map { $0.minor >= 13 } ?? true
    let offsets = mayHaveOffsets ? locator.debugOffsets(in: images, onlyThere: onlyThere) : nil
    return Python(typeObjects: typeObjects, version: offsets?.version ?? inText, debugOffsets: offsets)
  }

  /// The reason why there is no Python that can be read.
  ///
  /// - Parameters:
  ///   - version: the version that the user states.
  ///   - fallback: the version to assume if the dump does not show one.
  func problem(version: PythonVersion?, fallback: PythonVersion?) -> InferiorProblem {
    let offsets = locator.debugOffsets(in: [])
    if let build = BuildRecognition(locator: locator).unusualBuild(debugOffsets: offsets) { return .unsupportedBuild(build) }
    let told = version ?? offsets?.version ?? fallback
    if let told, (try? Layout.candidates(for: told)) == nil { return .unsupportedVersion(told) }
    return locator.pypyVersion().map { .otherImplementation("PyPy \($0)") } ?? .noPython
  }
}

extension [PythonSearch.Python] {
  /// The index of the Python to examine: the one with the number or of the version that the user states, otherwise the
  /// first that is supported.
  func chosen(number: Int?, version: PythonVersion?) throws(InferiorProblem) -> Int {
    if let number {
      guard indices.contains(number - 1) else { throw .noSuchRuntime(number, count: count) }
      return number - 1
    }
    let ofVersion = version.flatMap { version in firstIndex { $0.version?.feature == version.feature } }
    return ofVersion ?? firstIndex { $0.version.map { Layout.of($0) != nil } ?? true } ?? 0
  }

  /// The list of Pythons as it is shown.
  func summaries(examined: Int) -> [PythonSummary] {
    enumerated().map { index, python in
      PythonSummary(
        number: index + 1, version: python.version, typeObject: python.typeObjects.first ?? .null,
        isExamined: index == examined)
    }
  }
}

extension [PythonSummary] {
  /// A warning that there are several Pythons, in one line; nil if there is only one.
  package var warning: String? {
    guard count > 1, let examined = first(where: \.isExamined) else { return nil }
    let all = map { "\($0.number) is \($0.version.map(\.description) ?? "of an unknown version")" }.joined(separator: ", ")
    return "\(count) Pythons are in this process (\(all)): looking into \(examined.number) (--runtime=N chooses)"
  }
}
