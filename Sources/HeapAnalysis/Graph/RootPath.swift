package import CPython

/// A chain of references from a root to an object, each of which keeps the next alive.
package struct RootPath: Sendable {
  /// One object of a path, and how what is before it refers to it.
  package struct Step: Sendable {
    package let object: ObjectHeader
    /// The parts of the one before that refer to it, the first few of them; at least one.
    package let parts: [ReferentPart]
    package let kind: ReferentKind
    /// The suspended frame of the one before that refers to it, as one of a greenlet does; nil if it does itself.
    package let frame: StackFrame?
  }

  package let root: GraphRoot
  /// From the object that the root refers to, to the one that was asked for. Of a longer path, the first `endCount` and the
  /// last.
  package let steps: [Step]
  /// The number of objects that are left out after the first `endCount`.
  package let omittedCount: Int

  /// The number of objects at each end that are kept of a long path.
  package static let endCount = 64
}

/// What keeps one object alive.
package struct PathsToRoot: Sendable {
  /// Why an object without a path has none.
  package enum Absence: Sendable {
    /// Only objects refer to it that no root leads to: the collector frees them when it runs next.
    case garbage
    /// Its holders may be in memory that is not in the dump.
    case missingMemory
  }

  package let target: ObjectHeader
  /// The shortest path first; no two share an object before the target.
  package let paths: [RootPath]
  /// Nil if there is a path.
  package let absence: Absence?
}
