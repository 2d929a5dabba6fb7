/// Recognises builds of CPython whose objects begin otherwise than in the usual one.
///
/// Both are known by `type`: its own type stands in the fourth word, where the usual build has it in the second.
/// - Free-threaded (since 3.13): thread, flags, and two reference counts (`struct _object` under `Py_GIL_DISABLED`).
/// - `Py_TRACE_REFS` (up to 3.12): the links of a list of all objects, `_ob_next` and `_ob_prev`.
struct BuildRecognition {
  let locator: RuntimeLocator

  /// What stands before the reference count, or in place of it, in bytes.
  private static let growth = 16

  /// The name of the build that lies in memory in which no usual `type` was found, or nil.
  func unusualBuild(debugOffsets: DebugOffsets?) -> String? {
    if let debugOffsets, debugOffsets.isFreeThreaded { return Self.freeThreaded(debugOffsets.version) }
    guard let type = locator.typeCandidates(headGrowth: Self.growth).first else { return nil }
    guard let version = locator.versionsInText(in: [locator.image(holding: type)]).first else {
      return "a build whose objects begin otherwise (free-threaded, or with Py_TRACE_REFS)"
    }
    // Since 3.13 the list is a table beside the objects.
    return version.minor >= 13 ? Self.freeThreaded(version) : "a build of CPython \(version) with Py_TRACE_REFS"
  }

  static func freeThreaded(_ version: PythonVersion) -> String { "a free-threaded build of CPython \(version)" }
}
