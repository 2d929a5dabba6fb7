/// How much of an object is written, and how.
package struct PrintingOptions: Sendable {
  /// A container that lies this deep, the root at 0, is not looked into.
  package var maxRecursionDepth = 4
  /// The most entries of a container that are written.
  package var maxEntries = 100
  /// The most characters or bytes of a string that are written.
  package var maxStringLength = 1024
  /// Whether nested values of the built-in types say their addresses too.
  package var showAllAddresses = false
  /// Whether bytes are written as hexadecimal digits.
  package var bytesAsHex = false
  /// Whether an object takes one line, and a container says its length only.
  package var short = false
  /// Whether a frame's `f_back` is left out.
  package var omitFrameBack = false

  package init() {}

  /// However much is asked for: a deeper recursion would exhaust the stack.
  static let deepestRecursion = 500
  /// The most objects that are written for one root.
  static let objectBudget = 1_000_000
  /// The most bytes that are written for one root, not counting what the last object takes.
  static let longestText = 64 << 20

  /// The depth at which containers are not looked into.
  var recursionLimit: Int { min(maxRecursionDepth, Self.deepestRecursion) }
}
