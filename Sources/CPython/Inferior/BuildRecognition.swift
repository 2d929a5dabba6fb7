/// Recognises builds of CPython whose objects begin differently from those of the usual build.
///
/// `type` identifies both: the pointer to its own type is in the fourth word, in the usual build in the second.
/// - Free-threaded (since 3.13): thread, flags, and two reference counts (`struct _object` under `Py_GIL_DISABLED`).
/// - `Py_TRACE_REFS` (up to 3.12): the links of a list of all objects, `_ob_next` and `_ob_prev`.
struct BuildRecognition {
  let locator: RuntimeLocator

  /// The number of bytes before the reference count, or in place of it.
  private static let growth = 16

  /// The name of the build, for memory in which no usual `type` was found; nil if it is not recognised.
  func unusualBuild(debugOffsets: DebugOffsets?) -> String? {
    if let debugOffsets, debugOffsets.isFreeThreaded { return Self.freeThreaded(debugOffsets.version) }
    guard let type = locator.typeCandidates(headGrowth: Self.growth).first else { return nil }
    guard let version = locator.versionsInText(in: [locator.image(holding: type)]).first else {
      return "a build whose objects begin otherwise (free-threaded, or with Py_TRACE_REFS)"
    }
    // Since 3.13 the list is a separate table.
    return version.minor >= 13 ? Self.freeThreaded(version) : "a build of CPython \(version) with Py_TRACE_REFS"
  }

  static func freeThreaded(_ version: PythonVersion) -> String { "a free-threaded build of CPython \(version)" }
}
