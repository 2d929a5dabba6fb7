package import MemoryImage

extension Layout {
  /// The supported layouts, oldest first.
  package static let supported: [Layout] = [
    .cpython3_8, .cpython3_9, .cpython3_10, .cpython3_11, .cpython3_12, .cpython3_13, .cpython3_14, .cpython3_15,
  ]

  /// The layout of a version; nil if it is not supported.
  package static func of(_ version: PythonVersion) -> Layout? {
    supported.first { $0.version == version.feature }
  }

  /// The layouts to try for a version: its own; the newest one for a newer version, which is not known; all if the version
  /// cannot be found.
  ///
  /// - Throws: `InferiorProblem` for a version that is too old.
  static func candidates(for version: PythonVersion?) throws -> [Layout] {
    guard let version else { return supported }
    if let known = of(version) { return [known] }
    guard let newest = supported.last, version.major == newest.version.major, version.minor > newest.version.minor else {
      throw InferiorProblem.unsupportedVersion(version)
    }
    return [newest]
  }
}

/// Why a dump cannot be read as a Python process. Each prints as one line.
package enum InferiorProblem: Error, Sendable, CustomStringConvertible {
  /// No `type` object was found.
  case noPython
  /// No `type` was found, and the data of an interpreter are not in the dump: its program, and the missing range.
  case lostInterpreter(program: String, range: AddressRange)
  /// No `type` was found, and the dump lacks memory, which the text describes.
  case noPythonLeft(String)
  /// The version is known, but has no layout.
  case unsupportedVersion(PythonVersion)
  /// The version is newer than all layouts, and the newest one does not fit the memory.
  case unfitVersion(PythonVersion, layout: PythonVersion, failed: Int, of: Int)
  /// A build with other structures, such as the free-threaded one.
  case unsupportedBuild(String)
  /// Another implementation of Python, such as PyPy, by its name.
  case otherImplementation(String)
  /// The process has fewer Pythons than the number that the user gives.
  case noSuchRuntime(Int, count: Int)
  /// A `type` object was found, but no layout fits the memory there.
  case unknownVersion

  package var description: String {
    let versions = Layout.supported.map(\.version)
    let supported = "\(versions.first?.description ?? "?") to \(versions.last?.description ?? "?")"
    return switch self {
    case .noPython:
      "no Python found: expected a type object whose type is itself, found none (is it the right process?)"
    case .lostInterpreter(let program, let range):
      "the memory of \(program) at \(range) that holds the interpreter's data is missing from the dump"
    case .noPythonLeft(let absence):
      "no Python found in what is there: \(absence)"
    case .unsupportedVersion(let version):
      "CPython \(version) is not supported: expected \(supported)"
    case .unfitVersion(let version, let layout, let failed, let count):
      "CPython \(version) is not supported: \(failed) of \(count) checks of the layout of \(layout) fail "
        + "(--python-version=\(layout) reads it all the same)"
    case .unsupportedBuild(let build):
      "\(build) is not supported: expected a build with the GIL and without Py_TRACE_REFS of CPython \(supported)"
    case .otherImplementation(let name):
      "\(name) is not supported: expected CPython \(supported)"
    case .noSuchRuntime(let number, let count):
      "--runtime=\(number): expected a number from 1 to \(count), as many Pythons are in this process"
    case .unknownVersion:
      "the Python version could not be found: no layout fits (try --python-version with \(supported))"
    }
  }
}
